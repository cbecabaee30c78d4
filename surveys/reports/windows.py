"""Stretches of time that answers are counted in, and what they are called."""

from datetime import date, timedelta
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from surveys.tallies.cells import DAY

BY = {
    "day": gettext_lazy("By day"),
    "week": gettext_lazy("By week"),
    "month": gettext_lazy("By month"),
    "30": gettext_lazy("The last 30 days, week by week"),
    "90": gettext_lazy("The last 90 days, week by week"),
}
LONGEST = {"day": 1, "week": 7, "month": 31, "30": 30, "90": 90}  # days of a window
DISJOINT = ("day", "week", "month")  # of which each answer is in one
AT_ONCE = {"day": 31, "week": 26, "month": 24, "30": 26, "90": 26}


class Window(NamedTuple):
    begin: date
    end: date  # the day after the last

    @property
    def last(self) -> date:
        return self.end - DAY

    @property
    def words(self) -> str:
        if self.begin == self.last:
            return date_format(self.begin, "DATE_FORMAT")
        return f"{date_format(self.begin, 'DATE_FORMAT')} – {date_format(self.last, 'DATE_FORMAT')}"

    @property
    def query(self) -> dict[str, str]:
        """How the list of answers is asked for it."""
        return {"since": self.begin.isoformat(), "until": self.last.isoformat()}


def month_of(day: date) -> Window:
    begin = day.replace(day=1)
    return Window(begin, (begin + timedelta(days=32)).replace(day=1))


def windows(by: str, last: date) -> list[Window]:
    """Those that end with the one of `last`, oldest first."""
    number = AT_ONCE[by]
    if by == "month":
        found = [month_of(last)]
        while len(found) < number:
            found.append(month_of(found[-1].begin - DAY))
        return found[::-1]
    if by in ("day", "week"):
        length = 1 if by == "day" else 7
        end = last + DAY if by == "day" else last - timedelta(days=last.weekday()) + timedelta(days=7)
        ends = [end - timedelta(days=length * back) for back in range(number)]
    else:
        length = int(by)
        ends = [last + DAY - timedelta(days=7 * back) for back in range(number)]
    return [Window(end - timedelta(days=length), end) for end in reversed(ends)]


def short(by: str, window: Window) -> str:
    """As it stands below a chart."""
    if by == "month":
        return date_format(window.begin, pgettext("month and year in short, as Django's date filter has it", "M Y"))
    day = window.begin if by in ("day", "week") else window.last
    return date_format(day, pgettext("day and month in short, as Django's date filter has it", "j M"))


def long(by: str, window: Window) -> str:
    """As it stands in a table."""
    if by == "month":
        return date_format(window.begin, "YEAR_MONTH_FORMAT")
    day = date_format(window.begin if by in DISJOINT else window.last, "DATE_FORMAT")
    return _("Week of %(day)s") % {"day": day} if by == "week" else day
