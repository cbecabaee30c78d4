"""Categories and tags of the old forum as places and labels."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.text import slugify

from community.discussions.import_discourse.report import Report
from community.discussions.models import Category, Kind
from community.feedback.models import Label
from community.feedback.places import Audience, Place
from community.lib.avatars import COLOURS, colour_of
from community.lib.plain_text import excerpt


class CategoriesRefused(ValueError):
    """Carries a sentence that says what is wrong with the file of names, and what to do."""


@dataclass(frozen=True, slots=True)
class Described:
    """What the operator says about a category of the old forum."""

    name: str = ""
    slug: str = ""
    parent: int | None = None
    audience: str = Audience.PUBLIC
    description: str = ""


def described_categories(path: Path) -> dict[int, Described]:
    """Names by category id from a JSON file: {"2": "Meta"} or {"2": {"name": "Meta", "slug": "meta", "parent": 1}}."""
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
        return {int(number): _described(words) for number, words in found.items()}
    except (OSError, ValueError, TypeError, AttributeError) as broken:
        raise CategoriesRefused(
            f'{path.name} is no list of categories: {broken}. Write JSON such as {{"2": "Meta"}} or '
            '{"2": {"name": "Meta", "slug": "meta", "parent": 1, "audience": "staff"}}.'
        ) from broken


def _described(words: Any) -> Described:
    if isinstance(words, str):
        return Described(name=words)
    audience = words.get("audience", Audience.PUBLIC)
    if audience not in (Audience.PUBLIC, Audience.MEMBERS, Audience.STAFF):
        raise ValueError(f"{audience!r} is no audience; use public, members or staff")
    parent = words.get("parent")
    return Described(
        name=str(words.get("name") or ""),
        slug=str(words.get("slug") or ""),
        parent=None if parent is None else int(parent),
        audience=audience,
        description=str(words.get("description") or ""),
    )


@dataclass(slots=True)
class Places:
    """The place of each category id. Those that an earlier run used are used again, whatever they are called now."""

    name: str  # of the source
    described: dict[int, Described]
    known: dict[int | None, int]  # category id → place, as earlier runs recorded it
    solving: set[int | None]
    only: Place | None
    report: Report
    is_dry: bool
    found: dict[int | None, Place] = field(default_factory=dict)

    def make(self, category_ids: Iterable[int | None]) -> None:
        earlier = Place.objects.in_bulk(set(self.known.values()))
        self.found = {number: earlier[pk] for number, pk in self.known.items() if pk in earlier}
        wanted = sorted(category_ids, key=lambda number: (number is None, number or 0))
        for number in wanted:
            self._place(number)

    def _place(self, number: int | None, inside: frozenset[int | None] = frozenset()) -> Place:
        if self.only:
            self.found[number] = self.only
            return self.only
        if number in self.found:
            return self.found[number]
        described = self.described.get(number, Described()) if number is not None else Described(name=self.name)
        name = excerpt(described.name or f"Category {number}", 80)
        slug = (slugify(described.slug) or self._slug(number, described.name))[:60]
        place = Place.objects.filter(kind=Category.KIND, slug=slug).first()
        if place is None:
            loops = described.parent in inside | {number}
            parent = None if described.parent is None or loops else self._place(described.parent, inside | {number})
            place = Place(
                kind=Category.KIND, slug=slug, name=name, description=excerpt(described.description, 300),
                audience=described.audience, order=100 + (number or 0), parent=parent,
                colour=COLOURS[(number or 0) % len(COLOURS)],
            )  # fmt: skip
            self.report.counts["new categories"] += 1
            if not self.is_dry:
                place.save()
                kind = Kind.QUESTION if number in self.solving else Kind.DISCUSSION
                Category.objects.create(place=place, default_kind=kind)
        self.found[number] = place
        return place

    def _slug(self, number: int | None, name: str) -> str:
        # Two forums both have a category 2: without a name, the source tells them apart.
        numbered = f"{slugify(self.name)}-{number}" if number is not None else slugify(self.name)
        return slugify(name) or numbered


class Labels:
    """Labels by tag, made when they are first needed."""

    def __init__(self, report: Report, *, is_dry: bool) -> None:
        self.report = report
        self.is_dry = is_dry
        self.by_slug = {label.slug: label for label in Label.objects.all()}

    def of(self, tags: Iterable[str]) -> list[Label]:
        return list({label.slug: label for label in map(self._label, tags)}.values())

    def _label(self, tag: str) -> Label:
        # The address of a label is ASCII; a tag that has none keeps its identity in hexadecimal.
        slug = slugify(tag)[:60] or f"tag-{tag.encode()[:28].hex()}"
        if slug not in self.by_slug:
            label = Label(slug=slug, name=excerpt(tag, 60), colour=colour_of(slug))
            self.report.counts["new labels"] += 1
            if not self.is_dry:
                label.save()
            self.by_slug[slug] = label
        return self.by_slug[slug]
