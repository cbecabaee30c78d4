"""What counts of answers come to in each kind of survey: a score of NPS, or the share of those who are content."""

from collections.abc import Mapping

from django.utils.translation import pgettext

from community.lib.charts import number
from surveys.campaigns.bands import LEAST_GOOD
from surveys.campaigns.models import Campaign
from surveys.nps import Band, Difference, Score, band, difference, score, share, share_difference

Counts = Mapping[int, int]  # answers by number


def measured(campaign: Campaign, counts: Counts) -> Score:
    return score(*bands(counts)) if campaign.is_nps else share(*_good(campaign, counts))


def change(campaign: Campaign, before: Counts, after: Counts) -> Difference | None:
    """None when either has no answer."""
    if campaign.is_nps:
        return difference(bands(before), bands(after))
    return share_difference(_good(campaign, before), _good(campaign, after))


def bands(counts: Counts) -> tuple[int, int, int]:
    """Promoters, passives, detractors."""
    found = dict.fromkeys(Band, 0)
    for answer, times in counts.items():
        found[band(answer)] += times
    return found[Band.PROMOTER], found[Band.PASSIVE], found[Band.DETRACTOR]


def _good(campaign: Campaign, counts: Counts) -> tuple[int, int]:
    least = LEAST_GOOD[Campaign.Kind(campaign.kind)]
    return sum(times for answer, times in counts.items() if answer >= least), sum(counts.values())


def name_of(campaign: Campaign) -> str:
    """What the number is called that stands where others see their NPS."""
    return {
        Campaign.Kind.CSAT: pgettext("share of answers", "satisfied (4 or 5)"),
        Campaign.Kind.CES: pgettext("share of answers", "found it easy (5 to 7)"),
    }.get(Campaign.Kind(campaign.kind), "NPS")


def written(campaign: Campaign, points: float | None) -> str:
    """A score as it is shown: whole, with its sign or its percent; a dash where there is none."""
    if points is None:
        return "–"
    return signed(points) if campaign.is_nps else f"{round(points)} %"


def signed(points: float | None) -> str:
    """Whole, with its sign; a dash where there is none."""
    if points is None:
        return "–"
    return f"+{round(points)}" if round(points) > 0 else number(round(points))


def interval(campaign: Campaign, found: Score) -> str:
    return f"{written(campaign, found.low)} … {written(campaign, found.high)}"
