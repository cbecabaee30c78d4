"""Fetching items and files by their ids, through the viewer and through what they hang on."""

from collections.abc import Callable, Iterable

from django.http import Http404

from community.feedback.attachments import Attachment, shared_of
from community.feedback.models import OWN, Item, ItemQuerySet, State, parents
from community.feedback.places import Viewer
from community.lib.markdown_files import Files

MOST_SOURCES = 10  # items that a text may show files of; files of further ones are plain links


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


def open_file(viewer: Viewer, pk: int) -> tuple[Attachment, Item | None]:
    """The attachment and its item if this viewer may read them, else Http404; asked anew each time (ABUSE B29)."""
    attachment = Attachment.objects.filter(pk=pk).first()
    if attachment is None:
        raise Http404
    if viewer.is_authenticated and viewer.is_staff and shared_of([attachment]):
        return attachment, None
    if attachment.item_id is not None:
        rows = Item.objects.select_related("place").without_words()
        return attachment, open_item(viewer, attachment.item_id, rows)
    if not viewer.is_authenticated or attachment.uploaded_by_id != viewer.pk:
        raise Http404  # not posted yet
    return attachment, None


def files_shown_to(viewer: Viewer) -> Callable[[frozenset[int]], Files]:
    """For `markdown.render`: what there is to say about those of the files that the viewer may read."""

    def known(candidates: frozenset[int]) -> Files:
        found = list(Attachment.objects.filter(pk__in=candidates).order_by("pk"))
        sources = list(dict.fromkeys(one.item_id for one in found if one.item_id is not None))
        readable = {pk for pk in sources[:MOST_SOURCES] if may_read(viewer, pk)}
        own = viewer.pk if viewer.is_authenticated else None
        shown = {
            one.pk
            for one in found
            if one.item_id in readable or (one.item_id is None and own is not None and one.uploaded_by_id == own)
        }
        if viewer.is_authenticated and viewer.is_staff:
            shown |= shared_of([one for one in found if one.pk not in shown])
        return {one.pk: one.shown for one in found if one.pk in shown}

    return known


def may_read(viewer: Viewer, pk: int) -> bool:
    """Whether the viewer may read an item: the rule of `open_item`."""
    try:
        open_item(viewer, pk, Item.objects.without_words())
    except Http404:
        return False
    return True
