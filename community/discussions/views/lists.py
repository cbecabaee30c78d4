from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.conversations.reading import mark_all_read
from community.discussions.lists import ORDERS, ThreadList, thread_list, thread_rows
from community.discussions.lists import dress as dress_rows
from community.discussions.models import Category, Kind
from community.discussions.rows import row_of
from community.feedback import directory
from community.feedback.guestpages import keep
from community.feedback.models import Label
from community.feedback.places import Place
from community.lib.answers import back, safe_next
from community.lib.slots import Slot
from community.members.requests import MemberRequest, Request
from community.notifications.follow_button import follow_button

# Filled by higher rooms: request → {"template": …, **context} of what stands below the threads there, or None.
# And (label, request) → {"template": …, **context} of what has the label besides threads, or None.
front_sections: Slot[Callable[[Request], dict[str, Any] | None]] = Slot("sections of the front page")
label_sections: Slot[Callable[[Label, Request], dict[str, Any] | None]] = Slot("sections of the page of a label")


@require_safe
def front(request: Request) -> HttpResponse:
    """Ask or search first, then where things are, then what is new."""
    keep(request)
    rows = list(thread_rows(request.user).order_by("-active_at", "-pk")[:8])
    dress_rows(rows, request)
    places = directory.visible_places(request.site, request.user, Category.KIND)
    sections = [section for ask in front_sections if (section := ask(request))]
    context = {"rows": [row_of(row) for row in rows], "places": places, "sections": sections, **sidebar(request)}
    return render(request, "discussions/front.html", context)


@require_safe
def discussions(request: Request) -> HttpResponse:
    keep(request)
    return _render(request, thread_list(request), heading=_("Discussions"), path="/discussions/")


@require_safe
def category(request: Request, slug: str) -> HttpResponse:
    places = directory.visible_places(request.site, request.user, Category.KIND)
    place = next((one for one in places if one.slug == slug), None)
    if place is None:
        raise Http404
    keep(request)
    found = thread_list(request, place=place)
    return _render(
        request, found, heading=place.local_name, path=f"/c/{slug}/", place=place, about=place.local_description,
        follow=follow_button(place, found.level),
    )  # fmt: skip


@require_safe
def label(request: Request, slug: str) -> HttpResponse:
    label = directory.label(request.site, slug)
    if label is None:
        raise Http404
    keep(request)
    found = thread_list(request, label=label)
    follow = follow_button(label, found.level)
    is_first = found.order == "latest" and not found.is_filtered and not request.GET.get("after")
    sections = [section(label, request) for section in label_sections] if is_first else []
    return _render(
        request, found, heading=label.local_name, path=f"/labels/{slug}/", label=label, follow=follow,
        sections=[section for section in sections if section],
    )  # fmt: skip


@require_POST
@login_required
def read_all(request: MemberRequest) -> HttpResponse:
    mark_all_read(request.user)
    return back(request, safe_next(request, "/discussions/"))


def _render(request: Request, found: ThreadList, *, path: str, **context: Any) -> HttpResponse:
    keep_filters = f"&{found.query}" if found.query else ""
    orders = [one for one in ORDERS if one != "mine" or request.user.is_authenticated]
    context |= {
        "list": found,
        "rows": [row_of(row) for row in found.all_rows],
        "tabs": [(ORDERS[one], f"{path}?order={one}{keep_filters}", one == found.order) for one in orders],
        "kinds": [(value, label) for value, label in Kind.choices],
        "path": path,
        "feed": f"/feeds{path.rstrip('/')}.atom",
        "next_url": f"{path}?order={found.order}{keep_filters}&after={found.after}" if found.after else "",
        **sidebar(request, context.get("place")),
    }
    return render(request, "discussions/list.html", context)


def sidebar(request: Request, current: Place | None = None) -> dict[str, Any]:
    """The categories in the side column, as its component asks for them."""
    places = directory.visible_places(request.site, request.user, Category.KIND)
    here = current.pk if current else None
    return {
        "side": [(one.local_name, f"/c/{one.slug}/", one.colour, "", one.pk == here) for one in places],
        "side_all": current is None,
    }
