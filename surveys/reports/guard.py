"""What a confidential or anonymous survey must not give away: few answers, and few that are what others leave over.

In such a survey a group of fewer than ten answers shows neither scores nor words, and neither does what is left when
groups that are shown are taken from the whole.
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

from surveys.campaigns.models import Campaign
from surveys.nps import FEWEST

K = TypeVar("K", bound=Hashable)


def is_guarded(campaign: Campaign) -> bool:
    return campaign.privacy != Campaign.Privacy.IDENTIFIED


def hidden(numbers: Mapping[K, int]) -> set[K]:
    """Of the groups of a whole those that are not shown one by one: the small ones, and as many of the smallest others
    as it takes until they are ten together."""
    found: set[K] = set()
    together = 0
    for key in sorted((key for key, n in numbers.items() if n), key=lambda key: numbers[key]):
        if numbers[key] >= FEWEST and (together >= FEWEST or not together):
            break
        found.add(key)
        together += numbers[key]
    return found
