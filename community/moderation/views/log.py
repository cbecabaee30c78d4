from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.lib import paging
from community.lib.times import moment
from community.members.requests import MemberRequest, Request
from community.moderation.guard import moderators_only
from community.moderation.log import Verb
from community.moderation.models import ModerationEntry
from community.moderation.people import entry_rows

SIZE = 50
# What is nobody's business but theirs whom it concerns: held posts appear when approved, and an appeal is private.
UNTOLD = (Verb.HELD, Verb.APPROVED, Verb.APPEALED, Verb.REFUSED)


@require_safe
@moderators_only
def log(request: MemberRequest) -> HttpResponse:
    """Every act there was, with who did it and to whom."""
    entries = ModerationEntry.objects.select_related("by", "member", "item")
    page = paging.page(entries, [("pk", int)], request.GET.get("after", ""), SIZE)
    next_url = f"{request.path}?after={page.after}" if page.after else ""
    context = {"rows": entry_rows(page.rows), "next_url": next_url, "sets_rules": request.user.may("set rules")}
    return render(request, "moderation/log.html", context)


@require_safe
def public_log(request: Request) -> HttpResponse:
    """What was done and why, without whose it was or whom it hurt."""
    if not request.site.shows_log:
        raise Http404
    entries = ModerationEntry.objects.exclude(verb__in=UNTOLD).only(
        "verb", "reason", "item_kind", "count", "at", "by_id"
    )
    page = paging.page(entries, [("pk", int)], request.GET.get("after", ""), SIZE)
    context = {
        "rows": [(entry, moment(entry.at)) for entry in page.rows],
        "next_url": f"{request.path}?after={page.after}" if page.after else "",
    }
    return render(request, "moderation/public_log.html", context)
