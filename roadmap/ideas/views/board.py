from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.feedback import directory
from community.feedback.guestpages import keep
from community.feedback.models import Label
from community.feedback.weighing import weighers
from community.members.requests import Request
from roadmap.ideas.board import ORDERS, SHOWN, Narrowed, board, narrowed
from roadmap.ideas.bulk_forms import ACTS
from roadmap.ideas.labels import labels_of_ideas
from roadmap.ideas.models import AREA
from roadmap.ideas.permissions import may_move
from roadmap.ideas.voting import budget_of
from roadmap.ideas.weighing import plans
from roadmap.stages.directory import stages

PATH = "/ideas/"
KEPT = ("area", "order", "stage", "label", "product", "show", "view")  # of the address, for links that change one


@require_safe
def index(request: Request) -> HttpResponse:
    """The board: a lane for each area, or a list where it is narrowed or asked for."""
    keep(request)
    wanted = narrowed(request)
    said = _said(request, wanted)
    areas = directory.visible_places(request.site, request.user, AREA)
    in_lanes = len(areas) > 1 and not wanted.area and not request.GET.get("after") and request.GET.get("view") != "list"
    in_lanes = in_lanes and not wanted.weigher
    budget = budget_of(request.user, request.site)
    found = board(request, wanted, in_lanes=in_lanes, budget=budget)
    for lane in found.lanes:
        lane.more_url = _address(said, area=lane.place.slug, view="")
    context = {
        "board": found,
        "budget": budget,
        "acts": [(word, label) for word, (label, _form) in ACTS.items()] if may_move(request.user) else [],
        "narrowed": wanted,
        "in_lanes": in_lanes,
        "heading": wanted.area.local_name if wanted.area else _("Ideas"),
        "side": [(one.local_name, one.get_absolute_url(), one.colour, "", one == wanted.area) for one in areas],
        "side_all": wanted.area is None,
        "next_url": _address(said, after=found.after) if found.after else "",
        "feed": f"/feeds/ideas.atom{f'?area={wanted.area.slug}' if wanted.area else ''}",
        "canonical": f"{settings.SITE_URL}{wanted.area.get_absolute_url() if wanted.area else PATH}",
        **_filters(request, wanted, said),
    }
    return render(request, "roadmap/board.html", context)


def _said(request: Request, wanted: Narrowed) -> dict[str, str]:
    """What the address says and means something to this reader: links go on with it."""
    said = {name: request.GET.get(name, "") for name in KEPT} | {"plan": wanted.key}
    return said | ({} if said["order"] == wanted.order and not wanted.key else {"order": ""})


def _tabs(request: Request, wanted: Narrowed, said: dict[str, str]) -> list[tuple[Any, str, bool]]:
    """The orders; for staff also those by their numbers."""
    labels: dict[str, str | Promise] = dict(ORDERS)
    if may_move(request.user):
        labels |= {name: one.label for name, one in weighers.items() if not one.has_keys}
    return [(labels[one], _address(said, order=one, plan=""), one == wanted.order) for one in labels]


def _filters(request: Request, wanted: Narrowed, said: dict[str, str]) -> dict[str, Any]:
    shown = [one for one in SHOWN if one == "unanswered" or request.user.is_authenticated]
    label = directory.label(request.site, wanted.label) if wanted.label else None
    return {
        "tabs": _tabs(request, wanted, said),
        "plans": plans() if may_move(request.user) else [],
        "stages": stages(request.site).values(),
        "products": directory.products(request.site),
        "labels": _labels(request, label),
        "label": label,
        "unlabelled_url": _address(said, label=""),
        "shown": [(one, SHOWN[one]) for one in shown],
        "view_url": _address(said, view="" if request.GET.get("view") == "list" else "list"),
        "clear_url": wanted.area.get_absolute_url() if wanted.area else PATH,
    }


def _labels(request: Request, chosen: Label | None) -> list[Label]:
    """To narrow the board to; the one that it is narrowed to is among them."""
    known = labels_of_ideas(request.site, request.user)
    return known if chosen is None or chosen in known else [chosen, *known]


def _address(said: dict[str, str], **changed: str | None) -> str:
    """That of this board with something changed; the next page is one of the same list."""
    query = urlencode({name: value for name, value in (said | changed).items() if value})
    return f"{PATH}?{query}" if query else PATH
