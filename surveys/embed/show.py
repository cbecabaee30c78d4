"""Whether the survey is shown to whoever looks at a page, and that it was: asked once, and asked again under a lock."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from surveys.campaigns.models import Campaign, Wording
from surveys.embed.models import Widget
from surveys.embed.tokens import ticket_for, ticket_in, token_for, token_of
from surveys.mailing.decide import Facts, Why, decide
from surveys.mailing.draw import room
from surveys.mailing.models import Clocks
from surveys.people.models import Person
from surveys.responses.models import Channel, Invitation


def offer(widget: Widget, person: Person | None, language: str) -> dict[str, Any]:
    """What the script in the page is told of a survey that runs: a ticket and when to show, or nothing at all."""
    campaign = widget.campaign
    chance = 100.0
    if person is None:
        chance = _chance(widget, language)
    elif not _may(widget, person, timezone.now()):
        return {}
    if chance <= 0:
        return {}
    told = {name: getattr(widget, name) for name in ("event", "scroll", "delay", "side")}
    page = iri_to_uri(widget.page)  # as browsers tell a path
    return {
        **told,
        "page": page,
        "ticket": ticket_for(campaign, person),
        "chance": chance,
        "rest": Clocks.current().any_days,
    }


def _may(widget: Widget, person: Person, now: datetime) -> bool:
    audience = widget.audience
    verdict = decide(widget.campaign, audience, person, Facts([person], audience), now, by_mail=False)
    return verdict.why == Why.MAY and room(widget.campaign, audience, now) != 0


def _chance(widget: Widget, language: str) -> float:
    """How many of a hundred visitors are asked whom nobody named: none where it depends on who they are."""
    audience = widget.audience
    if widget.only_known or audience.looks_at_person or audience.language not in ("", language):
        return 0
    return audience.sample * (100 - audience.holdout) / 100


@transaction.atomic
def show(widget: Widget, ticket: str, wording: Wording) -> str | None:
    """The token to answer with; what was asked is noted now. None if something stands against it since the offer."""
    campaign = Campaign.objects.get(pk=widget.pk)
    read = ticket_in(ticket, campaign)
    if read is None or campaign.state != Campaign.State.RUNNING:
        return None
    number, nonce = read
    if number is None:
        return None if _chance(widget, wording.language) <= 0 else token_for(campaign, nonce, wording.pk)
    locked = Person.objects.select_for_update(no_key=True, of=("self",)).select_related("member", "company")
    person = locked.filter(pk=number).first()
    if person is None or not _may(widget, person, timezone.now()):
        return None
    return token_of(_asked(campaign, person, wording))


def _asked(campaign: Campaign, person: Person, wording: Wording) -> Invitation:
    """One row, as for a mail. What was chosen for a mail and dropped before it was sent is taken up."""
    now = timezone.now()
    there = Invitation.objects.filter(campaign=campaign, person=person).first()
    asked = there or Invitation(campaign=campaign, person=person)
    asked.channel, asked.wording, asked.state = Channel.EMBED, wording, Invitation.State.SENT
    asked.asked_at, asked.expires_at = now, now + timedelta(days=campaign.window_days)
    asked.due_at = asked.created_at = asked.closed_at = asked.ended_at = now
    asked.claimed_until = None
    asked.save()
    return asked
