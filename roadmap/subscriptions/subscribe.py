"""Subscribing to the changelog: asked for by anybody, confirmed by whoever reads the mail at that address."""

from dataclasses import dataclass

from allauth.core.internal import ratelimit
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from community.feedback.places import Place
from community.members.limits import LimitReached
from community.members.mail import queue_mail
from community.members.models import Site
from community.members.requests import Request
from community.notifications.envelope import subject
from community.notifications.models import Suppression
from roadmap.subscriptions.links import TIME_TO_CONFIRM, confirmation_of
from roadmap.subscriptions.models import Subscription

AN_HOUR = 10  # from one place on the net
A_DAY = 3  # for one address, whoever asks (ABUSE G93)


@dataclass(frozen=True)
class Choice:
    """What the form says."""

    address: str
    language: str
    areas: tuple[Place, ...] = ()  # none: all


def ask(choice: Choice, request: Request) -> None:
    """Send the mail that asks for a confirmation. Raises LimitReached.

    What happens looks the same for every address: nobody learns which ones are known here (ABUSE D55).
    """
    rates = {"subscribe": f"{AN_HOUR}/h/ip"}
    if not ratelimit.consume(request, app="roadmap", action="subscribe", config=rates):
        raise LimitReached(_("These are many subscriptions in one hour. Try again in an hour."))
    rates = {"subscribed": f"{A_DAY}/d/key"}
    address = choice.address.lower()
    may_mail = ratelimit.consume(request, app="roadmap", action="subscribed", config=rates, key=address)
    if may_mail and not Suppression.objects.filter(address=address).exists():
        _begin(choice)


@transaction.atomic
def _begin(choice: Choice) -> None:
    subscription = Subscription.objects.create(address=choice.address, language=choice.language)
    subscription.choose(choice.areas)
    subscription.save(update_fields=["is_of_areas"])
    site = Site.current()
    with translation.override(choice.language):
        words = {"site": site, "url": confirmation_of(subscription), "days": TIME_TO_CONFIRM.days}
        title = subject(site, _("Confirm: the changelog by e-mail"))
        queue_mail(subscription.address, title, render_to_string("roadmap/subscription/confirm.txt", words))


@transaction.atomic
def confirm(subscription: Subscription) -> None:
    """From now on releases go there. Who had confirmed before has changed language or areas by it."""
    # In order: two confirmations at once for one address wait for each other.
    rows = Subscription.objects.select_for_update().filter(address=subscription.address).order_by("pk")
    there = {one.pk: one for one in rows}
    asked = there.get(subscription.pk)
    if asked is None or asked.confirmed_at:
        return
    before = next((one for one in there.values() if one.confirmed_at), None)
    if before:
        before.language, before.changed_by = asked.language, asked.pk
        before.areas.set(asked.areas.all())
        before.is_of_areas = asked.is_of_areas
        before.save(update_fields=["language", "changed_by", "is_of_areas"])
    else:
        asked.confirmed_at = timezone.now()
        asked.save(update_fields=["confirmed_at"])
    # What was asked for earlier is out of date by it, and so are its links.
    Subscription.objects.unconfirmed().filter(pk__in=there).delete()
