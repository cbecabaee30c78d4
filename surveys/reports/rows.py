"""One line of a report: a group of answers with its number, and a score where there are enough."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from surveys.campaigns.models import Campaign
from surveys.nps import Score
from surveys.reports.measure import Counts, interval, measured, written


@dataclass(frozen=True)
class Row:
    name: str
    n: int
    score: str  # "" where too few answer, or where it would give somebody away
    interval: str
    is_of_few: bool
    url: str  # the answers behind it, if these may be read
    found: Score | None = None


def row(campaign: Campaign, name: str, counts: Counts, query: Mapping[str, str], *, is_hidden: bool = False) -> Row:
    """`query` is what the list of answers is asked for it, if it can be; a hidden group shows its number alone."""
    found = measured(campaign, counts)
    url = answers_url(campaign, query) if query and found.n and not is_hidden else ""
    if is_hidden or not found.is_shown:
        return Row(name, found.n, "", "", False, url)
    value, ends = written(campaign, found.value), interval(campaign, found)
    return Row(name, found.n, value, ends, found.is_of_few, url, found)


def answers_url(campaign: Campaign, query: Mapping[str, str]) -> str:
    asked = urlencode(query)
    return f"{campaign.get_absolute_url()}answers/{f'?{asked}' if asked else ''}"
