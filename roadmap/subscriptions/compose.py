"""The mail that brings a release to a subscriber: in the language they chose, with what everybody may read."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation

from community.feedback.places import GUEST
from community.lib.absolute import absolute
from community.members.models import Site
from community.notifications import envelope
from community.notifications.mail_names import name_of
from community.notifications.models import Notification, Suppression
from community.search.write import plain
from roadmap.releases.models import Entry, Release
from roadmap.releases.page import Shown, shown
from roadmap.releases.publish import SHIPPED
from roadmap.subscriptions.links import end_of
from roadmap.subscriptions.models import Delivery, Subscription

SORT = "s"  # of readers, in the names of mails


def letter(delivery: Delivery) -> EmailMultiAlternatives | None:
    """The mail, or None when nothing is left to say, or when they were told personally."""
    subscription, release = delivery.subscription, delivery.release
    suppressed = Suppression.objects.filter(address=subscription.address)
    if not release.item.is_public or suppressed.exists() or _was_told(subscription, release):
        return None
    site = Site.current()
    with translation.override(subscription.language):
        one = _shown(subscription, release, site)
        if not one.lines and Entry.objects.filter(release=release).exists():
            return None
        return _message(delivery, one, site)


def _was_told(subscription: Subscription, release: Release) -> bool:
    """By mail, as a member who had asked for, voted for or followed what it brings."""
    members = EmailAddress.objects.filter(email=subscription.address, verified=True).values("user")
    told = Notification.objects.filter(topic=SHIPPED, item=release.pk, recipient__in=members)
    return told.filter(mailing__isnull=False).exists()


def _shown(subscription: Subscription, release: Release, site: Site) -> Shown:
    wanted = Q(area=None) | Q(area__in=list(subscription.areas.values_list("pk", flat=True)))
    return shown([release], GUEST, site, wanted=wanted if subscription.is_of_areas else None)[0]


def _message(delivery: Delivery, one: Shown, site: Site) -> EmailMultiAlternatives:
    stop = end_of(delivery.subscription)
    context = {
        "site": site,
        "site_url": settings.SITE_URL,
        "shown": one,
        "html": absolute(one.html, settings.SITE_URL),
        "text": plain(one.html).strip(),
        "lines": [(line, absolute(line.html, settings.SITE_URL), plain(line.html).strip()) for line in one.lines],
        "stop_url": stop,
        "language": translation.get_language(),
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
    }
    message = EmailMultiAlternatives(
        envelope.subject(site, one.title),
        render_to_string("roadmap/subscription/release.txt", context),
        envelope.sender(site.name),
        [delivery.subscription.address],
        headers=envelope.headers(site, name=name_of(delivery.pk, delivery.subscription_id, SORT), stop=stop),
    )
    message.attach_alternative(render_to_string("roadmap/subscription/release.html", context), "text/html")
    return message
