"""Sections of over there as sections here, and labels by their names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.text import slugify

from community.feedback.models import Label
from community.feedback.places import Place
from community.knowledge.import_articles.brought import SectionWords
from community.knowledge.import_articles.report import Report
from community.knowledge.models import Section
from community.lib.avatars import COLOURS, colour_of
from community.lib.plain_text import excerpt

DEFAULT = SectionWords(key="", name="Articles", slug="articles")
RESERVED = frozenset(("a",))  # /help/a/… are articles


def told(slug: str) -> SectionWords:
    """The section that an operator names, whether it is there or not."""
    return SectionWords(key=f"={slug}", name=slug.replace("-", " ").capitalize(), slug=slug)


@dataclass(slots=True)
class Sections:
    """The section of each key. Those that an earlier run used are used again, whatever they are called now."""

    known: Mapping[str, int]  # key → place, as earlier runs recorded it
    only: SectionWords | None  # everything goes here
    report: Report
    is_dry: bool
    made: list[Place] = field(default_factory=list)  # by this run, and not recorded yet
    found: dict[str, Place] = field(default_factory=dict)
    called: dict[str, Place] = field(default_factory=dict)  # those made, by slug: a dry run saves none

    def of(self, words: SectionWords | None) -> Place:
        return self._found(self.meant(words))

    def _found(self, words: SectionWords) -> Place:
        if words.key not in self.found:
            self.found[words.key] = self._earlier(words) or self._called(words) or self._make(words)
        return self.found[words.key]

    def meant(self, words: SectionWords | None) -> SectionWords:
        return self.only or words or DEFAULT

    def _earlier(self, words: SectionWords) -> Place | None:
        pk = self.known.get(words.key)
        return Place.objects.filter(pk=pk, kind=Section.KIND).first() if pk is not None else None

    def _called(self, words: SectionWords) -> Place | None:
        slug = self._slug(words)
        return self.called.get(slug) or Place.objects.filter(kind=Section.KIND, slug=slug).first()

    def _slug(self, words: SectionWords) -> str:
        # The address of a section is ASCII; a name that has none keeps its identity in hexadecimal.
        slug = (slugify(words.slug) or slugify(words.name or words.key))[:60].strip("-")
        slug = slug or f"section-{words.name.encode()[:24].hex()}"
        return f"section-{slug}" if slug in RESERVED else slug

    def _make(self, words: SectionWords) -> Place:
        parent = self._found(words.parent) if words.parent else None
        if parent and parent.parent_id:
            parent = parent.parent  # two levels and no more
        slug = self._slug(words)
        place = Place(
            kind=Section.KIND, slug=slug, name=excerpt(words.name, 80) or f"Section {words.key}"[:80], parent=parent,
            description=excerpt(words.description, 300), order=100 + words.order, posting=Place.Posting.STAFF,
            colour=COLOURS[len(self.found) % len(COLOURS)],
        )  # fmt: skip
        self.report.counts["new sections"] += 1
        self.called[slug] = place
        if not self.is_dry:
            place.save()
            Section.objects.create(place=place)
            self.made.append(place)
        return place


@dataclass(slots=True)
class Labels:
    """Labels by name, made when they are first needed."""

    report: Report
    is_dry: bool
    made: list[Label] = field(default_factory=list)  # by this run, and not recorded yet
    by_slug: dict[str, Label] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_slug = {label.slug: label for label in Label.objects.all()}

    def of(self, names: Iterable[str]) -> list[Label]:
        return list({label.slug: label for label in map(self._label, names)}.values())

    def _label(self, name: str) -> Label:
        slug = slugify(name)[:60] or f"tag-{name.encode()[:28].hex()}"
        if slug not in self.by_slug:
            label = Label(slug=slug, name=excerpt(name, 60), colour=colour_of(slug))
            self.report.counts["new labels"] += 1
            if not self.is_dry:
                label.save()
                self.made.append(label)
            self.by_slug[slug] = label
        return self.by_slug[slug]
