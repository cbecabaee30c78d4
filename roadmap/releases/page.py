"""The changelog and its releases as pages show them."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.safestring import SafeString, mark_safe

from community.feedback import directory
from community.feedback.models import Item, Label
from community.feedback.places import Place, Viewer
from community.lib import paging
from community.lib.times import Moment, moment
from community.members.models import Site
from community.members.requests import Request
from roadmap.ideas.models import AREA
from roadmap.releases.models import Entry, Release

SIZE = 10
ON_FRONT = 3  # releases on the front page
LOOKS = {"new": ("green", "plus"), "improved": ("blue", "up"), "fixed": ("amber", "check")}


@dataclass(slots=True)
class Fulfilled:
    title: str
    url: str
    votes: int


@dataclass(slots=True)
class Line:
    pk: int
    kind: str
    colour: str
    icon: str
    title: str
    html: SafeString
    area: str
    area_colour: str
    labels: list[Label]
    fulfils: list[Fulfilled]


@dataclass(slots=True)
class Shown:
    release: Release
    url: str
    title: str
    language: str
    version: str
    html: SafeString
    at: Moment | None
    lines: list[Line]

    @property
    def entries_url(self) -> str:
        """Where staff change its entries."""
        return f"/releases/{self.release.pk}/entries/"


def published() -> QuerySet[Release]:
    """Those that everybody may read, read off their own index: joined, SQLite may begin with all items."""
    shown = Item.objects.filter(pk=OuterRef("pk"), state=Item.State.VISIBLE)
    return Release.objects.filter(Exists(shown), published_at__isnull=False).prefetch_related("item")


def changelog(request: Request, *, area: Place | None, after: str) -> paging.Page[Release]:
    """One page of what was published, newest first, of one product area where it is named."""
    rows = published()
    if area:
        rows = rows.filter(entries__area=area).distinct()
    return paging.page(rows, [("published_at", datetime), ("pk", int)], after, SIZE)


def shown(releases: list[Release], viewer: Viewer, site: Site, *, wanted: Q | None = None) -> list[Shown]:
    """With their entries (those `wanted`), and what these fulfil as far as the reader may read it. Four queries."""
    readable = Item.objects.visible_to(viewer).listed()
    ideas = Prefetch("ideas", to_attr="shown_ideas")
    features = Prefetch("features", to_attr="shown_features")
    # What is about an area shows to those who see the area.
    seen = Q(area=None) | Q(area__in=[one.pk for one in directory.visible_places(site, viewer, AREA)])
    rows = Entry.objects.filter(seen, release__in=releases).prefetch_related("labels", ideas, features)
    entries = list((rows.filter(wanted) if wanted else rows).order_by("release", "order", "pk"))
    fulfilled = {one.pk for entry in entries for one in (*entry.shown_ideas, *entry.shown_features)}
    items = {one.pk: one for one in readable.filter(pk__in=fulfilled).only("title", "path", "vote_count", "kind")}
    places = {place.pk: place for place in directory.places(site)}
    lines = {
        pk: [_line(one, items, places, viewer) for one in some]
        for pk, some in groupby(entries, key=lambda entry: entry.release_id)
    }
    return [_shown(one, lines.get(one.pk, [])) for one in releases]


def _shown(release: Release, lines: list[Line]) -> Shown:
    item = release.item
    return Shown(
        release=release, url=item.path, title=item.title, language=item.language, version=release.version,
        html=mark_safe(item.html),  # noqa: S308 (sanitised when it was written)
        at=moment(release.published_at) if release.published_at else None, lines=lines,
    )  # fmt: skip


def _line(entry: Entry, items: dict[int, Item], places: dict[int, Place], viewer: Viewer) -> Line:
    colour, icon = LOOKS[entry.kind]
    place = places.get(entry.area_id or 0)
    place = place if place and place.is_visible_to(viewer) else None
    found = [items[one.pk] for one in (*entry.shown_features, *entry.shown_ideas) if one.pk in items]  # type: ignore[attr-defined]
    return Line(
        pk=entry.pk, kind=entry.get_kind_display(), colour=colour, icon=icon, title=entry.title,
        html=mark_safe(entry.html),  # noqa: S308 (sanitised when it was written)
        area=place.local_name if place else "", area_colour=place.colour if place else "",
        labels=list(entry.labels.all()), fulfils=[Fulfilled(one.title, one.path, one.vote_count) for one in found],
    )  # fmt: skip


def visible_release(viewer: Viewer, slug: str) -> Release | None:
    rows = Release.objects.select_related("item__place", "item__author", "published_by").filter(slug=slug)
    release = next(iter(rows), None)
    return release if release and release.item.is_visible_to(viewer) else None


def drafts() -> list[Release]:
    """What is not published yet, for staff."""
    rows = Release.objects.filter(published_at=None).exclude(item__state=Item.State.REMOVED)
    return list(rows.filter(Q(item__state=Item.State.VISIBLE)).select_related("item").order_by("-pk")[:20])


def latest(request: Request) -> dict[str, Any] | None:
    """What shipped last, for the front page. Two queries."""
    found = published().order_by("-published_at", "-pk")[:ON_FRONT]
    releases = [
        (one.item.title, one.item.path, one.version, moment(one.published_at or one.item.created_at)) for one in found
    ]
    return {"template": "roadmap/_latest.html", "releases": releases} if releases else None
