"""The closed loop of an item: what it came from and what came of it, as far as the reader may read that."""

from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from community.feedback.models import Item, Link
from community.feedback.places import Viewer

_CAME_OF_IT: dict[str, tuple[str, str | Promise]] = {
    Link.Kind.BECAME: ("next", _("Became:")),
    Link.Kind.PART_OF: ("roadmap", _("On the roadmap:")),
    Link.Kind.SHIPPED_IN: ("check", _("Shipped in:")),
}
_WENT_INTO: dict[str, tuple[str, str | Promise]] = {Link.Kind.DUPLICATES: ("link", _("Merged into:"))}
_CAME_FROM: dict[str, tuple[str, str | Promise]] = {
    Link.Kind.RAISED: ("quote", _("Raised by:")),
    Link.Kind.BECAME: ("chat", _("Began as:")),
}


class Step(NamedTuple):
    icon: str
    label: str
    title: str
    url: str
    stage: str  # its key, for those who know its badge


def chain(item_id: int, viewer: Viewer) -> list[Step]:
    """What the item came from, then what came of it, in the order in which it happened. One query."""
    return chains([item_id], viewer).get(item_id, [])


def chains(items: Collection[int], viewer: Viewer, *, with_merges: bool = False) -> dict[int, list[Step]]:
    """The same for several items, by their ids; with where duplicates went, if the page says that nowhere else."""
    came_of_it = _CAME_OF_IT | (_WENT_INTO if with_merges else {})
    readable = Item.objects.visible_to(viewer).listed()
    on = Q(Exists(readable.filter(pk=OuterRef("target"))), source__in=items, kind__in=came_of_it)
    back = Q(Exists(readable.filter(pk=OuterRef("source"))), target__in=items, kind__in=_CAME_FROM)
    links = Link.objects.filter(on | back).select_related("source", "target").order_by("at", "pk")
    shown = ("title", "path", "stage")
    links = links.only("kind", *(f"{side}__{name}" for side in ("source", "target") for name in shown))
    found: dict[int, tuple[list[Step], list[Step]]] = {pk: ([], []) for pk in items}
    for one in links:
        if one.target_id in found and one.kind in _CAME_FROM:
            found[one.target_id][0].append(_step(one.source, *_CAME_FROM[one.kind]))
        if one.source_id in found and one.kind in came_of_it:
            found[one.source_id][1].append(_step(one.target, *came_of_it[one.kind]))
    return {pk: [*before, *after] for pk, (before, after) in found.items()}


def _step(other: Item, icon: str, label: str | Promise) -> Step:
    return Step(icon, str(label), other.title, other.path, other.stage)
