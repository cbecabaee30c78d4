"""How the score went: window by window, with what happened meanwhile."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from math import nan

from django.utils.formats import date_format
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from community.feedback.models import Item, Visibility
from community.knowledge.languages import name_of as language_name
from community.lib.charts import Mark, Point, line
from community.lib.literals import Literal
from surveys.campaigns.models import Campaign, Wording
from surveys.reports.guard import hidden, is_guarded
from surveys.reports.measure import name_of
from surveys.reports.rows import Row, row
from surveys.reports.windows import BY, DISJOINT, LONGEST, Window, long, short, windows
from surveys.tallies.cells import DAY, Cell, cells, counted, kept, span, start_of, today

MOST_RELEASES = 30


@dataclass(frozen=True)
class Happening:
    on: date
    name: str
    url: str


@dataclass(frozen=True)
class Trend:
    by: str
    svg: SafeString
    rows: list[Row]  # the latest first
    happenings: list[Happening]
    has_scores: bool
    earlier: str  # the day to which a page of earlier windows goes; "" where there are none


def ways(campaign: Campaign) -> list[str]:
    """Where nobody may be given away, months alone: shorter windows and such as overlap differ by single answers."""
    return ["month"] if is_guarded(campaign) else list(BY)


def trend(campaign: Campaign, by: str, until: date | None = None) -> Trend:
    """Seven queries."""
    by = by if by in ways(campaign) else "month"
    tallies = kept(campaign)
    first, last = span(campaign, tallies) or (today(), today())
    there = windows(by, min(until or today(), last))
    there = [window for window in there if window.end > first] or there[-1:]
    if is_guarded(campaign):
        found = cells(campaign, tallies, LONGEST[by])  # which months are shown depends on all of them
        kept_back = hidden(_by_month(found))
    else:
        found, kept_back = cells(campaign, tallies, LONGEST[by], (there[0].begin, there[-1].end)), set()
    counts = _counts(found, there)
    numbers = {window: sum(some.values()) for window, some in zip(there, counts, strict=True)}
    rows = [
        row(campaign, long(by, window), some, window.query, is_hidden=window in kept_back)
        for window, some in zip(there, counts, strict=True)
    ]
    happenings = _happenings(campaign, by, there)
    title = _("%(score)s over time") % {"score": _capital(name_of(campaign))}
    points = [_point(by, window, one) for window, one in zip(there, rows, strict=True)]
    marks = [Mark(_place(by, one.on, there), f"{date_format(one.on, 'DATE_FORMAT')}: {one.name}") for one in happenings]
    has_earlier = first < there[0].begin
    return Trend(
        by,
        line(title, points, marks=marks, rtl=get_language_bidi()),
        [one for one in reversed(rows) if one.n],
        happenings,
        any(one.score for one in rows) and any(numbers.values()),
        (there[0].begin - DAY if by in DISJOINT else there[0].last - 7 * DAY).isoformat() if has_earlier else "",
    )


def _by_month(found: Sequence[Cell]) -> dict[Window, int]:
    """Of all months that there are, whatever is shown of them."""
    from_days = sorted({cell.day.replace(day=1) for cell in found})
    months = [Window(day, _next_month(day)) for day in from_days]
    return {month: sum(some.values()) for month, some in zip(months, _counts(found, months), strict=True)}


def _next_month(first: date) -> date:
    return first.replace(year=first.year + 1, month=1) if first.month == 12 else first.replace(month=first.month + 1)


def open_months(campaign: Campaign) -> list[Window]:
    """Those whose answers can be shown without giving anybody away, the latest first. Three queries."""
    numbers = _by_month(cells(campaign, kept(campaign), LONGEST["month"]))
    kept_back = hidden(numbers)
    return [month for month in sorted(numbers, reverse=True) if month not in kept_back]


def _counts(found: Sequence[Cell], there: Sequence[Window]) -> list[dict[int, int]]:
    by_day: defaultdict[date, list[Cell]] = defaultdict(list)
    for cell in found:
        by_day[cell.day].append(cell)
    counts = []
    for begin, end in there:
        days = (begin + DAY * at for at in range((end - begin).days))
        counts.append(counted((cell for day in days for cell in by_day.get(day, ())), begin, end))
    return counts


def _point(by: str, window: Window, one: Row) -> Point:
    found = one.found
    name = f"{short(by, window)}"
    if found is None or found.value is None:
        return Point(name, nan)
    return Point(name, found.value, found.low, found.high)


def _place(by: str, day: date, there: Sequence[Window]) -> float:
    if by not in DISJOINT:
        return (day - there[0].last).days / 7
    for at, window in enumerate(there):
        if window.begin <= day < window.end:
            return at + (day - window.begin).days / (window.end - window.begin).days - (0.5 if by != "day" else 0)
    return 0.0


def _happenings(campaign: Campaign, by: str, there: Sequence[Window]) -> list[Happening]:
    """Other words of the question, and releases that everybody may read, the latest first."""
    begin = there[0].begin if by in DISJOINT else there[0].last
    span = (start_of(begin), start_of(there[-1].end))
    found = [
        Happening(
            one.at.astimezone(UTC).date(),
            _("Other words in %(language)s (version %(version)d)")
            % {"language": language_name(one.language), "version": one.version},
            f"{campaign.get_absolute_url()}wording/{one.language}/",
        )
        for one in Wording.objects.filter(campaign=campaign, version__gt=1, at__gte=span[0], at__lt=span[1])
    ]
    releases = Item.objects.listed().filter(kind=Literal("release"), visibility=Visibility.PUBLIC)
    releases = releases.filter(created_at__gte=span[0], created_at__lt=span[1]).order_by("-created_at")
    found += [
        Happening(at.astimezone(UTC).date(), _("Release: %(title)s") % {"title": title}, path)
        for at, title, path in releases.values_list("created_at", "title", "path")[:MOST_RELEASES]
    ]
    return sorted(found, key=lambda one: one.on, reverse=True)


def _capital(words: str) -> str:
    return conditional_escape(words[:1].upper() + words[1:])
