"""The places, labels and products of the site as each reader sees them, kept in the process until the site changes."""

from threading import Lock
from typing import Any

from django.db.models import Aggregate, OuterRef, Subquery, TextField

from community.feedback.models import Item, Label
from community.feedback.places import Place, Viewer
from community.members.models import Product, Site

_lock = Lock()
_kept: tuple[int, list[Place]] = (0, [])
_labels: tuple[int, dict[int, Label]] = (0, {})
_products: tuple[int, list[Product]] = (0, [])


def places(site: Site) -> list[Place]:
    """All places in order, children behind their parent, with their particulars; one query after each change."""
    global _kept
    changes, rows = _kept
    if changes == site.changes and rows:
        return rows
    rows = list(Place.objects.select_related("category", "section"))
    by_parent: dict[int | None, list[Place]] = {}
    for place in rows:
        by_parent.setdefault(place.parent_id, []).append(place)
    ordered = [one for top in by_parent.get(None, []) for one in (top, *by_parent.get(top.pk, []))]
    with _lock:
        _kept = (site.changes, ordered)
    return ordered


def products(site: Site) -> list[Product]:
    """All products by name; one query after each change."""
    global _products
    changes, rows = _products
    if changes != site.changes:
        rows = list(Product.objects.all())
        with _lock:
            _products = (site.changes, rows)
    return rows


def visible_places(site: Site, viewer: Viewer, kind: str) -> list[Place]:
    return [place for place in places(site) if place.kind == kind and place.is_visible_to(viewer)]


class _Joined(Aggregate):
    """Numbers as one text, "3,14": a column of a row, where a list would be a query of its own."""

    output_field = TextField()
    template = "GROUP_CONCAT(%(expressions)s)"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="STRING_AGG(CAST(%(expressions)s AS text), ',')", **context)


def label_ids(item: str = "pk") -> Subquery:
    """To annotate: the labels of the item that this column names, for `labels` below."""
    pairs = Item.labels.through.objects.filter(item=OuterRef(item)).order_by()
    return Subquery(pairs.values("item").annotate(ids=_Joined("label_id")).values("ids"))  # type: ignore[misc]


def labels(site: Site, ids: str | None) -> list[Label]:
    """Those of `label_ids`, by name; one query after each change."""
    wanted = [int(pk) for pk in (ids or "").split(",") if pk]
    known = _all_labels(site) if wanted else {}
    if not known.keys() >= set(wanted):
        known = _all_labels(site, anew=True)
    return sorted((known[pk] for pk in wanted if pk in known), key=lambda label: label.name)


def label(site: Site, slug: str) -> Label | None:
    """The label of this address; one query after each change, and one where there is none."""
    for anew in (False, True):
        for label in _all_labels(site, anew=anew).values():
            if label.slug == slug:
                return label
    return None


def _all_labels(site: Site, *, anew: bool = False) -> dict[int, Label]:
    global _labels
    changes, known = _labels
    if anew or changes != site.changes:
        known = {label.pk: label for label in Label.objects.all()}
        with _lock:
            _labels = (site.changes, known)
    return known


def forget() -> None:
    """Read them anew: for tests, whose sites begin at the same change number."""
    global _kept, _labels, _products
    _kept, _labels, _products = (0, []), (0, {}), (0, [])
