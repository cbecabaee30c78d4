"""Who may be asked a question of one's own: the bands of NPS, and of other scales the content and the rest."""

from django.utils.translation import pgettext

from surveys.campaigns.models import Campaign

LEAST_GOOD = {Campaign.Kind.CSAT: 4, Campaign.Kind.CES: 5}  # satisfied are 4 and 5 of 5; it was easy for 5 to 7 of 7
GOOD, REST = "good", "rest"


def band_names(campaign: Campaign) -> dict[str, str]:
    """Those of a survey, the least content first."""
    if campaign.kind == Campaign.Kind.CSAT:
        return {REST: pgettext("who is asked", "1 to 3"), GOOD: pgettext("who is asked", "4 or 5 (satisfied)")}
    if campaign.kind == Campaign.Kind.CES:
        return {REST: pgettext("who is asked", "1 to 4"), GOOD: pgettext("who is asked", "5 to 7 (found it easy)")}
    return {
        "detractor": pgettext("who is asked", "0 to 6 (detractors)"),
        "passive": pgettext("who is asked", "7 or 8 (passives)"),
        "promoter": pgettext("who is asked", "9 or 10 (promoters)"),
    }


def band_of(campaign: Campaign, score: int) -> str:
    """The one that a number falls in."""
    if campaign.is_nps:
        return campaign.band_of(score)
    return GOOD if score >= LEAST_GOOD[Campaign.Kind(campaign.kind)] else REST
