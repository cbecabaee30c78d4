"""Answering in a frame: one answer for each token, to be changed until the days to answer are over."""

from dataclasses import dataclass

from allauth.core.internal import ratelimit
from django.core import signing
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from community.members.limits import LimitReached
from community.members.requests import Request
from surveys.campaigns.models import Campaign, Wording
from surveys.embed.models import Widget
from surveys.embed.tokens import key_of, token_in
from surveys.responses.models import Channel, Invitation, Response
from surveys.responses.respond import change, record, respond, response_to

ANSWERS_A_MINUTE = 30  # of one address; only those count whose person nobody named


class Closed(Exception):
    """The survey has ended, or the days to answer are over."""


class Unknown(Exception):
    """The token is none of ours, or of another survey."""


class Elsewhere(Exception):
    """Nobody is asked at this address now: the survey does not run, or asks in the product alone."""


@dataclass(frozen=True)
class Asked:
    """Somebody who was asked in a frame: by an invitation if they are known, by a key of their own if not."""

    campaign: Campaign
    wording: Wording
    token: str
    invitation: Invitation | None = None
    nonce: str = ""
    channel: str = Channel.EMBED


def asked_by(widget: Widget, token: str) -> Asked:
    """What the token may answer. Raises Unknown or Closed."""
    campaign = widget.campaign
    try:
        number, nonce, channel = token_in(token, campaign)
    except signing.SignatureExpired as over:
        raise Closed from over
    except signing.BadSignature as bad:
        raise Unknown from bad
    asked = _unnamed(campaign, token, number, nonce, channel) if nonce else _invited(campaign, token, number)
    if asked is None:
        raise Unknown
    if not campaign.is_open or (asked.invitation and asked.invitation.is_expired):
        raise Closed
    return asked


def _unnamed(campaign: Campaign, token: str, number: int, nonce: str, channel: str) -> Asked | None:
    wording = Wording.objects.filter(pk=number, campaign=campaign).first()
    return Asked(campaign, wording, token, nonce=nonce, channel=channel) if wording else None


def _invited(campaign: Campaign, token: str, number: int) -> Asked | None:
    rows = Invitation.objects.select_related("person", "wording").filter(pk=number, campaign=campaign)
    there = rows.exclude(asked_at=None).first()
    return Asked(campaign, there.wording, token, invitation=there) if there and there.wording else None


def answered(asked: Asked) -> Response | None:
    if asked.invitation:
        return response_to(asked.invitation)
    return _under(key_of(asked.nonce))


def _under(key: str) -> Response | None:
    return Response.objects.select_related("item", "campaign").filter(key=key).first()


def answer(asked: Asked, score: int, request: Request) -> Response:
    """Count it, or change what is there. Raises LimitReached."""
    if asked.invitation:
        return respond(asked.invitation, score)
    there = answered(asked)
    if there is None:
        _count(request)
        try:
            return _first(asked, score)
        except IntegrityError:  # sent twice at once: the other was quicker
            there = answered(asked)
    if there is None:
        raise Unknown
    with transaction.atomic():
        locked = Response.objects.select_for_update(no_key=True, of=("self",)).select_related("item", "campaign")
        change(locked.get(pk=there.pk), score)
    return there


@transaction.atomic
def _first(asked: Asked, score: int) -> Response:
    key = key_of(asked.nonce)
    return record(asked.campaign, None, score, channel=asked.channel, key=key, wording=asked.wording)


def _count(request: Request) -> None:
    rate = {"survey-answer": f"{ANSWERS_A_MINUTE}/m/ip"}
    if not ratelimit.consume(request, app="surveys", action="survey-answer", config=rate):
        raise LimitReached(_("Too many answers come from here at once. Wait a minute, then send yours again."))
