"""Answering: one answer to an invitation, however often it is sent, to be changed until its window closes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.core.internal import ratelimit
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community.feedback.models import Item, Visibility
from community.lib import markdown
from community.lib.slots import Slot
from community.members.limits import LimitReached
from community.members.requests import Request
from surveys.campaigns.models import Campaign, Wording
from surveys.campaigns.posed import Posed
from surveys.nps import Band
from surveys.people.models import Person
from surveys.responses.links import key_of
from surveys.responses.models import Ambassador, ContactRequest, Invitation, Quote, Response
from surveys.responses.own import Told, drop_unasked, keep

LONGEST = 5_000
AN_HOUR = 60  # answers and words under one link
TIME_TO_CONTACT = timedelta(days=2)
contact_asked: Slot[Callable[[ContactRequest], None]] = Slot("who hears that somebody wants to be contacted")


@transaction.atomic
def respond(invitation: Invitation, score: int) -> Response:
    """Count an answer, or change the one that is there. The caller has asked that it lies on the scale."""
    known = "campaign__product", "person__company", "person__member__company", "wording"
    locked = Invitation.objects.select_for_update(no_key=True, of=("self",)).select_related(*known)
    invitation = locked.get(pk=invitation.pk)
    there = response_to(invitation) if invitation.answered_on else None
    if there:
        change(there, score)
        return there
    way, key = invitation.channel, key_of(invitation)
    made = record(invitation.campaign, invitation.person, score, channel=way, key=key, wording=invitation.wording)
    Invitation.objects.filter(pk=invitation.pk).update(answered_on=made.answered_at.date(), intent=None)
    return made


def count_try(request: Request, invitation: Invitation) -> None:
    """Raises LimitReached for what is sent again and again under one link; the first answer comes once."""
    if invitation.answered_on is None:
        return
    rates = {"answer": f"{AN_HOUR}/h/key"}
    if not ratelimit.consume(request, app="surveys", action="answer", config=rates, key=str(invitation.pk)):
        raise LimitReached(_("You have changed this many times now. It is kept as it was; try again in an hour."))


def note_intent(invitation: Invitation, score: int) -> None:
    """That a link was opened, which counts nothing. Of an anonymous survey nothing that tells a number is kept."""
    if invitation.campaign.privacy != Campaign.Privacy.ANONYMOUS:
        Invitation.objects.filter(pk=invitation.pk).update(intent=score)


def response_to(invitation: Invitation) -> Response | None:
    return Response.objects.select_related("item", "campaign").filter(key=key_of(invitation)).first()


def record(
    campaign: Campaign,
    person: Person | None,
    score: int,
    *,
    channel: str,
    key: str,
    wording: Wording | None,
    **further: Any,
) -> Response:
    """A new answer, with as much of its person as the survey promised to keep. Call it in a transaction."""
    is_known = campaign.privacy != Campaign.Privacy.ANONYMOUS
    member = person.member if person else None
    company = (person.company if person else None) or (member.company if member else None)
    item = Item.objects.create(
        kind=Response.KIND,
        title=_title(campaign, score),
        visibility=Visibility.STAFF,
        author=member if campaign.privacy == Campaign.Privacy.IDENTIFIED else None,
        product=campaign.product,
        language=wording.language if wording else person.language if person else "",
        source=channel,
    )
    Item.objects.filter(pk=item.pk).update(path=Response.path_for(item.pk))
    made = Response.objects.create(
        item=item,
        campaign=campaign,
        person=person if is_known else None,
        key=key,
        score=score,
        wording=wording,
        colours=campaign.colours,
        channel=channel,
        company=company if is_known else None,
        plan=company.plan if company else "",
        revenue=company.monthly_revenue if company and is_known else None,
        answered_at=item.created_at,
        **further,
    )
    item.record("answered", by=None)
    return made


def change(response: Response, score: int) -> None:
    """Another number in place of the one that is there."""
    if response.score != score:
        response.score, response.changed_at = score, timezone.now()
        response.save(update_fields=["score", "changed_at"])
        Item.objects.filter(pk=response.pk).update(title=_title(response.campaign, score))
        response.item.record("answer changed", by=None)
        drop_unasked(response)
        if response.band != Band.PROMOTER:
            Ambassador.objects.filter(response=response).delete()
            Quote.objects.filter(response=response).delete()  # they let it be shown as somebody who is glad


def _title(campaign: Campaign, score: int) -> str:
    return f"{score}/{campaign.scale[-1]}"


@dataclass(frozen=True)
class Said:
    """What somebody says besides the number; an empty `how` or `quoted_as` takes a wish back, None leaves it."""

    words: str
    how: str | None = ""  # to be contacted; None where that was not asked
    quoted_as: str = ""
    put: Sequence[Posed] | None = None  # the survey's own questions, where they were asked
    told: Sequence[Told] = ()


class Changed(ValueError):
    """Carries a sentence: what they answered was taken out of the survey in the same moment."""


def say(response: Response, said: Said) -> None:
    """In place of what they said before. Raises `markdown.MarkdownRefused` and Changed."""
    try:
        _say(response, said)
    except IntegrityError as gone:
        raise Changed(_("The questions have just changed. Look at them again, then send your answer.")) from gone


@transaction.atomic
def _say(response: Response, said: Said) -> None:
    item = Item.objects.select_for_update(no_key=True).get(pk=response.pk)
    words, was = markdown.check_text(said.words)[:LONGEST].strip(), item.body
    if words != was:
        item.body, item.html, item.renderer = words, markdown.render(words).html, markdown.RENDERER_VERSION
        item.save(update_fields=["body", "html", "renderer"])
        item.record("commented", by=None)
    if said.put is not None and keep(response, said.put, said.told) and words == was:
        item.record("commented", by=None)
    if said.how is not None:
        _ask_for_contact(response, said.how)
    if said.quoted_as:
        Quote.objects.update_or_create(response=response, defaults={"name": said.quoted_as, "at": timezone.now()})
    else:
        Quote.objects.filter(response=response).delete()


def _ask_for_contact(response: Response, how: str) -> None:
    """Once somebody was contacted or written to it stays as it is; until then it may be changed and taken back."""
    there = ContactRequest.objects.filter(response=response).first()
    if there and (there.contacted_at or there.written_at):
        return
    if not how:
        ContactRequest.objects.filter(response=response).delete()
    elif there:
        ContactRequest.objects.filter(response=response).update(how=how)
    else:
        asked = ContactRequest.objects.create(response=response, how=how, due_at=timezone.now() + TIME_TO_CONTACT)
        for hear in contact_asked:
            hear(asked)
