"""Fetching an item by its id, through the viewer and through what it hangs on."""

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
    if parent_of is None:
        asked: int | None = pk
    else:
        own = viewer.is_authenticated and item.author_id == viewer.pk
        is_shown = item.state == State.VISIBLE or (own and item.state in OWN)
        asked = parent_of(item) if is_shown or (viewer.is_authenticated and viewer.is_staff) else None
    if asked is None or not Item.objects.visible_to(viewer).filter(pk=asked).exists():
        raise Http404
    return item
