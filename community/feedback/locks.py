"""Locking several items at once, in the one order that everybody keeps: items, who acts, places."""

from collections.abc import Iterable

from community.feedback.models import Item
from community.feedback.places import Place
from community.members.models import Member


def lock_items(ids: Iterable[int], *, by: Member | None = None, place: Place | None = None) -> dict[int, Item]:
    """The items as they stand behind the locks, by id; `by` counts as writing there, `place` is one they come to.

    For whoever changes more than one of them in a transaction, before the first change: each change counts up the
    number of its place, and one who held a place and waited for an item would wait for a voter who waits for the place.
    """
    rows = Item.objects.select_for_update(no_key=True, of=("self",)).select_related("place")
    found = {item.pk: item for item in rows.filter(pk__in=set(ids)).order_by("pk")}
    if by:
        Member.objects.select_for_update(no_key=True).filter(pk=by.pk).values_list("pk").first()
    places = {item.place_id for item in found.values() if item.place_id} | ({place.pk} if place else set())
    list(Place.objects.select_for_update(no_key=True).filter(pk__in=places).order_by("pk").values_list("pk"))
    return found
