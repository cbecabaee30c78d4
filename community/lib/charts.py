"""Charts as plain SVG: pure functions from numbers to markup, styled by classes (chart.css).

Every shape carries a `<title>`, the drawing carries a name, and the numbers stand in a table beside it
(components/chart.html). In right-to-left languages time still runs in reading order: `rtl=True` mirrors the
places of the marks, never the letters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor, isnan, log10

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH = 640
HEIGHT = 220
LEAD = 52
FOOT = 30
TOP = 10
LONG = 6  # letters of a name of which eight stand side by side on a phone


@dataclass(frozen=True)
class Point:
    """One named number; `low` and `high` are the ends of its interval, where it has one. Of a line, NaN is a gap."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Mark:
    """Something that happened: `at` counts points from the first (0.5 is between the first two)."""

    at: float
    name: str


@dataclass(frozen=True)
class Part:
    """One share of a whole, in one of the twelve palette colours."""

    name: str
    value: float
    colour: str


def bars(title: str, points: Sequence[Point], *, rtl: bool = False) -> SafeString:
    """A bar per point, from zero, on round steps: whole ones where the values are whole, for they count something."""
    values = [0.0, *(point.value for point in points)]
    scale = Scale.over(values, is_whole=all(float(value).is_integer() for value in values))
    slot = (WIDTH - LEAD) / max(len(points), 1)
    marks = format_html_join(
        "",
        '<rect class="chart-bar" x="{}" y="{}" width="{}" height="{}" rx="2"><title>{}: {}</title></rect>',
        (
            (
                _n(_x((at + 0.14) * slot, rtl, slot * 0.72)),
                _n(min(scale.y(point.value), scale.y(0))),
                _n(slot * 0.72),
                _n(abs(scale.y(point.value) - scale.y(0))),
                point.name,
                number(point.value),
            )
            for at, point in enumerate(points)
        ),
    )
    return _svg(title, scale, points, marks, rtl)


def line(title: str, points: Sequence[Point], *, marks: Sequence[Mark] = (), rtl: bool = False) -> SafeString:
    """A line through the points, with a band for their intervals; upright lines for what happened meanwhile."""
    ends = [end for p in points for end in (p.value, p.low, p.high) if end is not None and not isnan(end)]
    scale = Scale.over(ends or [0.0])
    slot = (WIDTH - LEAD) / max(len(points), 1)
    there = [(_x((at + 0.5) * slot, rtl), point) for at, point in enumerate(points)]
    drawn = SafeString("")
    for is_gap, run in groupby(there, key=lambda one: isnan(one[1].value)):
        drawn += SafeString("") if is_gap else _run(list(run), scale)
    upright = format_html_join(
        "",
        '<line class="chart-mark" x1="{0}" x2="{0}" y1="{1}" y2="{2}"><title>{3}</title></line>',
        ((_n(_x((mark.at + 0.5) * slot, rtl)), TOP, HEIGHT - FOOT, mark.name) for mark in marks),
    )
    return _svg(title, scale, points, upright + drawn, rtl)


def _run(there: Sequence[tuple[float, Point]], scale: "Scale") -> SafeString:
    """Points that follow each other without a gap."""
    path = " ".join(f"{_n(x)},{_n(scale.y(p.value))}" for x, p in there)
    dots = format_html_join(
        "",
        '<circle class="chart-dot" cx="{}" cy="{}" r="3.5"><title>{}: {}</title></circle>',
        ((_n(x), _n(scale.y(p.value)), p.name, number(p.value)) for x, p in there),
    )
    return format_html('{}<polyline class="chart-line" points="{}"/>{}', _band(there, scale), path, dots)


def shares(title: str, parts: Sequence[Part], *, rtl: bool = False) -> SafeString:
    """One bar cut into shares of the whole; nothing at all is an empty bar."""
    total = sum(part.value for part in parts)
    ends = [sum(part.value for part in parts[:at]) for at in range(len(parts) + 1)]
    cuts = [end / total * WIDTH if total else 0.0 for end in ends]
    marks = format_html_join(
        "",
        '<rect class="chart-part colour-{}" x="{}" y="0" width="{}" height="28"><title>{}: {}</title></rect>',
        (
            (
                part.colour,
                _n(WIDTH - cuts[at + 1] if rtl else cuts[at]),
                _n(max(cuts[at + 1] - cuts[at] - 2, 0)),
                part.name,
                number(part.value),
            )
            for at, part in enumerate(parts)
        ),
    )
    return format_html('<svg viewBox="0 0 {} 28" role="img" aria-label="{}">{}</svg>', WIDTH, title, marks)


def spark(title: str, values: Sequence[float], *, rtl: bool = False) -> SafeString:
    """A line as small as a word."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    step = 96 / max(len(values) - 1, 1)
    points = " ".join(
        f"{_n(98 - at * step if rtl else 2 + at * step)},{_n(22 - (value - low) / ((high - low) or 1) * 20)}"
        for at, value in enumerate(values)
    )
    return format_html(
        '<svg viewBox="0 0 100 24" width="100" height="24" role="img" aria-label="{}">'
        '<polyline class="chart-line" points="{}"/></svg>',
        title,
        points,
    )


@dataclass(frozen=True)
class Scale:
    """The upright axis: from `low` to `high` in round `step`s."""

    low: float
    high: float
    step: float

    @classmethod
    def over(cls, values: Sequence[float], *, is_whole: bool = False) -> "Scale":
        """The smallest round scale that holds the values in about four steps; in whole ones, if so wished."""
        low, high = min(values), max(values)
        spread = (high - low) or abs(high) or 1.0
        unit = 10.0 ** floor(log10(spread / 4))
        steps = (unit * by for by in (1, 2, 2.5, 5, 10) if unit * by * 4 >= spread)
        step = next(step for step in steps if step.is_integer() or not is_whole)
        bottom, top = floor(low / step) * step, ceil(high / step) * step
        return cls(bottom, top if top > bottom else bottom + 4 * step, step)

    def y(self, value: float) -> float:
        """Where the value stands in the drawing, from above."""
        return TOP + (self.high - value) / (self.high - self.low) * (HEIGHT - TOP - FOOT)

    def ticks(self) -> list[float]:
        """The round values to draw a line at."""
        return [self.low + at * self.step for at in range(round((self.high - self.low) / self.step) + 1)]


def number(value: float) -> str:
    """A number without a needless tail: 12, 12.5, −3."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


def _svg(title: str, scale: Scale, points: Sequence[Point], marks: SafeString, rtl: bool) -> SafeString:
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>',
        WIDTH,
        HEIGHT,
        title,
        _grid(scale, rtl),
        marks,
        _names(points, rtl),
    )


def _grid(scale: Scale, rtl: bool) -> SafeString:
    """A line across at each round value, with the value at its start."""
    edge = WIDTH - LEAD + 8 if rtl else LEAD - 8
    start = 0 if rtl else LEAD
    return format_html_join(
        "",
        '<line class="chart-grid" x1="{0}" x2="{1}" y1="{2}" y2="{2}"/>'
        # "end" is the end of a line of text: its left side in a right-to-left page
        '<text class="chart-text" x="{3}" y="{2}" text-anchor="end" dominant-baseline="middle">{4}</text>',
        ((start, start + WIDTH - LEAD, _n(scale.y(tick)), edge, _sided(number(tick), rtl)) for tick in scale.ticks()),
    )


def _sided(words: str, rtl: bool) -> str:
    """A number in a line of Arabic: its sign stays on its left."""
    return f"\u2066{words}\u2069" if rtl else words


def _names(points: Sequence[Point], rtl: bool) -> SafeString:
    """The names below, of eight points at the most; of five, where names are long."""
    slot = (WIDTH - LEAD) / max(len(points), 1)
    most = 8 if max((len(point.name) for point in points), default=0) <= LONG else 5
    every = max(1, ceil(len(points) / most))
    return format_html_join(
        "",
        '<text class="chart-text" x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (_n(_x((at + 0.5) * slot, rtl)), HEIGHT - 6, point.name)
            for at, point in enumerate(points)
            if at % every == 0
        ),
    )


def _band(there: Sequence[tuple[float, Point]], scale: Scale) -> SafeString:
    held = [(x, p.low, p.high) for x, p in there if p.low is not None and p.high is not None]
    if not held:
        return SafeString("")
    if len(held) == 1:  # a polygon of one point is nothing
        x, low, high = held[0]
        ends = (_n(x), _n(scale.y(low)), _n(scale.y(high)))
        return format_html('<line class="chart-whisker" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>', *ends)
    over = [f"{_n(x)},{_n(scale.y(high))}" for x, _, high in held]
    under = [f"{_n(x)},{_n(scale.y(low))}" for x, low, _ in reversed(held)]
    return format_html('<polygon class="chart-band" points="{}"/>', " ".join(over + under))


def _x(along: float, rtl: bool, width: float = 0.0) -> float:
    """The place `along` the reading direction; a mark of some width starts on its left side."""
    return WIDTH - LEAD - along - width if rtl else LEAD + along


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
