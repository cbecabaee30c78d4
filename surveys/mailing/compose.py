"""The mail that asks: short, with a link for each number. What was asked is noted here, before it is handed over."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from community.members.models import Site
from community.notifications import envelope
from community.notifications.mail_names import name_of
from surveys.campaigns.models import Campaign, Wording
from surveys.campaigns.scale import marks
from surveys.campaigns.words import for_language, latest
from surveys.mailing.decide import Facts, Why, clock, stands_against
from surveys.people.models import Person
from surveys.responses.links import address_of, end_of
from surveys.responses.models import Invitation

SORT, AGAIN = "p", "r"  # of readers, in the names of mails: people whom surveys ask, and remind
# Ground and words of a number, where the survey wants red, yellow and green.
_PAINTS = {"": ("#eef1f4", "#1d2733"), "red": ("#f8d7d4", "#7a1a12"), "amber": ("#fbeaba", "#5c4300"),
           "green": ("#d3ecd8", "#0f4d22")}  # fmt: skip


def letter(invitation: Invitation) -> EmailMultiAlternatives | None:
    """The mail, or None when the survey runs no more or its person is not to be asked by now."""
    asked = _ask(invitation)
    if asked is None:
        return None
    with translation.override(asked.wording.language if asked.wording else asked.person.language):
        return _message(asked)


@transaction.atomic
def _ask(invitation: Invitation) -> Invitation | None:
    """Note that they are asked now, unless something stands against it since they were chosen."""
    person = Person.objects.select_for_update(no_key=True, of=("self",)).select_related("member", "company")
    rows = Invitation.objects.select_related("campaign__product", "campaign__audience", "wording")
    asked = rows.get(pk=invitation.pk)
    asked.person = person.get(pk=invitation.person_id)
    audience = getattr(asked.campaign, "audience", None)
    if asked.campaign.state != Campaign.State.RUNNING or (audience and not audience.by_mail):
        return None
    now, facts = timezone.now(), Facts([asked.person])
    if asked.asked_at:  # tried before: it is the same mail again; or a reminder
        is_late = asked.answered_on or asked.is_expired or stands_against(asked.person, facts)
        return None if is_late else asked
    sent = [one for one in facts.others(asked.person, asked.campaign) if one.is_sent]
    if stands_against(asked.person, facts) or clock(asked.campaign, sent, facts.clocks, now).why != Why.MAY:
        return None
    asked.wording = for_language(latest(asked.campaign), asked.person.language, Site.current().language)
    asked.asked_at, asked.expires_at = now, now + timedelta(days=asked.campaign.window_days)
    asked.save(update_fields=["wording", "asked_at", "expires_at"])
    return asked


def shown(campaign: Campaign, wording: Wording, site: Site, *, name: str, url: str, stop: str) -> dict[str, Any]:
    """What the templates of the mail show, in the language of the moment."""
    return {
        "site": site,
        "site_url": settings.SITE_URL,
        "wording": wording,
        "url": url,
        "marks": [(mark, *_PAINTS[mark.colour]) for mark in marks(campaign)],
        "width": round(100 / len(campaign.scale), 2),
        "name": name,
        "days": campaign.window_days,
        "is_anonymous": campaign.privacy == Campaign.Privacy.ANONYMOUS,
        "is_confidential": campaign.privacy == Campaign.Privacy.CONFIDENTIAL,
        "stop_url": stop,
        "language": translation.get_language(),
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
    }


def _message(asked: Invitation) -> EmailMultiAlternatives:
    site, stop = Site.current(), end_of(asked)
    wording: Wording = asked.wording  # type: ignore[assignment]
    context = shown(asked.campaign, wording, site, name=asked.person.name, url=address_of(asked), stop=stop)
    message = EmailMultiAlternatives(
        envelope.subject(
            site, _("Still one question") if asked.reminded_at else _("One question, if you have a moment")
        ),
        render_to_string("surveys/mail.txt", context),
        envelope.sender(site.name),
        [asked.person.address],
        headers=envelope.headers(
            site, name=name_of(asked.pk, asked.person_id, AGAIN if asked.reminded_at else SORT), stop=stop
        ),
    )
    message.attach_alternative(render_to_string("surveys/mail.html", context), "text/html")
    return message
