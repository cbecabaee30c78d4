"""Where ideas of a file go: areas and labels by their names, stages by what they call theirs."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.text import slugify
from django.utils.translation import gettext as _

from community.feedback.models import Label
from community.feedback.places import Place
from community.lib.avatars import colour_of
from community.lib.csv_files import FileRefused
from community.lib.plain_text import excerpt
from roadmap.ideas.models import AREA
from roadmap.imports.statuses import Statuses


@dataclass(slots=True)
class Areas:
    """Product areas are made by administrators: who may read them is not for a file to say. Raises FileRefused."""

    slug: str = ""  # where everything goes that names no area of ours
    known: dict[str, Place] = field(default_factory=dict)
    default: Place | None = None

    def __post_init__(self) -> None:
        areas = list(Place.objects.filter(kind=AREA))
        for area in areas:
            names = [area.slug, area.name, *(said.get("name", "") for said in area.translations.values())]
            for name in names:
                self.known.setdefault(_plain(name), area)
        self.default = next((area for area in areas if not self.slug or area.slug == self.slug), None)
        if self.slug and self.default is None:
            words = _("There is no product area “%(name)s”. There are: %(areas)s.")
            raise FileRefused(words % {"name": self.slug, "areas": ", ".join(area.slug for area in areas) or "–"})

    def of(self, name: str) -> Place | None:
        return self.known.get(_plain(name)) if name else None


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


@dataclass(slots=True)
class Labels:
    """Labels by name. One that is not here is made with the first idea that is written with it."""

    known: dict[str, Label] = field(default_factory=dict)
    by_slug: dict[str, Label] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)  # addresses of those that are not here and not counted yet

    def __post_init__(self) -> None:
        labels = list(Label.objects.all())
        self.by_slug = {label.slug: label for label in labels}
        for names in (
            [(label.name, label) for label in labels],
            [(name, label) for label in labels for name in label.translations.values()],
            [(label.slug, label) for label in labels],
        ):
            for name, label in names:
                self.known.setdefault(_alike(name), label)

    def of(self, names: Iterable[str]) -> list[Label]:
        return list({label.slug: label for label in map(self._label, names)}.values())

    def count_new(self, labels: Iterable[Label]) -> int:
        """How many of them were not here and not counted before."""
        found = self.new & {label.slug for label in labels}
        self.new -= found
        return len(found)

    def _label(self, words: str) -> Label:
        name = excerpt(words, 60)
        found = self.known.get(_alike(name))
        if found is None:
            found = self.known[_alike(name)] = self._made(name)
        return found

    def _made(self, name: str) -> Label:
        slug = slug_of(name)
        if slug in self.by_slug:  # of another name: C, C++ and C# are all "c"
            slug = f"{slug[:53]}-{hashlib.sha256(_alike(name).encode()).hexdigest()[:6]}"
        if slug not in self.by_slug:
            self.by_slug[slug] = Label(slug=slug, name=name, colour=colour_of(slug))
            self.new.add(slug)
        return self.by_slug[slug]


def _alike(name: str) -> str:
    """The same for names that differ in nothing that a reader would part them by: UI kit, ui-kit."""
    return _plain(re.sub(r"(?<=\w)[-_](?=\w)", " ", name))


def slug_of(name: str) -> str:
    """The address of a label is ASCII; a name that has none keeps its identity in hexadecimal."""
    return slugify(name)[:60].strip("-") or f"tag-{name.encode()[:28].hex()}"


@dataclass(slots=True)
class Setting:
    statuses: Statuses
    areas: Areas
    labels: Labels
    language: str
