from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.desk.views import staff_only
from community.members.requests import MemberRequest, Request
from community.search.framed import framed
from community.search.loader import answer
from roadmap.releases import badge
from roadmap.releases.page import published, shown

SHOWN = 5


@require_safe
def loader(request: Request) -> HttpResponse:
    """The script with the button; a new release shows within ten minutes."""
    return answer(request, badge.loader_for(request.site), seconds=600)


@framed
@require_safe
def panel(request: Request) -> HttpResponse:
    """The latest releases as guests see them, for a frame of somebody else's."""
    releases = list(published().order_by("-published_at", "-pk")[:SHOWN])
    return render(
        request,
        "roadmap/embed/panel.html",
        {"releases": shown(releases, request.user, request.site), "keys_on": False},
    )


@require_safe
@staff_only
def snippet(request: MemberRequest) -> HttpResponse:
    return render(request, "roadmap/embed/snippet.html", badge.snippet(request.site))
