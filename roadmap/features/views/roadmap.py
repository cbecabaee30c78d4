from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.feedback import directory
from community.feedback.guestpages import keep
from community.lib.answers import back, refuse, safe_next
from community.members.requests import MemberRequest, Request
from roadmap.features.models import Horizon
from roadmap.features.plan import retarget
from roadmap.features.roadmap import change_number, give_moves, roadmap, wanted
from roadmap.features.views.features import open_feature
from roadmap.ideas.models import AREA
from roadmap.ideas.permissions import may_move

PATH = "/roadmap/"


@require_safe
def index(request: Request) -> HttpResponse:
    """What is planned, in columns by stage or by time; `?column=` shows one of them in full."""
    keep(request)
    said = wanted(request)
    columns = roadmap(request, said)
    area = said.area.slug if said.area else ""
    for column in columns:
        column.more_url = _address(by=said.by, area=area, column=column.key)
    only = said.only if len(columns) == 1 else ""
    if may_move(request.user):
        give_moves(columns, request, said, _address(by=said.by, area=area, column=only))
    areas = directory.visible_places(request.site, request.user, AREA)
    context = {
        "columns": columns,
        "said": said,
        "is_one": len(columns) == 1 and bool(said.only),
        "ways": [
            (_("By stage"), _address(area=area), said.by == "stage"),
            (_("By time"), _address(by="time", area=area), said.by == "time"),
        ],
        "areas": [(_("All areas"), _address(by=said.by), not said.area)]
        + [(one.local_name, _address(by=said.by, area=one.slug), one == said.area) for one in areas],
        "all_url": _address(by=said.by, area=area),
        "may_move": may_move(request.user),
        "canonical": f"{settings.SITE_URL}{PATH}",
    }
    return render(request, "roadmap/roadmap.html", context)


def _address(**said: str) -> str:
    kept = {name: value for name, value in said.items() if value and (name, value) != ("by", "stage")}
    return f"{PATH}?{urlencode(kept)}" if kept else PATH


@require_safe
def changes(request: Request) -> HttpResponse:
    """A number for pages that stay open: they ask for themselves again when it is another."""
    number = f"{request.site.changes}-{change_number()}"
    return HttpResponse(number, content_type="text/plain", headers={"Cache-Control": "no-cache"})


@require_POST
@login_required
def target(request: MemberRequest, pk: int) -> HttpResponse:
    """Move a feature to another column of time, by its menu or by dragging it."""
    feature = open_feature(request, pk)
    if not may_move(request.user):
        refuse(_("Only staff plan features."))
    horizon = request.POST.get("horizon", "")
    if horizon not in Horizon.values:
        messages.error(request, _("Choose one of these."))
    else:
        retarget(feature, horizon, by=request.user)
        messages.success(request, _("“%(title)s” has moved.") % {"title": feature.item.title})
    return back(request, safe_next(request, f"{PATH}?by=time"))
