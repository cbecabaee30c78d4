"""The numbers of a survey's scale, as a page shows them."""

from dataclasses import dataclass

from surveys.campaigns.models import Campaign
from surveys.nps import SCALE


@dataclass(frozen=True)
class Mark:
    """One number; `colour` is the traffic light's, if it has one."""

    number: int
    is_chosen: bool
    colour: str = ""


def marks(campaign: Campaign, chosen: int | None = None) -> list[Mark]:
    has_colours = campaign.colours == Campaign.Colours.TRAFFIC
    return [Mark(n, n == chosen, colour_of(campaign, n) if has_colours else "") for n in campaign.scale]


def on_scale(campaign: Campaign, said: str) -> int | None:
    """The number that an address names, if it is one of the scale."""
    number = int(said) if said.isascii() and said.isdigit() and len(said) <= 2 else None
    return number if number in campaign.scale else None


def colour_of(campaign: Campaign, number: int) -> str:
    """Red, amber, green: the bands of NPS; of other scales the lower half, the next fifth and the rest."""
    if campaign.scale == SCALE:
        return {"detractor": "red", "passive": "amber", "promoter": "green"}[campaign.band_of(number)]
    place = campaign.scale.index(number) / (len(campaign.scale) - 1)
    return "red" if place <= 0.5 else "amber" if place <= 0.7 else "green"
