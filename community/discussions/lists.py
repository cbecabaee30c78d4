"""Lists of threads: orders, filters, rows."""

from dataclasses import dataclass
from datetime import datetime

import django_filters
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.conversations import reading
from community.discussions.models import Kind, Thread
from community.discussions.pins import pinned_ids
from community.feedback import directory
from community.feedback.models import Item, ItemQuerySet, Label
from community.feedback.places import Place, Viewer
from community.lib import paging
from community.members.models import Member
from community.members.requests import Request
from community.notifications.follow import level_of
from community.notifications.follow_button import level_beside_rows
from community.notifications.models import Level

SIZE = 20
ORDERS: dict[str, Promise] = {
    "latest": pgettext_lazy("order of threads", "Latest"),
    "new": pgettext_lazy("order of threads", "New"),
    "unanswered": pgettext_lazy("order of threads", "Unanswered"),
    "top": pgettext_lazy("order of threads", "Top"),
    "mine": pgettext_lazy("order of threads", "Mine"),
}
KEYS: dict[str, list[tuple[str, type]]] = {
    "latest": [("active_at", datetime), ("pk", int)],
    "new": [("created_at", datetime), ("pk", int)],
    "unanswered": [("created_at", datetime), ("pk", int)],
    "top": [("vote_count", int), ("pk", int)],
    "mine": [("created_at", datetime), ("pk", int)],
}


class ThreadFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(
        field_name="thread__kind", choices=Kind.choices, label=_("Kind"), empty_label=_("All kinds")
    )
    label = django_filters.ModelChoiceFilter(
        field_name="labels", queryset=Label.objects.all(), to_field_name="slug", label=_("Label"),
        empty_label=_("All labels"),
    )  # fmt: skip

    class Meta:
        model = Item
        fields: list[str] = []


@dataclass
class ThreadList:
    """One page of threads with all that its template shows."""

    rows: list[Item]
    pinned: list[Item]
    after: str | None
    order: str
    filter: ThreadFilter
    query: str  # of the filters, for links that keep them
    is_filtered: bool
    level: str = Level.NORMAL  # at which the viewer follows the category or label

    @property
    def all_rows(self) -> list[Item]:
        return [*self.pinned, *self.rows]


def thread_rows(viewer: Viewer, *further: str) -> ItemQuerySet:
    """Threads as rows of a list: no words, people and decisions in the same query; `further` names more columns."""
    return (
        Item.objects.visible_to(viewer)
        .listed()
        .filter(kind=Thread.KIND)
        .select_related("author", "active_by", "thread__pin", "thread__solution", "thread__closure")
        .only(
            "title", "path", "language", "place_id", "created_at", "active_at", "vote_count", "reply_count",
            "reply_serial", "author_id", "active_by_id", "state", "visibility",
            "author__handle", "author__name", "author__picture",
            "active_by__handle", "active_by__name", "active_by__picture",
            "thread__kind", "thread__pin__is_everywhere", "thread__solution__reply_id", "thread__closure__is_lock",
            *further,
        )
    )  # fmt: skip


def thread_list(request: Request, *, place: Place | None = None, label: Label | None = None) -> ThreadList:
    """The threads of the site, a category (with those inside it) or a label, as the request asks."""
    viewer = request.user
    order = request.GET.get("order", "latest")
    if order not in ORDERS or (order == "mine" and not viewer.is_authenticated):
        order = "latest"
    rows = thread_rows(viewer)
    if place:
        inside = [one.pk for one in directory.places(request.site) if one.parent_id == place.pk]
        rows = rows.filter(place__in=[place.pk, *inside]) if inside else rows.filter(place=place)
    if label:
        rows = rows.filter(labels=label)
    if order == "unanswered":
        rows = rows.unanswered()
    elif order == "mine":
        rows = rows.filter(author=viewer.pk)
    target = label or place
    if target and viewer.is_authenticated:
        rows = rows.annotate(followed=level_beside_rows(viewer, target))
    filters = ThreadFilter(request.GET, queryset=rows)
    cursor = request.GET.get("after", "")
    is_filtered = bool(request.GET.get("kind") or request.GET.get("label"))
    # The form behind the filters is slow to build, and most lists are not filtered.
    page = paging.page(filters.qs if is_filtered else rows, KEYS[order], cursor, SIZE)
    pinned: list[Item] = []
    if order == "latest" and not cursor and not is_filtered and not label:
        pinned = _pinned(request, rows, place)
        ids = {row.pk for row in pinned}
        page.rows[:] = [row for row in page.rows if row.pk not in ids]
    found = ThreadList(page.rows, pinned, page.after, order, filters, _query(request), is_filtered)
    dress(found.all_rows, request)
    if target and viewer.is_authenticated:
        found.level = _level(viewer, target, found.all_rows)
    return found


def _level(viewer: Member, target: Place | Label, rows: list[Item]) -> str:
    return getattr(rows[0], "followed", None) or Level.NORMAL if rows else level_of(viewer, target)


def _pinned(request: Request, rows: QuerySet[Item], place: Place | None) -> list[Item]:
    ids = pinned_ids(request.site, everywhere=place is None)
    return list(rows.filter(pk__in=ids).order_by("-active_at")[:5]) if ids else []


def _query(request: Request) -> str:
    kept = request.GET.copy()
    for name in ("after", "order"):
        kept.pop(name, None)
    return kept.urlencode()


def labels_of(rows: list[Item]) -> dict[int, list[Label]]:
    """The labels of each row, by name; a prefetch would make a manager and a QuerySet for every row."""
    found: dict[int, list[Label]] = {}
    pairs = Item.labels.through.objects.filter(item__in=[row.pk for row in rows]).select_related("label")
    for pair in sorted(pairs, key=lambda pair: pair.label.name):
        found.setdefault(pair.item_id, []).append(pair.label)
    return found


def dress(rows: list[Item], request: Request) -> None:
    """Give each row what its template shows besides its own fields."""
    viewer = request.user
    places: dict[int | None, Place] = {place.pk: place for place in directory.places(request.site)}
    marks = reading.marks(viewer, rows) if viewer.is_authenticated and rows else {}
    labels = labels_of(rows)
    for row in rows:
        row.shown_labels = labels.get(row.pk, [])
        # The directory's place is set as the cached relation: no join, no query.
        row.place = places.get(row.place_id)  # an appeal is in none
        row.unread = reading.unread(viewer, row, marks.get(row.pk)) if viewer.is_authenticated else 0
        row.read_to = marks.get(row.pk, 0)
