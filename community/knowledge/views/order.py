"""Where staff put the articles of a section in order: by buttons or by numbers."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.feedback import directory
from community.feedback.places import Place
from community.knowledge.models import Section
from community.knowledge.order import leave_order, numbered, ordered, put_in_order
from community.knowledge.views.desk import FORM_METHODS, writers_only
from community.members.requests import MemberRequest


@require_http_methods(FORM_METHODS)
@writers_only
def order(request: MemberRequest, slug: str) -> HttpResponse:
    place = _section(request, slug)
    if request.method == "POST":
        return _ordered(request, place)
    moved = request.GET.get("moved", "")
    moved_by = (int(moved), request.GET.get("by", "")) if _is_number(moved) else (0, "")
    context = {"place": place, "rows": ordered(place, request.user), "moved": moved_by[0], "by": moved_by[1]}
    return render(request, "knowledge/order.html", context)


def _section(request: MemberRequest, slug: str) -> Place:
    places = directory.visible_places(request.site, request.user, Section.KIND)
    place = next((one for one in places if one.slug == slug), None)
    if place is None:
        raise Http404
    return place


def _ordered(request: MemberRequest, place: Place) -> HttpResponse:
    """`up` and `down` move one by one place; else the numbers count; `leave` leaves it to what changed last."""
    if "leave" in request.POST:
        leave_order(place)
        messages.success(request, _("What was changed last stands first again."))
        return redirect(place.get_absolute_url())
    pks = [item.pk for item in ordered(place, request.user)]
    numbers = {pk: int(said) for pk in pks if _is_number(said := request.POST.get(f"number-{pk}", ""))}
    pks = numbered(pks, numbers)
    for by, step in (("up", -1), ("down", 1)):
        moved = request.POST.get(by, "")
        if moved in map(str, pks):
            at = pks.index(int(moved)) + 1
            put_in_order(place, numbered(pks, {int(moved): at + step}))
            return redirect(f"{request.path}?moved={moved}&by={by}")  # a fragment would keep the button from the focus
    put_in_order(place, pks)
    messages.success(request, _("Readers see them in this order."))
    return redirect(request.path)


def _is_number(said: str) -> bool:
    return said.isascii() and said.isdigit() and len(said) < 9
