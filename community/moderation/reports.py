"""How many reports come in, how many are right, and whose they are."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncWeek
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from community.lib.charts import Point, bars
from community.members.models import Member
from community.moderation.models import Flag

WEEKS = 12
MOST = 20
UPHELD = Q(outcome=Flag.Outcome.UPHELD)
DISMISSED = Q(outcome=Flag.Outcome.DISMISSED)


@dataclass(frozen=True)
class Rate:
    """Reports by somebody, or about somebody's posts."""

    member: Member | None
    count: int
    upheld: int
    dismissed: int

    @property
    def share(self) -> str:
        """Of those decided; nothing is said before one is."""
        return share_text(self.upheld, self.dismissed)


def share_text(upheld: int, dismissed: int) -> str:
    decided = upheld + dismissed
    return f"{round(100 * upheld / decided)} %" if decided else "–"


def weekly(now: datetime | None = None) -> dict[str, Any]:
    """Reports of the last weeks as components/chart.html wants them; weeks begin on Monday."""
    now = timezone.localtime(now or timezone.now())
    monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    since = monday - timedelta(weeks=WEEKS - 1)
    rows = Flag.objects.filter(at__gte=since).annotate(week=TruncWeek("at")).order_by("week").values("week")
    found = {
        row["week"].date(): row
        for row in rows.annotate(n=Count("pk"), upheld=Count("pk", UPHELD), dismissed=Count("pk", DISMISSED))
    }
    none = {"n": 0, "upheld": 0, "dismissed": 0}
    weeks = [(since + timedelta(weeks=at)).date() for at in range(WEEKS)]
    numbers = [(date_format(week, "MONTH_DAY_FORMAT"), found.get(week, none)) for week in weeks]
    title = _("Reports by week")
    return {
        "title": title,
        "svg": bars(title, [Point(name, one["n"]) for name, one in numbers], rtl=get_language_bidi()),
        "columns": [_("Week"), _("Reports"), _("Upheld"), _("Dismissed")],
        "rows": [(name, [one["n"], one["upheld"], one["dismissed"]]) for name, one in numbers],
    }


def overall() -> dict[str, int]:
    """All reports that there ever were: {"all", "upheld", "dismissed", "open"}."""
    return Flag.objects.aggregate(
        all=Count("pk"), upheld=Count("pk", UPHELD), dismissed=Count("pk", DISMISSED), open=Count("pk", Q(outcome=""))
    )


def by_reporter() -> list[Rate]:
    return _rates("by")


def by_author() -> list[Rate]:
    return _rates("item__author")


def _rates(whose: str) -> list[Rate]:
    """Whoever has most, first."""
    rows = Flag.objects.order_by().values(whose).exclude(**{whose: None})
    rows = rows.annotate(n=Count("pk"), upheld=Count("pk", UPHELD), dismissed=Count("pk", DISMISSED))
    top = list(rows.order_by("-n", whose)[:MOST])
    members = Member.objects.in_bulk([row[whose] for row in top])
    return [Rate(members.get(row[whose]), row["n"], row["upheld"], row["dismissed"]) for row in top]
