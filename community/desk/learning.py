"""What searches say is missing: by theme and language; and how many questions were solved before they were asked."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language_bidi, get_language_info, pgettext
from django.utils.translation import gettext as _

from community.discussions.models import Kind, Thread
from community.feedback.models import Item
from community.lib.charts import Point, line
from community.members.models import Member
from community.members.roles import STAFF
from community.search.searches import Search

PERIODS = (7, 28, 84)  # whole weeks, within the 90 days that searches are kept
MOST = 50
SOLVED_MOST = 10
LISTS = {
    "empty": Q(results=0),
    "unopened": Q(results__gt=0, is_clicked=False, end="", source=Search.Source.PAGE),
    "reformulated": Q(is_reformulated=True),
    "asked": Q(end=Search.End.ASKED),
}


@dataclass(frozen=True)
class Theme:
    said: str  # one of the searches, as it was masked
    language: str
    count: int
    last_on: date
    article_url: str


@dataclass(frozen=True)
class Share:
    """Questions of a time: solved before they were asked, and asked."""

    solved: int
    asked: int

    @property
    def percent(self) -> float | None:
        return 100 * self.solved / (self.solved + self.asked) if self.solved + self.asked else None

    @property
    def interval(self) -> tuple[float, float]:
        """95 %, Wilson 1927: near 0 and 100 too it stays inside."""
        n, z = self.solved + self.asked, 1.96
        p = self.solved / n
        centre, wide = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return 100 * (centre - wide) / (1 + z * z / n), 100 * (centre + wide) / (1 + z * z / n)


def searches(days: int) -> "QuerySet[Search]":
    return Search.objects.filter(on__gt=timezone.localdate() - timedelta(days=days))


def counts(days: int) -> dict[str, int]:
    """How many searches there were, and how many are in each list. One query."""
    found = {name: Count("pk", filter=condition) for name, condition in LISTS.items()}
    seen = Count("pk", filter=Q(source=Search.Source.PAGE))
    return searches(days).aggregate(all=seen, **found)


def themes(days: int, name: str) -> list[Theme]:
    """The most frequent first, of those the latest. One query."""
    rows = searches(days).filter(LISTS[name]).values_list("theme", "language")
    told = rows.annotate(count=Count("pk"), said=Min("text"), last_on=Max("on")).order_by(
        "-count", "-last_on", "theme", "language"
    )
    return [
        Theme(said, _named(language), count, last_on, _article(said, language))
        for _theme, language, count, said, last_on in told[:MOST]
    ]


def helpful(days: int, viewer: Member) -> list[tuple[str, str, int]]:
    """What solved most, as (title, address, times). One query."""
    seen = Item.objects.visible_to(viewer).order_by().values("pk")
    rows = searches(days).filter(end=Search.End.SOLVED, solved_by__in=seen)
    told = rows.values_list("solved_by__title", "solved_by__path").annotate(count=Count("pk"))
    return list(told.order_by("-count", "solved_by__path")[:SOLVED_MOST])


def by_day(days: int) -> tuple[Counter[date], Counter[date]]:
    """Questions that were solved while they were typed, and questions of customers that were asked. Two queries."""
    ended = searches(days).filter(end=Search.End.SOLVED).exclude(source=Search.Source.PAGE)
    solved = ended.values_list("on").annotate(count=Count("pk")).order_by()
    since = timezone.now() - timedelta(days=days)
    threads = Item.objects.listed().filter(kind=Thread.KIND, created_at__gte=since, source="web")
    questions = threads.filter(thread__kind=Kind.QUESTION).exclude(author__role__in=STAFF)
    asked = questions.annotate(day=TruncDate("created_at")).values_list("day").annotate(count=Count("pk")).order_by()
    return Counter(dict(solved)), Counter(dict(asked))


def deflection(days: int) -> tuple[Share, dict[str, Any]]:
    """The share over the whole time, and its chart: by day in a week, else by week."""
    solved, asked = by_day(days)
    rows = [(name, Share(_within(solved, steps), _within(asked, steps))) for name, steps in _steps(days)]
    points = [Point(name, share.percent, *share.interval) for name, share in rows if share.percent is not None]
    title = _("Solved before asking")
    return Share(solved.total(), asked.total()), {
        "title": title,
        "svg": line(title, points, rtl=get_language_bidi()),
        "columns": [
            pgettext("first day of a row", "From"),
            pgettext("how a search ended", "Solved"),
            pgettext("number of questions", "Asked"),
            "%",
        ],
        "rows": [(name, (one.solved, one.asked, _rounded(one.percent))) for name, one in rows],
    }


def _steps(days: int) -> Iterator[tuple[str, set[date]]]:
    size = 1 if days == 7 else 7
    today = timezone.localdate()
    for ago in reversed(range(0, days, size)):
        steps = {today - timedelta(days=at) for at in range(ago, min(ago + size, days))}
        yield date_format(min(steps), "MONTH_DAY_FORMAT"), steps


def _within(counted: Counter[date], days: set[date]) -> int:
    return sum(counted[day] for day in days)


def _rounded(percent: float | None) -> str:
    return "–" if percent is None else f"{percent:.0f}"


def _article(title: str, language: str) -> str:
    """Where the article that is missing is begun."""
    return f"/desk/articles/new/?{urlencode({'title': title, 'language': language})}"


def _named(language: str) -> str:
    try:
        return capfirst(get_language_info(language)["name_local"])
    except KeyError:
        return language
