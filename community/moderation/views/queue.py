from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.feedback.holding import ENOUGH
from community.feedback.models import Item, State
from community.lib.answers import back, refuse, safe_next
from community.members.requests import MemberRequest
from community.moderation import queue as queues
from community.moderation import reports, spam
from community.moderation.decide import ACTS, DecisionRefused, decide, likely_reason, why_not
from community.moderation.forms import DecisionForm
from community.moderation.guard import moderators_only
from community.moderation.models import Appeal, ModerationEntry

QUEUE = "/desk/moderation/"


@require_safe
@moderators_only
def queue(request: MemberRequest) -> HttpResponse:
    """What was reported and what was held, each decided by one click."""
    which = "held" if request.GET.get("show") == "held" else "flagged"
    page = queues.queue(request.user, which, request.GET.get("after", ""))
    context = {
        "cases": queues.cases(page.rows),
        "which": which,
        "counts": queues.counts(request.user),
        "appeals": Appeal.objects.filter(decided_at=None).count(),
        "next_url": f"{QUEUE}?show={which}&after={page.after}" if page.after else "",
        "signals": spam.SIGNALS.values(),
        "enough": ENOUGH,
        "spam": spam,
        "sets_rules": request.user.may("set rules"),
    }
    return render(request, "moderation/queue.html", context)


def _item(request: MemberRequest, pk: int) -> Item:
    return get_object_or_404(Item.objects.visible_to(request.user).select_related("author", "place"), pk=pk)


@require_POST
@moderators_only
def act(request: MemberRequest, pk: int, act: str) -> HttpResponse:
    """One decision about one item: from the queue by one click, or from its page with a reason and words."""
    item = _item(request, pk)
    if act not in (*ACTS, "keep"):
        raise Http404
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, item, form, 422)
    said = form.cleaned_data
    reason = said["reason"] or (likely_reason(item) if "reason" not in request.POST else "")
    try:
        done = decide(item, act, by=request.user, reason=reason, words=said["words"])
    except DecisionRefused as refusal:
        refuse(str(refusal))
    messages.info(request, _("Done. Its author has been told.") if done else _("Somebody else was faster."))
    return back(request, safe_next(request, QUEUE))


@require_safe
@moderators_only
def item(request: MemberRequest, pk: int) -> HttpResponse:
    """Everything about one item that a moderator decides by."""
    return _page(request, _item(request, pk), DecisionForm(), 200)


def _page(request: MemberRequest, item: Item, form: DecisionForm, status: int) -> HttpResponse:
    entries = ModerationEntry.objects.filter(item=item).select_related("by")[:50]
    if not form.is_bound:
        form.initial["reason"] = likely_reason(item)
    context = {
        "item": item,
        "case": queues.cases([item])[0],
        "form": form,
        "refusal": why_not(item, request.user),
        "acts": _acts(item),
        "entries": entries,
        "next": safe_next(request, QUEUE),
    }
    return render(request, "moderation/item.html", context, status=status)


def _acts(item: Item) -> list[str]:
    """What can be done with an item in its state, the most likely first."""
    found = {
        State.HELD: ["approve", "remove"],
        State.VISIBLE: ["hide", "remove"],
        State.HIDDEN: ["restore", "remove"],
        State.REMOVED: ["restore"],
    }.get(State(item.state), [])
    return [*found, "keep"] if item.flags.open().exists() and item.state == State.VISIBLE else found


@require_safe
@moderators_only
def rates(request: MemberRequest) -> HttpResponse:
    """Reports by week, and how many were right, by reporter and by author."""
    overall = reports.overall()
    context = {
        "chart": reports.weekly(),
        "overall": overall,
        "share": reports.share_text(overall["upheld"], overall["dismissed"]),
        "reporters": reports.by_reporter(),
        "authors": reports.by_author(),
        "sets_rules": request.user.may("set rules"),
    }
    return render(request, "moderation/rates.html", context)
