"""The board: ideas in an order and narrowed, as one list or in a lane for each product area."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Left
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.feedback import directory
from community.feedback.models import Item, ItemQuerySet, Label, Vote
from community.feedback.places import Place, Viewer
from community.feedback.vote import Budget
from community.feedback.weighing import Weigher, weighers
from community.lib import paging
from community.members.requests import Request
from roadmap.ideas.models import AREA, Idea, Weight
from roadmap.ideas.permissions import may_move
from roadmap.ideas.rows import Row, row_of
from roadmap.ideas.weighing import PLAN
from roadmap.stages.directory import stages
from roadmap.stages.models import Kind

SIZE = 20
IN_A_LANE = 5
MOST_LANES = 12
LABELLED = 3  # on the page of a label, above its threads
WORDS = 800  # characters of the HTML, for a line or two below the title
ORDERS: dict[str, Promise] = {
    "hot": pgettext_lazy("order of ideas", "Hot"),
    "top": pgettext_lazy("order of ideas", "Most wanted"),
    "new": pgettext_lazy("order of ideas", "New"),
    "moved": pgettext_lazy("order of ideas", "Recently moved"),
}
KEYS: dict[str, list[tuple[str, type]]] = {
    "hot": [("heat", float), ("pk", int)],
    "top": [("vote_count", int), ("pk", int)],
    "new": [("created_at", datetime), ("pk", int)],
    "moved": [("moved_at", datetime), ("pk", int)],
}
WEIGHED: list[tuple[str, type]] = [("value", float), ("idea_id", int)]
OF_IDEAS = ("hot", "moved")  # orders whose keys stand on the Idea; those of the others on its Item
SHOWN: dict[str, Promise] = {
    "unanswered": _("Not answered yet"),
    "mine": _("Mine"),
    "voted": _("I voted for"),
}


@dataclass(frozen=True)
class Narrowed:
    """What the address of a board says; whatever it says that is not there is left out."""

    order: str = "hot"
    stage: str = ""
    area: Place | None = None
    label: str = ""
    product: int = 0
    shown: str = ""
    key: str = ""  # of the number that it is ordered by, for staff: a plan

    @property
    def is_filtered(self) -> bool:
        return bool(self.stage or self.label or self.product or self.shown or self.weigher)

    @property
    def weigher(self) -> Weigher | None:
        """The number that it is ordered by, for staff alone."""
        return weighers.get(self.order)

    @property
    def keys(self) -> list[tuple[str, type]]:
        return WEIGHED if self.weigher else KEYS[self.order]


@dataclass
class Lane:
    place: Place
    rows: list[Row]
    more_url: str = ""


@dataclass
class Board:
    narrowed: Narrowed
    rows: list[Row]
    lanes: list[Lane]
    after: str | None = None


def narrowed(request: Request) -> Narrowed:
    said = request.GET
    areas = directory.visible_places(request.site, request.user, AREA)
    product = said.get("product", "")
    products = {str(one.pk) for one in directory.products(request.site)}
    shown = said.get("show", "")
    order, key = _order(request)
    return Narrowed(
        order=order,
        key=key,
        stage=said.get("stage", "") if said.get("stage") in stages(request.site) else "",
        area=next((one for one in areas if one.slug == said.get("area")), None),
        label=said.get("label", "")[:60],
        product=int(product) if product in products else 0,
        shown=shown if shown == "unanswered" or (shown in SHOWN and request.user.is_authenticated) else "",
    )


def _order(request: Request) -> tuple[str, str]:
    """That of the address; of a number of those that staff alone know, with its key."""
    order, plan = request.GET.get("order", ""), request.GET.get("plan", "")[:60]
    if may_move(request.user):
        if plan:
            return PLAN, plan
        weigher = weighers.get(order)
        if weigher and not weigher.has_keys:
            return order, ""
    return order if order in ORDERS else "hot", ""


def board(request: Request, wanted: Narrowed, *, in_lanes: bool, budget: Budget | None = None) -> Board:
    """The first rows of each lane, or one page of a list. Three queries for a member, two for a guest."""
    viewer, keys = request.user, wanted.keys
    if not in_lanes:
        page = paging.page(_rows(request, wanted), keys, request.GET.get("after", ""), SIZE)
        rows = dressed(_items(page.rows), request, budget=budget)
        _let_choose(rows, viewer)
        if wanted.weigher:
            for row, weight in zip(rows, page.rows, strict=True):
                row.weight_text = wanted.weigher.words(weight.value)
        return Board(wanted, rows, [], page.after)
    areas = directory.visible_places(request.site, viewer, AREA)[:MOST_LANES]
    names = [f"-{name}" for name, _type in keys]
    firsts = [_rows(request, replace(wanted, area=area)).order_by(*names)[:IN_A_LANE] for area in areas]
    # SQLite takes no limits in the parts of a UNION, but in what these ask.
    parts = [Idea.objects.filter(pk__in=one.values("pk")).values("pk") for one in firsts]
    chosen = reduce(lambda one, more: one.union(more, all=True), parts)
    found = dressable(Item.objects.filter(pk__in=chosen))
    ordered = sorted(found, key=lambda item: [_value(item, name) for name, _type in keys], reverse=True)
    rows = dressed(ordered, request, shows_place=False, budget=budget)
    _let_choose(rows, viewer)
    shown = dict(zip((item.pk for item in ordered), rows, strict=True))
    lanes = [Lane(area, [shown[item.pk] for item in ordered if item.place_id == area.pk]) for area in areas]
    return Board(wanted, [], lanes)


def _let_choose(rows: list[Row], viewer: Viewer) -> None:
    """Staff act on several at once."""
    for row in rows:
        row.may_choose = may_move(viewer)


def _value(item: Item, name: str) -> Any:
    return getattr(item, name) if hasattr(item, name) else getattr(item.idea, name)  # type: ignore[attr-defined]


def _rows(request: Request, wanted: Narrowed) -> QuerySet[Any]:
    """Ideas, their Items or their Weights, whichever the order is read off, without order."""
    is_few = wanted.label or wanted.shown in ("mine", "voted")
    if wanted.weigher:
        weights = Weight.objects.filter(name=wanted.order, key=wanted.key)
        if is_few:
            return weights.filter(idea__in=idea_items(request, wanted).values("pk"))
        return weights.filter(Exists(idea_items(request, wanted).filter(pk=OuterRef("idea"))))
    if wanted.order not in OF_IDEAS:
        return idea_items(request, wanted)
    if is_few:
        # Few: collected and sorted, where walking through all ideas would look for them one by one.
        return Idea.objects.filter(pk__in=idea_items(request, wanted).values("pk"))
    readable = idea_items(request, wanted).filter(pk=OuterRef("pk"))
    # Asked row by row: joined, SQLite would begin with all items, and sort them.
    return _at_stages(Idea.objects.filter(Exists(readable)), request, wanted)


def _at_stages(ideas: QuerySet[Idea], request: Request, wanted: Narrowed) -> QuerySet[Idea]:
    known = stages(request.site).values()
    if wanted.stage:
        ideas = ideas.filter(stage__in=[one.pk for one in known if one.slug == wanted.stage])
    if wanted.shown == "unanswered":
        ideas = ideas.filter(answered_at=None, stage__in=[one.pk for one in known if one.kind == Kind.NEW])
    return ideas


def idea_items(request: Request, wanted: Narrowed) -> ItemQuerySet:
    """The Items of the ideas that the reader may see and that the address asks for."""
    viewer = request.user
    rows = Item.objects.visible_to(viewer).listed().filter(kind=Idea.KIND)
    if wanted.area:
        rows = rows.filter(place=wanted.area)
    if wanted.label:
        rows = rows.filter(labels__slug=wanted.label)
    if wanted.product:
        rows = rows.filter(product=wanted.product)
    if wanted.shown == "mine":
        rows = rows.filter(author=viewer.pk)
    elif wanted.shown == "voted":
        rows = rows.filter(votes__member=viewer.pk)
    if wanted.order not in OF_IDEAS or wanted.label or wanted.shown in ("mine", "voted"):
        rows = rows.filter(stage=wanted.stage) if wanted.stage else rows
        if wanted.weigher and not wanted.stage:  # what is still to be decided
            rows = rows.exclude(stage__in=[one.slug for one in stages(request.site).values() if one.is_ended])
        if wanted.shown == "unanswered":
            new = [one.slug for one in stages(request.site).values() if one.kind == Kind.NEW]
            rows = rows.filter(idea__answered_at=None, stage__in=new)
    return rows


def _items(rows: Sequence[Idea | Item | Weight]) -> list[Item]:
    """The Items of a page with what `dressed` shows, in its order. One query."""
    ids = [row.idea_id if isinstance(row, Weight) else row.pk for row in rows]
    found = {item.pk: item for item in dressable(Item.objects.filter(pk__in=ids))}
    return [found[pk] for pk in ids]


def dressable(rows: ItemQuerySet) -> ItemQuerySet:
    """With what `dressed` shows, and no more."""
    return (
        rows.select_related("idea", "author")
        .only(
            "title", "path", "language", "place_id", "created_at", "vote_count", "reply_count", "state", "stage",
            "kind", "visibility", "author_id", "author__handle", "author__name", "author__picture",
            "idea__heat", "idea__moved_at", "idea__answered_at",
        )
        .annotate(beginning=Left("html", WORDS), label_ids=directory.label_ids())
    )  # fmt: skip


def dressed(
    items: list[Item], request: Request, *, shows_place: bool = True, budget: Budget | None = None
) -> list[Row]:
    """Rows as their template shows them. One query for a member's votes, none for a guest."""
    viewer = request.user
    places = {place.pk: place for place in directory.places(request.site)} if shows_place else {}
    voted: set[int] = set()
    if viewer.is_authenticated and items:
        ids = [item.pk for item in items]
        voted = set(Vote.objects.filter(member=viewer, item__in=ids).values_list("item_id", flat=True))
    return [
        row_of(item, request, places.get(item.place_id or 0), voted=item.pk in voted, budget=budget) for item in items
    ]


def labelled(label: Label, request: Request) -> dict[str, object] | None:
    """The hottest with this label, for its page. Three queries for a member, two for a guest."""
    rows = _rows(request, Narrowed(label=label.slug)).order_by("-heat", "-pk")[:LABELLED]
    shown = dressed(_items(list(rows)), request)
    return {"template": "roadmap/_labelled.html", "rows": shown, "label": label} if shown else None
