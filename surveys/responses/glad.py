"""What whoever is glad may do besides: pass a link on in their own words, and offer to be asked for more."""

from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from community.feedback.models import Item
from community.lib.times import Moment, moment
from community.members.models import Site
from surveys.campaigns.models import Campaign
from surveys.nps import Band
from surveys.responses.models import Ambassador, Response

LONGEST = 500  # characters of their words in a link: mail programs cut longer ones


@dataclass(frozen=True)
class Glad:
    """What the page of thanks offers a promoter."""

    words: str  # to be passed on; "" where the survey offers none
    mailto: str
    may_offer: bool
    offered: Moment | None


def glad(there: Response, campaign: Campaign, site: Site, language: str) -> Glad | None:
    """None for everybody else, and where the survey offers neither."""
    offers = may_offer(there, campaign)
    if there.band != Band.PROMOTER or not (campaign.has_invitation or offers):
        return None
    one = Ambassador.objects.filter(response=there.pk).first() if offers else None
    with translation.override(language):
        words = _words(there, campaign, site) if campaign.has_invitation else ""
        return Glad(words, _mailto(words, campaign.called(site)), offers, moment(one.at) if one else None)


def may_offer(there: Response, campaign: Campaign) -> bool:
    """In identified surveys alone: an offer says who was glad."""
    is_named = campaign.privacy == Campaign.Privacy.IDENTIFIED and there.person_id is not None
    return campaign.has_ambassadors and is_named and there.band == Band.PROMOTER


@transaction.atomic
def offer(there: Response, *, offers: bool) -> None:
    """That staff may ask them for more, or not any more; the first time counts."""
    if offers:
        _one, is_changed = Ambassador.objects.get_or_create(response=there)
    else:
        is_changed = bool(Ambassador.objects.filter(response=there).delete()[0])
    if is_changed:
        there.item.record("offered" if offers else "offer taken back", by=None)


def _words(there: Response, campaign: Campaign, site: Site) -> str:
    own = Item.objects.values_list("body", flat=True).get(pk=there.pk)
    said = own or _("I use %(name)s and can recommend it.") % {"name": campaign.called(site)}
    return said + _link()


def _mailto(words: str, subject: str) -> str:
    if not words:
        return ""
    said, link = words[: -len(_link())], _link()
    short = said if len(said) <= LONGEST else f"{said[:LONGEST]}…"
    return f"mailto:?subject={quote(subject)}&body={quote(short + link)}"


def _link() -> str:
    return f"\n\n{settings.SITE_URL}/"
