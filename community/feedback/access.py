"""Fetching items by their ids, through the viewer and through what they hang on."""

from collections.abc import Iterable

from django.http import Http404

from community.feedback.models import OWN, Item, ItemQuerySet, State, parents
from community.feedback.places import Viewer


def open_item(viewer: Viewer, pk: int, rows: ItemQuerySet | None = None) -> Item:
    """The item if this viewer may read it, else Http404.

    A reply outlives the removal of its thread as a row, and in a private thread the author of the
    thread reads what staff wrote: so what hangs on another item follows that, in all but its own state.
    """
    rows = Item.objects.all() if rows is None else rows
    item = rows.filter(pk=pk).first()
    if item is None:
        raise Http404
    parent_of = parents.get(item.kind)
    asked = pk if parent_of is None else parent_of(item) if _is_shown(viewer, item) else None
    if asked is None or not Item.objects.visible_to(viewer).filter(pk=asked).exists():
        raise Http404
    return item


def readable(viewer: Viewer, pairs: Iterable[tuple[Item, int]]) -> set[int]:
    """The ids of those items that `open_item` would give; each comes with the id of what it hangs on, or its own.

    One query, for lists.
    """
    shown = [(item, about) for item, about in pairs if parents.get(item.kind) is None or _is_shown(viewer, item)]
    asked = {about for _item, about in shown}
    seen = set(Item.objects.visible_to(viewer).filter(pk__in=asked).values_list("pk", flat=True))
    return {item.pk for item, about in shown if about in seen}


def _is_shown(viewer: Viewer, item: Item) -> bool:
    """By its own state, for what hangs on another item."""
    if not viewer.is_authenticated:
        return item.state == State.VISIBLE
    own = item.author_id == viewer.pk and item.state in OWN
    return item.state == State.VISIBLE or own or viewer.is_staff
