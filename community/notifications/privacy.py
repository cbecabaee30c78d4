"""What of hearing back is part of everything about a member, and what of it is forgotten with them."""

from collections.abc import Iterator

from community.members.models import Member
from community.members.privacy import Leaver, Record, erasers, exporters
from community.notifications.models import Follow, Notification, Preference, Suppression
from community.notifications.received import InboundMail

BATCH = 500


@exporters.filler("follows")
def follows(member: Member) -> Iterator[Record]:
    """What they follow, and how they want to hear of it."""
    yield from (
        Follow.objects.filter(member=member).order_by("pk").values("item_id", "place_id", "label_id", "level", "at")
    )
    yield from Preference.objects.filter(member=member).values("pace", "on_asking", "on_replying")


@exporters.filler("notifications")
def notifications(member: Member) -> Iterator[Record]:
    names = ("topic", "item_id", "about_id", "by_id", "created_at", "read_at", "mailing__state", "mailing__ended_at")
    yield from Notification.objects.filter(recipient=member).order_by("pk").values(*names).iterator(BATCH)


@erasers.filler("notifications")
def forget_addresses(leaver: Leaver) -> None:
    """All else goes with the member; an address that took no mail names nobody who is here any more."""
    Suppression.objects.filter(address__in=[one.lower() for one in leaver.person.emails]).delete()


@exporters.filler("replies-by-mail")
def replies_by_mail(member: Member) -> Iterator[Record]:
    """What came in for them and what became of it; the words are gone, or among the items."""
    names = ("received_at", "via", "size", "state", "reason", "answers_id", "item_id", "ended_at", "told_at")
    yield from InboundMail.objects.filter(member=member).order_by("pk").values(*names).iterator(BATCH)
