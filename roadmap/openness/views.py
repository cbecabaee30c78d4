from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.desk.views import staff_only
from community.lib.answers import back, safe_next
from community.members.requests import MemberRequest, Request
from roadmap.openness import thanks, waiting
from roadmap.openness.impact import SHOWN
from roadmap.openness.impact import impact as impact_of
from roadmap.openness.page import open_page

MINE = "/me/impact/"
PRIVACY = "/me/privacy/"


@login_required
@require_safe
def impact(request: MemberRequest) -> HttpResponse:
    """What I asked for, voted for and follow, and what became of it."""
    shown = request.GET.get("show", "")
    shown = shown if shown in SHOWN else ""
    found = impact_of(request, shown=shown, after=request.GET.get("after", ""))
    kept = f"show={shown}&" if shown else ""
    context = {
        "impact": found,
        "shown": shown,
        "tabs": [(words, f"{MINE}?show={key}" if key else MINE, key == shown) for key, words in SHOWN.items()],
        "next_url": f"{MINE}?{kept}after={found.after}" if found.after else "",
        "consent": thanks.consent(request.user),
    }
    return render(request, "roadmap/openness/impact.html", context)


@require_POST
@login_required
def allow_thanks(request: MemberRequest) -> HttpResponse:
    thanks.allow(request.user)
    messages.success(request, _("You are named in thanks from now on."))
    return back(request, safe_next(request, PRIVACY))


@require_POST
@login_required
def withdraw_thanks(request: MemberRequest) -> HttpResponse:
    thanks.withdraw(request.user)
    messages.success(request, _("You are named in thanks nowhere any more."))
    return back(request, safe_next(request, PRIVACY))


@require_safe
def openness(request: Request) -> HttpResponse:
    """How the company answers what it is asked, in numbers that say what they mean."""
    context = {"page": open_page(), "canonical": f"{settings.SITE_URL}/open/"}
    return render(request, "roadmap/openness/open.html", context)


@require_safe
@staff_only
def promises(request: MemberRequest) -> HttpResponse:
    """Features whose day has passed."""
    rows, after = waiting.promises_page(request.GET.get("after", ""))
    said = {
        "heading": _("Promises not kept"),
        "lead": _("Features whose day has passed and that have not ended. Say when they come, or move them."),
        "empty": _("No day has passed: every promise is kept so far."),
        "icon": "clock",
    }
    return _listed(request, waiting.PROMISES, rows, after, said)


@require_safe
@staff_only
def unanswered(request: MemberRequest) -> HttpResponse:
    """Ideas that many want and that nobody has answered."""
    rows, after = waiting.ideas_page(request.GET.get("after", ""))
    said = {
        "heading": _("Wanted, not answered"),
        "lead": _("Open ideas with more than %(n)d votes and no official answer.") % {"n": waiting.WANTED},
        "empty": _("Every idea that many want has an answer."),
        "icon": "bulb",
    }
    return _listed(request, waiting.IDEAS, rows, after, said)


def _listed(
    request: MemberRequest, path: str, rows: list[waiting.Row], after: str | None, said: dict[str, str]
) -> HttpResponse:
    context = {"rows": rows, "next_url": f"{path}?after={after}" if after else "", **said}
    return render(request, "roadmap/openness/desk_list.html", context)
