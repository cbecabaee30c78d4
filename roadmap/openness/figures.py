"""Counting what /open/ shows: by a task, for a page must not read all ideas; only what everybody may read counts."""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db import connections
from django.db.models import Count, F, Sum
from django.utils import timezone
from django_q.models import Schedule

from community.feedback.models import Item, ItemQuerySet
from community.feedback.places import GUEST
from roadmap.ideas.models import Idea
from roadmap.openness.models import Figures
from roadmap.stages.models import ENDED, Kind, Stage

COUNT = "roadmap.openness.figures.count"
EVERY = 30  # minutes
WAITING = 10  # ideas that are named
A_YEAR = timedelta(days=365)
_DAY = timedelta(days=1).total_seconds()


@dataclass
class Counted:
    """Numbers and ids alone: words are read when they are shown, from what may be read then."""

    ideas: int = 0
    votes: dict[str, int] = field(default_factory=dict)  # by "delivered", "open", "declined" and "merged"
    answered: int = 0  # of the last year
    days: float | None = None  # to the first official answer, the median of those
    waiting: list[int] = field(default_factory=list)

    @property
    def share(self) -> float | None:
        """Of votes delivered, in percent: delivered / (delivered + open); None when there is neither."""
        delivered, still_open = self.votes.get("delivered", 0), self.votes.get("open", 0)
        return 100 * delivered / (delivered + still_open) if delivered + still_open else None


def current() -> tuple[Counted, datetime]:
    """The numbers as they were counted last, and when; counted now where nobody has done so yet."""
    row = Figures.objects.filter(pk=1).first()
    return (Counted(**row.counted), row.at) if row else (_count(), timezone.now())


def count() -> None:
    """Run by the clock; a second run finds the same."""
    Figures.objects.update_or_create(pk=1, defaults={"counted": asdict(_count()), "at": timezone.now()})


def _count() -> Counted:
    ideas = Item.objects.visible_to(GUEST).listed().filter(kind=Idea.KIND)
    answered, days = _answers(ideas)
    votes, number = _votes(ideas)
    return Counted(ideas=number, votes=votes, answered=answered, days=days, waiting=_waiting(ideas))


def _votes(ideas: ItemQuerySet) -> tuple[dict[str, int], int]:
    """Votes by what became of their ideas, and how many ideas there are."""
    kinds = dict(Stage.objects.values_list("slug", "kind"))
    votes = {"delivered": 0, "open": 0, "declined": 0, "merged": 0}
    number = 0
    for stage, some, cast in ideas.order_by().values_list("stage").annotate(Count("pk"), Sum("vote_count")):
        votes[_became(kinds.get(stage, Kind.NEW))] += cast
        number += some
    return votes, number


def _became(kind: str) -> str:
    return {Kind.SHIPPED: "delivered", Kind.DECLINED: "declined", Kind.MERGED: "merged"}.get(Kind(kind), "open")


def _answers(ideas: ItemQuerySet) -> tuple[int, float | None]:
    """How many ideas of the last year have an official answer, and after how many days half of these had it."""
    lately = ideas.filter(created_at__gte=timezone.now() - A_YEAR, idea__answered_at__isnull=False).order_by()
    # A file without dates says neither when it was asked nor when it was answered.
    lately = lately.exclude(external_id__isnull=False, idea__answered_at__lte=F("created_at"))
    times = lately.values_list("created_at", "idea__answered_at").iterator(5_000)
    waited = [max(0.0, (at - asked).total_seconds() / _DAY) for asked, at in times if at]
    return len(waited), round(median(waited), 1) if waited else None


def _waiting(ideas: ItemQuerySet) -> list[int]:
    """Those that nobody has answered and that have not ended, the oldest first."""
    stages = Stage.objects.exclude(kind__in=ENDED).values("slug")
    rows = ideas.filter(idea__answered_at=None, stage__in=stages).order_by("created_at", "pk")
    return list(rows.values_list("pk", flat=True)[:WAITING])


def ensure_schedule(using: str) -> None:
    if Schedule._meta.db_table not in connections[using].introspection.table_names():
        return  # only this app was migrated
    schedules: Any = Schedule.objects.using(using)
    if not schedules.filter(func=COUNT).exists():
        schedules.create(name="openness", func=COUNT, schedule_type=Schedule.MINUTES, minutes=EVERY)
