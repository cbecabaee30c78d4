"""Two stretches of time beside each other, and whether the second is better than chance would make it."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from surveys.campaigns.models import Campaign
from surveys.nps import FEWEST
from surveys.reports.measure import change, signed
from surveys.reports.rows import Row, row
from surveys.reports.windows import Window
from surveys.tallies.cells import counts_in, kept, today


@dataclass(frozen=True)
class Comparison:
    rows: list[Row]
    verdict: str
    colour: str
    numbers: str  # the difference and its interval; "" where too few answer


def compare(campaign: Campaign, before: Window, after: Window) -> Comparison:
    """Five queries."""
    there = kept(campaign)
    was, now = (counts_in(campaign, there, *window) for window in (before, after))
    rows = [row(campaign, window.words, some, window.query) for window, some in ((before, was), (after, now))]
    changed = change(campaign, was, now)
    if changed is None or min(rows[0].n, rows[1].n) < FEWEST:
        return Comparison(rows, _("Too few answers to compare"), "slate", "")
    numbers = _("%(points)s points, 95 %% interval %(low)s … %(high)s") % {
        "points": _sided(changed.value), "low": _sided(changed.low), "high": _sided(changed.high)
    }  # fmt: skip
    if not changed.is_clear:
        return Comparison(rows, _("No clear difference"), "slate", numbers)
    if changed.low > 0:
        return Comparison(rows, _("Clearly better"), "green", numbers)
    return Comparison(rows, _("Clearly worse"), "red", numbers)


def _sided(points: float) -> str:
    """In a line of Arabic the sign stays on the left of its number."""
    return f"\u2066{signed(points)}\u2069" if get_language_bidi() else signed(points)


def latest_two(days: int = 30) -> tuple[Window, Window]:
    """The last days up to today, and as many before them."""
    end = today() + timedelta(days=1)
    middle = end - timedelta(days=days)
    return Window(middle - timedelta(days=days), middle), Window(middle, end)
