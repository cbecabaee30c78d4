"""The words of a mail, made when it goes out: in its reader's language and zone, and only what they may read."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.feedback.models import Item
from community.feedback.readers import readers_among
from community.lib.absolute import absolute
from community.lib.markdown import excerpt
from community.members.models import Member, Site
from community.notifications import envelope, unsubscribe
from community.notifications.envelope import neutral
from community.notifications.inbound import addresses
from community.notifications.inbound.answering import answered_through
from community.notifications.joining import zone_of
from community.notifications.mail_names import name_of
from community.notifications.models import Mailing, Notification
from community.notifications.topics import address_of, because_of, look_up, sentence_of, topic_of

LONGEST = 8_000  # characters of one post in the text part
MOST = 60  # notifications told in one mail; of further ones it says how many


@dataclass
class Told:
    """One notification as the mail shows it."""

    sentence: str
    url: str
    at: str
    html: str = ""
    text: str = ""
    excerpt: str = ""
    language: str = ""


@dataclass
class Group:
    """What the mail says of one conversation."""

    title: str
    url: str
    because: str
    stop_url: str
    told: list[Told] = field(default_factory=list)


def compose(mailing: Mailing, address: str) -> EmailMultiAlternatives | None:
    """The mail, or None when nothing is left to say: read meanwhile, or not to be read any more."""
    member = mailing.recipient
    everything = list(
        mailing.notifications.order_by("pk").select_related("item__place", "item__author", "about__place", "by")
    )
    left = [one for one in everything if one.read_at is None and _may_read(member, one)]
    if not left or not member.is_active:
        return None
    with translation.override(member.language), timezone.override(zone_of(member)):
        return _message(member, address, left, name=name_of(everything[0].pk, member.pk))


def _may_read(member: Member, notification: Notification) -> bool:
    return notification.item is None or member.pk in readers_among(notification.item, [member.pk])


def _message(member: Member, address: str, notifications: list[Notification], *, name: str) -> EmailMultiAlternatives:
    site = Site.current()
    groups = _groups(notifications[:MOST])
    answers = _answered(member, notifications)
    stop = groups[0].stop_url if len(groups) == 1 else unsubscribe.address(member.pk)
    context = {
        "site": site,
        "site_url": settings.SITE_URL,
        "groups": groups,
        "is_single": len(notifications) == 1,
        "can_answer": answers is not None,
        "more": max(0, len(notifications) - MOST),
        "stop_all_url": unsubscribe.address(member.pk),
        "language": member.language,
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
        "zone": timezone.localtime().strftime("%Z"),
    }
    message = EmailMultiAlternatives(
        _subject(site, notifications, groups),
        render_to_string("notifications/mail.txt", context),
        envelope.sender(_sender(site, notifications)),
        [address],
        reply_to=[addresses.address_for(member.pk, answers)] if answers else None,
        headers={
            **envelope.headers(site, name=name, stop=stop),
            **_thread_headers(notifications),
        },
    )
    message.attach_alternative(render_to_string("notifications/mail.html", context), "text/html")
    return message


def _answered(member: Member, notifications: list[Notification]) -> int | None:
    """The id of what an answer to the mail answers: its one post, or its one conversation; None where it cannot."""
    through = answered_through()
    abouts = {one.about_id: one.about for one in notifications}
    about = next(iter(abouts.values()))
    if not addresses.is_on() or through is None or member.is_silenced or len(abouts) != 1 or about is None:
        return None
    if not all(topic_of(one).shows_words for one in notifications) or through.why_not(about, member):
        return None
    items = {one.item_id for one in notifications}
    return items.pop() if len(items) == 1 else about.pk


def _thread_headers(notifications: list[Notification]) -> dict[str, str]:
    """Mails of one conversation stand together: all answer the same first mail, sent or not."""
    about = {one.about_id for one in notifications}
    if len(about) != 1 or None in about:
        return {}
    first = f"<item{about.pop()}@{settings.SITE_HOST}>"
    return {"References": first, "In-Reply-To": first}


def _subject(site: Site, notifications: list[Notification], groups: list[Group]) -> str:
    if len(groups) == 1:
        one = notifications[0]
        subject = groups[0].title if topic_of(one).shows_words else sentence_of(one)
    else:
        count = len(notifications)
        if all(topic_of(one).shows_words for one in notifications):
            words = ngettext("%(n)d new post for you", "%(n)d new posts for you", count)
        else:
            words = ngettext("%(n)d piece of news for you", "%(n)d pieces of news for you", count)
        subject = words % {"n": count}
    return envelope.subject(site, subject)


def _sender(site: Site, notifications: list[Notification]) -> str:
    """`Ann via Northwind` when one person wrote it all, else the site."""
    writers = {one.by for one in notifications if topic_of(one).shows_words}
    writer = writers.pop() if len(writers) == 1 else None
    if writer is None:
        return site.name
    return _("%(name)s via %(site)s") % {"name": writer.display_name, "site": site.name}


def _groups(notifications: Collection[Notification]) -> list[Group]:
    look_up(notifications)
    found: dict[int, Group] = {}
    for one in notifications:
        key = one.about_id or -one.pk
        if key not in found:
            found[key] = Group(
                title=neutral(one.about.title) if one.about else sentence_of(one),
                url=settings.SITE_URL + (one.about or one.item or Item()).get_absolute_url()
                if one.about or one.item
                else f"{settings.SITE_URL}/me/notifications/",
                because=because_of(one),
                stop_url=unsubscribe.address(one.recipient_id, unsubscribe.because_of(one)),
            )
        found[key].told.append(_told(one))
    return list(found.values())


def _told(one: Notification) -> Told:
    told = Told(
        sentence=neutral(sentence_of(one)),
        url=f"{settings.SITE_URL}{address_of(one)}",
        at=date_format(timezone.localtime(one.created_at), "DATETIME_FORMAT"),
    )
    words = topic_of(one).words
    if words:
        told.text = told.excerpt = words(one)
    if one.item and topic_of(one).shows_words:
        told.html = absolute(one.item.html, settings.SITE_URL)
        told.text = one.item.body if len(one.item.body) <= LONGEST else f"{one.item.body[:LONGEST]}…"
        told.excerpt = excerpt(one.item.body, 280)
        told.language = one.item.language
    return told
