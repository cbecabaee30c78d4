"""What others call where an idea stands, as one of our stages."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from community.lib.csv_files import FileRefused, heading_of
from roadmap.stages.models import Kind, Stage

_WORDS = {
    Kind.NEW: ",open,new,active,new idea,received,submitted,backlog,pending,awaiting review,ideas,inbox",
    Kind.CONSIDERING: (
        "under review,under consideration,reviewing,in review,considering,considered,evaluating,gathering feedback,"
        "needs feedback,need feedback,discovery,candidate,investigating,exploring,researching,maybe"
    ),
    Kind.PLANNED: "planned,accepted,approved,on roadmap,on the roadmap,scheduled,next,later,up next,todo,to do",
    Kind.BUILDING: "started,in progress,working on it,building,being built,in development,development,now,beta,doing",
    Kind.SHIPPED: (
        "completed,complete,shipped,done,released,launched,live,implemented,delivered,already exists,available"
    ),
    Kind.DECLINED: (
        "declined,closed,rejected,not planned,won't do,wont do,won't fix,wont fix,will not implement,archived,"
        "cancelled,canceled,not now,out of scope"
    ),
    Kind.MERGED: "duplicate,merged,duplicated",
}  # fmt: skip
_KINDS = {heading_of(word): kind for kind, words in _WORDS.items() for word in words.split(",")}


@dataclass(slots=True)
class Statuses:
    """`chosen` are their words → the address of our stage. Raises FileRefused for one that is not there."""

    chosen: Mapping[str, str] = field(default_factory=dict)
    stages: list[Stage] = field(default_factory=lambda: list(Stage.objects.all()))
    known: dict[str, Stage] = field(default_factory=dict)

    def __post_init__(self) -> None:
        by_slug = {stage.slug: stage for stage in self.stages}
        for stage in self.stages:
            for name in (stage.slug, stage.name, *stage.translations.values()):
                self.known.setdefault(heading_of(name), stage)
        for words, slug in self.chosen.items():
            if slug not in by_slug:
                words = _("There is no stage “%(name)s”. The stages are: %(stages)s.")
                raise FileRefused(words % {"name": slug, "stages": ", ".join(by_slug)})
            self.known[heading_of(words)] = by_slug[slug]

    @property
    def first(self) -> Stage:
        return self._of_kind(Kind.NEW)

    @property
    def merged(self) -> Stage:
        return self._of_kind(Kind.MERGED)

    def of(self, words: str) -> Stage | None:
        """None for words that nobody chose a stage for and that say nothing."""
        name = heading_of(words)
        if name in self.known:
            return self.known[name]
        return self._of_kind(_KINDS[name]) if name in _KINDS else None

    def _of_kind(self, kind: Kind) -> Stage:
        """The first of the kind, or what is next to it where the site has none."""
        nearest = {Kind.MERGED: Kind.DECLINED, Kind.BUILDING: Kind.PLANNED, Kind.PLANNED: Kind.CONSIDERING}
        of_kind = [stage for stage in self.stages if stage.kind == kind]
        return of_kind[0] if of_kind else self._of_kind(nearest.get(kind, Kind.NEW))
