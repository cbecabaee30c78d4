"""The counts that reports are made of: answers by day, by the day on which the same person answered anew, by number.

An answer counts in a window that holds its day and not the day of the person's next one, so that of each person the
latest answer of the window counts, whatever the window. Days are those of UTC. What is tallied is read from the
tallies; the rest is counted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, TruncDate

from surveys.campaigns.models import Campaign
from surveys.responses.models import Response
from surveys.tallies.models import Tallied, Tally

DAY = timedelta(days=1)
# Monthly revenue: each from this on, and below the next.
REVENUES = (0, 100, 1_000, 10_000)
MOST_OUTDATED = 60  # days that are counted anew; with more, tallies are left aside until they are made again

Counts = dict[int, int]  # answers by number


class Cell(NamedTuple):
    day: date
    until: date | None  # when the same person answered anew
    score: int
    n: int

    def counts_in(self, begin: date | None, end: date | None) -> bool:
        """Whether it is the latest of its people in a window whose last day is the one before `end`."""
        is_there = (begin is None or self.day >= begin) and (end is None or self.day < end)
        return is_there and (self.until is None or (end is not None and self.until >= end))


def _band_of_revenue() -> Case:
    whens = [When(revenue__gte=least, then=Value(str(least))) for least in reversed(REVENUES)]
    return Case(*whens, default=Value(""), output_field=CharField())


_text = CharField()
# What an answer is in each of them: "" where that is not known; a product by its number.
SEGMENTS: dict[str, Any] = {
    "language": Coalesce("item__language", Value(""), output_field=_text),
    "channel": Cast("channel", _text),
    "product": Coalesce(Cast("item__product", _text), Value(""), output_field=_text),
    "plan": Cast("plan", _text),
    "revenue": _band_of_revenue(),
}


class Kept(NamedTuple):
    """As far as the tallies of a survey go."""

    before: date | None
    outdated: Sequence[date] = ()

    def tallies(self, campaign: Campaign) -> QuerySet[Tally]:
        if self.before is None:
            return Tally.objects.none()
        return Tally.objects.filter(campaign=campaign, day__lt=self.before).exclude(day__in=self.outdated)

    def rest(self, campaign: Campaign) -> QuerySet[Response]:
        """The answers of the days that the tallies leave out."""
        rows = Response.objects.filter(campaign=campaign)
        if self.before is None:
            return rows
        asked = Q(answered_at__gte=start_of(self.before))
        for day in self.outdated:
            asked |= Q(answered_at__gte=start_of(day), answered_at__lt=start_of(day + DAY))
        return rows.filter(asked)


def kept(campaign: Campaign) -> Kept:
    """One query."""
    rows = Tallied.objects.filter(pk=campaign.pk).values_list("before", "campaign__outdated__day")
    found = list(rows[: MOST_OUTDATED + 1])
    if not found or len(found) > MOST_OUTDATED:
        return Kept(None)
    return Kept(found[0][0], [day for _before, day in found if day])


def cells(campaign: Campaign, there: Kept, longest: int, window: tuple[date, date] | None = None) -> list[Cell]:
    """Of a window, or of all of the time, for windows of so many days at the most: who answered anew later than that
    answered in another one, which is how a few rows come of many. Two queries."""
    begin, end = window or (date.min, date.max)
    tallied = there.tallies(campaign).filter(segment="")
    rest = there.rest(campaign)
    if window:
        tallied = tallied.filter(day__gte=begin, day__lt=end)
        rest = rest.filter(answered_at__gte=start_of(begin), answered_at__lt=start_of(end))
    told: Any = tallied.annotate(to=Case(When(gap__lt=longest, then="until"), default=None, output_field=DateField()))
    found = [*told.values_list("day", "to", "score").annotate(sum=Sum("n")).order_by()]
    found += by_day(rest).values_list("day", "until", "score").annotate(n=Count("pk")).order_by()
    return [Cell(*row) for row in found]


def counts_in(campaign: Campaign, there: Kept, begin: date, end: date) -> Counts:
    """Answers by number in a window of any length. Two queries."""
    stays = Q(until=None) | Q(until__gte=end)
    tallied = there.tallies(campaign).filter(stays, segment="", day__gte=begin, day__lt=end)
    rest = there.rest(campaign).filter(answered_at__gte=start_of(begin), answered_at__lt=start_of(end))
    counts = Counter(dict(tallied.values_list("score").annotate(sum=Sum("n")).order_by()))
    counts.update(dict(by_day(rest).filter(stays).values_list("score").annotate(n=Count("pk")).order_by()))
    return dict(counts)


def span(campaign: Campaign, there: Kept) -> tuple[date, date] | None:
    """The first and the last day that has an answer. Two queries."""
    ends = {"first": Min("day"), "last": Max("day")}
    tallied = there.tallies(campaign).filter(segment="").aggregate(**ends)
    rest = there.rest(campaign).aggregate(first=Min("answered_at"), last=Max("answered_at"))
    days = [day for day in tallied.values() if day]
    days += [at.astimezone(UTC).date() for at in rest.values() if at]
    return (min(days), max(days)) if days else None


def by_day(rows: QuerySet[Response]) -> Any:
    """With the day of each, and the one on which its person answered the same survey anew."""
    later = Response.objects.filter(campaign=OuterRef("campaign"), person=OuterRef("person")).filter(
        Q(answered_at__gt=OuterRef("answered_at")) | Q(answered_at=OuterRef("answered_at"), pk__gt=OuterRef("pk"))
    )
    following = Subquery(later.order_by("answered_at", "pk").values("answered_at")[:1])
    return rows.annotate(day=TruncDate("answered_at", tzinfo=UTC), until=TruncDate(following, tzinfo=UTC))


def in_segments(rows: QuerySet[Response]) -> Any:
    return rows.annotate(**{f"in_{key}": segment for key, segment in SEGMENTS.items()})


def counts_by_segment(campaign: Campaign, segments: Sequence[str]) -> dict[str, dict[str, Counts]]:
    """Segment → value → answers by number, over all of the time: the latest of each person. Three queries."""
    there = kept(campaign)
    found: dict[str, defaultdict[str, Counter[int]]] = {key: defaultdict(Counter) for key in segments}
    tallied = there.tallies(campaign).filter(segment__in=segments, until=None)
    for key, value, score, n in tallied.values_list("segment", "value", "score").annotate(sum=Sum("n")).order_by():
        found[key][value][score] += n
    names = [f"in_{key}" for key in SEGMENTS]
    rest = in_segments(by_day(there.rest(campaign))).filter(until=None)
    for *values, score, n in rest.values_list(*names, "score").annotate(n=Count("pk")).order_by():
        told = {"": "", **dict(zip(SEGMENTS, values, strict=True))}
        for key in segments:
            found[key][told[key]][score] += n
    return {key: {value: dict(some) for value, some in values.items()} for key, values in found.items()}


def counted(found: Iterable[Cell], begin: date | None = None, end: date | None = None) -> Counts:
    """Answers by number in a window."""
    counts: Counter[int] = Counter()
    for cell in found:
        if cell.counts_in(begin, end):
            counts[cell.score] += cell.n
    return dict(counts)


def rows_of(rows: QuerySet[Response]) -> Iterator[tuple[str, str, date, date | None, int, int]]:
    """What the tallies of these answers are: segment, value, day, until, score, how many. Two queries."""
    names = [f"in_{key}" for key in SEGMENTS]
    found: Counter[tuple[str, str, date, date | None, int]] = Counter()
    told = in_segments(by_day(rows)).values_list("day", "until", "score", *names).annotate(n=Count("pk")).order_by()
    for day, until, score, *values, n in told.iterator():
        for key, value in (("", ""), *zip(SEGMENTS, values, strict=True)):
            found[key, value, day, until, score] += n
    return ((*key, n) for key, n in found.items())


def start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def today() -> date:
    return datetime.now(UTC).date()
