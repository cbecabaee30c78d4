"""Two signed rights: a ticket, to be asked once, and a token, to answer. No cookie, so that any page may hold them."""

import secrets
from datetime import timedelta
from typing import Any

from django.core import signing
from django.utils.crypto import salted_hmac

from surveys.campaigns.models import Campaign
from surveys.people.models import Person
from surveys.responses.models import Channel, Invitation

TICKET_LASTS = timedelta(days=1)  # a page may stay open for long before its event comes
_TICKET = "hearback.survey.embed.ticket"
_TOKEN = "hearback.survey.embed.token"  # noqa: S105
_KEY = "hearback.survey.response"


def ticket_for(campaign: Campaign, person: Person | None) -> str:
    """The right to be asked by a survey, as this person or as somebody whom nobody named."""
    return _sign([campaign.pk, person.pk if person else None, secrets.token_hex(16)], _TICKET)


def ticket_in(said: str, campaign: Campaign) -> tuple[int | None, str] | None:
    """(the person's number, what makes this ticket one of its own); None for one that is not ours, or too old."""
    try:
        survey, person, nonce = _read(said, _TICKET, TICKET_LASTS)
    except signing.BadSignature:
        return None
    return (person, nonce) if survey == campaign.pk else None


def token_of(invitation: Invitation) -> str:
    return _sign([invitation.campaign_id, invitation.pk, "", Channel.EMBED], _TOKEN)


def token_for(campaign: Campaign, nonce: str, wording: int, channel: Channel = Channel.EMBED) -> str:
    """The right of somebody whom nobody named to one answer, in the words that they read and the way they came."""
    return _sign([campaign.pk, wording, nonce, channel], _TOKEN)


def token_in(said: str, campaign: Campaign) -> tuple[int, str, str]:
    """(the invitation's number, "", way) or (the wording's, nonce, way). Raises `signing.BadSignature` for one of
    another survey or none of ours, and `signing.SignatureExpired` when the days to answer are over."""
    survey, number, nonce, channel = _read(said, _TOKEN, timedelta(days=campaign.window_days))
    if survey != campaign.pk:
        raise signing.BadSignature("of another survey")
    return number, nonce, channel


def key_of(nonce: str) -> str:
    """What the answer of somebody whom nobody named is kept under."""
    return salted_hmac(_KEY, f"embed:{nonce}", algorithm="sha256").hexdigest()


def _sign(said: list[Any], salt: str) -> str:
    return signing.TimestampSigner(salt=salt, sep=".").sign_object(said)


def _read(said: str, salt: str, lasts: timedelta) -> Any:
    return signing.TimestampSigner(salt=salt, sep=".").unsign_object(said, max_age=lasts)
