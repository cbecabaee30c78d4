"""The arithmetic of scores, as docs/surveys.md explains it: pure functions of counts.

A score is counted from bands, never from an average of scores: 0–6 detractors, 7–8 passives, 9–10 promoters. What is
skipped or asked by another question is no answer and enters nothing here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

SCALE = range(11)
FEWEST = 10  # with fewer answers counts are shown, and no score
FEW = 50  # with fewer, a score says so
# Of the standard normal distribution, 97.5 %: two-sided 95 %.
_Z = 1.959963984540054


class Band(StrEnum):
    DETRACTOR = "detractor"
    PASSIVE = "passive"
    PROMOTER = "promoter"


def band(answer: int) -> Band:
    """The band of one answer, 0–10. Raises ValueError for any other number."""
    if answer not in SCALE:
        raise ValueError(f"An answer is a whole number from 0 to 10, not {answer!r}.")
    if answer <= 6:
        return Band.DETRACTOR
    return Band.PASSIVE if answer <= 8 else Band.PROMOTER


@dataclass(frozen=True)
class Score:
    """A score in points, −100…100 (a share: 0…100), with its 95 % interval; all None when nobody answered."""

    value: int | None
    low: float | None
    high: float | None
    n: int

    @property
    def is_shown(self) -> bool:
        """Whether there are enough answers to say a score at all."""
        return self.n >= FEWEST

    @property
    def is_of_few(self) -> bool:
        return FEWEST <= self.n < FEW


@dataclass(frozen=True)
class Difference:
    """How much higher the second score is, in points, with the ends of its 95 % interval."""

    value: int
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval holds no "nothing has changed"."""
        return self.low > 0 or self.high < 0


def score(promoters: int, passives: int, detractors: int) -> Score:
    """100·(P−D)/n, rounded once, half away from zero, with an interval of 95 %.

    The interval is adjusted Wald: n+3 answers, of them ¾ more promoters and ¾ more detractors (Rocks 2016, "Interval
    estimation for the Net Promoter Score", The American Statistician 70; Lewis & Sauro). From ten answers on, where a
    band is empty, it also holds the interval of the two outcomes that are left (Agresti & Coull 1998): alone it would
    hold the true score in 90 % of such samples instead of 95 (docs/adr/0011). Raises ValueError for negative counts.
    """
    n = _total(promoters, passives, detractors)
    if not n:
        return Score(None, None, None, 0)
    centre, error = _adjusted(promoters, detractors, n)
    low, high = centre - _Z * error, centre + _Z * error
    for a, b in _outcomes_left(promoters, passives, detractors) if n >= FEWEST else ():
        low, high = min(low, a), max(high, b)
    return Score(_points(promoters - detractors, n), 100 * max(low, -1.0), 100 * min(high, 1.0), n)


def score_of(answers: Iterable[int]) -> Score:
    """The score of answers from 0 to 10. Raises ValueError for any other number."""
    counts = dict.fromkeys(Band, 0)
    for answer in answers:
        counts[band(answer)] += 1
    return score(counts[Band.PROMOTER], counts[Band.PASSIVE], counts[Band.DETRACTOR])


def difference(before: tuple[int, int, int], after: tuple[int, int, int]) -> Difference | None:
    """From one period's promoters, passives and detractors to another's; None when either has no answer.

    Two independent samples, each adjusted as in `score`: their variances add up (Rocks 2016). The value is that of the
    two scores as they are shown, so that nobody finds them a point apart from what they subtract.
    """
    first, second = score(*before), score(*after)
    if first.value is None or second.value is None:
        return None
    was, was_error = _adjusted(before[0], before[2], first.n)
    now, now_error = _adjusted(after[0], after[2], second.n)
    centre, half = now - was, _Z * sqrt(was_error**2 + now_error**2)
    return Difference(second.value - first.value, 100 * max(centre - half, -2.0), 100 * min(centre + half, 2.0))


def share(part: int, n: int) -> Score:
    """100·part/n, as of satisfied people (CSAT) or of those who found it easy (CES), with its interval of 95 %.

    The interval is Agresti & Coull's (1998, "Approximate is better than exact", The American Statistician 52), clamped
    to 0…100. Raises ValueError unless 0 ≤ part ≤ n.
    """
    _total(part, n - part)
    if not n:
        return Score(None, None, None, 0)
    low, high = agresti_coull(part, n)
    return Score(_points(part, n), 100 * max(low, 0.0), 100 * min(high, 1.0), n)


def share_difference(before: tuple[int, int], after: tuple[int, int]) -> Difference | None:
    """From one period's part and number of answers to another's; None when either has no answer.

    Two independent samples, each with one more inside and one more outside (Agresti & Caffo 2000, "Simple and effective
    confidence intervals for proportions", The American Statistician 54).
    """
    first, second = share(*before), share(*after)
    if first.value is None or second.value is None:
        return None
    was, now = ((part + 1) / (n + 2) for part, n in (before, after))
    half = _Z * sqrt(was * (1 - was) / (before[1] + 2) + now * (1 - now) / (after[1] + 2))
    return Difference(second.value - first.value, 100 * max(now - was - half, -1.0), 100 * min(now - was + half, 1.0))


def agresti_coull(part: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share of n answers, about 0…1: where few answer, its ends lie beyond."""
    m = n + _Z**2
    centre = (part + _Z**2 / 2) / m
    half = _Z * sqrt(centre * (1 - centre) / m)
    return centre - half, centre + half


def _total(*counts: int) -> int:
    if min(counts) < 0:
        raise ValueError("Nobody counts fewer than no answers.")
    return sum(counts)


def _points(lead: int, n: int) -> int:
    """100·lead/n to the nearest whole number, half away from zero; in whole numbers, so that no half is missed."""
    points = (200 * abs(lead) + n) // (2 * n)
    return points if lead >= 0 else -points


def _adjusted(promoters: int, detractors: int, n: int) -> tuple[float, float]:
    """Centre and standard error, −1…1."""
    p, d, m = (promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3), n + 3
    return p - d, sqrt((p + d - (p - d) ** 2) / m)


def _outcomes_left(promoters: int, passives: int, detractors: int) -> Iterable[tuple[float, float]]:
    """The interval, −1…1, of each pair of bands outside of which nobody answered."""
    n = promoters + passives + detractors
    if not detractors:
        yield agresti_coull(promoters, n)
    if not promoters:
        low, high = agresti_coull(detractors, n)
        yield -high, -low
    if not passives:
        low, high = agresti_coull(promoters, n)
        yield 2 * low - 1, 2 * high - 1
