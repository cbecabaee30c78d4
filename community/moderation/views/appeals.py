from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.lib.answers import back
from community.lib.answers import refuse as refuse_with
from community.lib.markdown import MarkdownRefused
from community.lib.times import moment
from community.members.limits import LimitReached
from community.members.models import Member
from community.members.requests import MemberRequest, Request
from community.members.sanctions import sanction_behind
from community.moderation.appeal import AppealRefused, appeal, decide, has_colleagues, why_not
from community.moderation.forms import AppealForm
from community.moderation.guard import moderators_only
from community.moderation.models import Appeal, ModerationEntry
from community.moderation.people import entry_rows

MOST = 100


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: MemberRequest, pk: int) -> HttpResponse:
    """Appeal against one act that concerns oneself; of others' acts nothing is said here."""
    entry = get_object_or_404(_entries(), pk=pk, member=request.user)
    if request.method != "POST":
        refusal = why_not(entry, request.user)
        return _page(request, entry, AppealForm(), refusal)
    form = AppealForm(request.POST)
    made = _made(form, entry, request.user)
    if made is None:
        return _page(request, entry, form)
    messages.success(request, _("Your appeal is with staff. You read their answer here."))
    return back(request, made.thread.path)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_from_outside(request: Request, token: str) -> HttpResponse:
    """The appeal of somebody who cannot log in: the address came with the refusal of their log-in."""
    sanction = sanction_behind(token)
    entry = _entries().filter(sanction=sanction, verb="suspension").first() if sanction else None
    if entry is None or sanction is None:
        raise Http404
    form = AppealForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and _made(form, entry, sanction.member):
        return render(request, "moderation/appealed.html")
    return _page(request, entry, form, "" if form.is_bound else why_not(entry, sanction.member))


def _entries() -> QuerySet[ModerationEntry]:
    return ModerationEntry.objects.select_related("item", "sanction", "member")


def _made(form: AppealForm, entry: ModerationEntry, by: Member) -> Appeal | None:
    if not form.is_valid():
        return None
    try:
        return appeal(entry, by=by, words=form.cleaned_data["words"])
    except (AppealRefused, MarkdownRefused, LimitReached) as refusal:
        form.add_error("words", str(refusal))
        return None


def _page(request: Request, entry: ModerationEntry, form: AppealForm, refusal: str = "") -> HttpResponse:
    row = entry_rows([entry])[0]
    context = {"entry": entry, "row": row, "form": form, "refusal": refusal}
    return render(request, "moderation/appeal.html", context, status=422 if form.errors else 200)


@require_safe
@moderators_only
def appeals(request: MemberRequest) -> HttpResponse:
    """Those that wait, oldest first, then those decided last."""
    rows = Appeal.objects.select_related("by", "thread", "entry__by", "entry__item", "decided_by")
    waiting = rows.filter(decided_at=None).order_by("at")[:MOST]
    decided = rows.exclude(decided_at=None).order_by("-decided_at")[:20]
    context = {
        "waiting": _dated(list(waiting)),
        "decided": _dated(list(decided)),
        "has_colleagues": has_colleagues(request.user),
        "me": request.user.pk,
        "sets_rules": request.user.may("set rules"),
    }
    return render(request, "moderation/appeals.html", context)


def _dated(rows: list[Appeal]) -> list[dict[str, object]]:
    about = entry_rows([one.entry for one in rows])
    return [{"appeal": one, "at": moment(one.at), "rows": [row]} for one, row in zip(rows, about, strict=True)]


def _decision(is_granted: bool) -> Callable[..., HttpResponse]:
    @require_POST
    @moderators_only
    def view(request: MemberRequest, pk: int) -> HttpResponse:
        made = get_object_or_404(Appeal.objects.select_related("entry__item", "entry__sanction", "thread", "by"), pk=pk)
        try:
            done = decide(made, by=request.user, is_granted=is_granted)
        except AppealRefused as refusal:
            refuse_with(str(refusal))
        messages.info(request, _("Done. The member has been told.") if done else _("Somebody else was faster."))
        return redirect("/desk/moderation/appeals/")

    return view


grant = _decision(True)
refuse = _decision(False)
