"""The roadmap: features in columns, by where they stand or by when they are meant to come."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from community.feedback import directory
from community.feedback.models import Item, ItemQuerySet
from community.feedback.places import Place, Viewer
from community.members.requests import Request
from roadmap.features.cards import Card, card_of
from roadmap.features.models import Feature, Horizon, Part, end_of_quarter, quarter_of
from roadmap.ideas.models import AREA
from roadmap.stages.badge import Badge, badge_of
from roadmap.stages.directory import stages
from roadmap.stages.models import Kind

IN_A_COLUMN = 10
ON_FRONT = 3  # features on the front page
SHOWN = (Kind.CONSIDERING, Kind.PLANNED, Kind.BUILDING, Kind.SHIPPED)
COMING = (Kind.CONSIDERING, Kind.PLANNED, Kind.BUILDING)


@dataclass
class Column:
    key: str
    title: str
    badge: Badge | None
    cards: list[Card]
    has_more: bool = False
    more_url: str = ""
    is_of_time: bool = False


@dataclass(frozen=True)
class Wanted:
    """What the address of a roadmap says."""

    by: str = "stage"  # or "time"
    area: Place | None = None
    only: str = ""  # one column in full


def wanted(request: Request) -> Wanted:
    said = request.GET
    areas = directory.visible_places(request.site, request.user, AREA)
    return Wanted(
        by="time" if said.get("by") == "time" else "stage",
        area=next((one for one in areas if one.slug == said.get("area")), None),
        only=said.get("column", "")[:20],
    )


def roadmap(request: Request, said: Wanted) -> list[Column]:
    """Every column with its first ten, or one with all of its first hundred. One query."""
    columns = _columns(request, said)
    rows = feature_rows(request.user)
    if said.area:
        rows = rows.filter(place=said.area)
    shown = [one for one in columns if one[0] == said.only] or columns
    most = 100 if said.only else IN_A_COLUMN
    firsts = _first_of_each(rows, [condition for _key, _title, _badge, condition, _holds in shown], most + 1)
    found = list(dressable(firsts, request.user))
    places = {place.pk: place for place in directory.places(request.site)}
    made = []
    for key, title, badge, _condition, holds in shown:
        inside = sorted((item for item in found if holds(item)), key=lambda one: (-_feature(one).rank, -one.pk))
        cards = [card_of(item, request, places.get(item.place_id or 0)) for item in inside[:most]]
        made.append(Column(key, title, badge, cards, len(inside) > most, is_of_time=said.by == "time"))
    return made


Told = tuple[str, str, Badge | None, Q, Callable[[Item], bool]]


def _columns(request: Request, said: Wanted) -> list[Told]:
    """(key, title, badge, what the database asks, the same of a row at hand) of each."""
    if said.by == "time":
        return _by_time()
    shown = [one for one in stages(request.site).values() if one.kind in SHOWN]
    return [(one.slug, one.local_name, badge_of(one), Q(feature__stage=one), _stands_at(one.slug)) for one in shown]


def _stands_at(slug: str) -> Callable[[Item], bool]:
    return lambda item: item.stage == slug


def _by_time() -> list[Told]:
    """A quarter or a day is now until the end of this quarter, next until the end of the next, and later after that."""
    today = timezone.localdate()
    this, following = _ends(today)
    coming = Q(feature__stage__kind__in=COMING)
    due = {
        Horizon.NOW: Q(feature__due_on__lte=this),
        Horizon.NEXT: Q(feature__due_on__gt=this, feature__due_on__lte=following),
        Horizon.LATER: Q(feature__due_on__gt=following),
    }
    return [
        (one.value, str(one.label), None, coming & (Q(feature__horizon=one, feature__due_on=None) | due[one]),
         _comes(one.value))
        for one in Horizon
    ]  # fmt: skip


def _ends(today: date) -> tuple[date, date]:
    quarter = quarter_of(today)
    return end_of_quarter(today.year, quarter), end_of_quarter(today.year, quarter + 1)


def horizon_of(feature: Feature, today: date) -> str:
    """The column of time that it stands in."""
    if feature.due_on is None:
        return feature.horizon
    this, following = _ends(today)
    return Horizon.NOW if feature.due_on <= this else Horizon.NEXT if feature.due_on <= following else Horizon.LATER


def _comes(horizon: str) -> Callable[[Item], bool]:
    today = timezone.localdate()
    return lambda item: horizon_of(_feature(item), today) == horizon


def _feature(item: Item) -> Feature:
    feature: Feature = item.feature  # type: ignore[attr-defined]
    return feature


def _first_of_each(rows: ItemQuerySet, conditions: list[Q], most: int) -> ItemQuerySet:
    """The first of each column, in one query."""
    bare = rows.order_by()
    # SQLite takes no limits in the parts of a UNION, but in what these ask.
    firsts = [
        Feature.objects.filter(
            pk__in=bare.filter(one).order_by("-feature__rank", "-feature__pk").values("pk")[:most]
        ).values("pk")
        for one in conditions
    ]
    return bare.filter(pk__in=reduce(lambda one, more: one.union(more, all=True), firsts))


def feature_rows(viewer: Viewer) -> ItemQuerySet:
    return Item.objects.visible_to(viewer).listed().filter(feature__isnull=False)


def dressable(rows: ItemQuerySet, viewer: Viewer) -> ItemQuerySet:
    """With what a card shows: how many ideas that the viewer may read a feature gathers, and their votes together."""
    readable = Item.objects.visible_to(viewer).listed().filter(pk=OuterRef("idea"))
    parts = Part.objects.filter(Exists(readable), feature=OuterRef("pk")).order_by().values("feature")
    counted: dict[str, Any] = {
        "idea_count": Coalesce(Subquery(parts.annotate(n=Count("pk")).values("n")), 0, output_field=IntegerField()),
        "idea_votes": Coalesce(
            Subquery(parts.annotate(n=Sum("idea__item__vote_count")).values("n")), 0, output_field=IntegerField()
        ),
    }
    return rows.select_related("feature__stage").defer("body", "html").annotate(**counted)


def give_moves(columns: list[Column], request: Request, said: Wanted, address: str) -> None:
    """To each card where staff may move it, also to columns that are not shown: another time at once, back to this
    `address`, another stage with its public answer."""
    known = [(key, title) for key, title, *_rest in _columns(request, said)]
    back_to = urlencode({"next": address})
    for column in columns:
        others = [one for one in known if one[0] != column.key]
        for card in column.cards:
            base = f"/roadmap/{card.pk}"
            card.moves = [
                (key, title, f"{base}/target/?{back_to}", True)
                if said.by == "time"
                else (key, title, f"{base}/stage/?to={key}", False)
                for key, title in others
            ]


def coming(request: Request) -> dict[str, Any] | None:
    """What is being built and planned, for the front page. One query."""
    known = [one for one in stages(request.site).values() if one.kind in (Kind.BUILDING, Kind.PLANNED)]
    rows = feature_rows(request.user).filter(feature__stage__in=[one.pk for one in known])
    places = {place.pk: place for place in directory.places(request.site)}
    found = list(dressable(rows, request.user).order_by("-feature__progress", "-feature__rank", "-pk")[:ON_FRONT])
    cards = [card_of(item, request, places.get(item.place_id or 0)) for item in found]
    return {"template": "roadmap/_front.html", "cards": cards} if cards else None


def change_number() -> int:
    """Another one whenever something on a roadmap may have changed."""
    return Place.objects.filter(kind=AREA).aggregate(sum=Sum("changes"))["sum"] or 0
