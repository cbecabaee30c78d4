"""Subscriptions at the addresses of a member, for their copy and when they leave; and those that nobody confirmed."""

from collections.abc import Iterator

from django.utils import timezone

from community.members.cleaning import cleaners
from community.members.models import Member
from community.members.privacy import Leaver, Record, erasers, exporters
from roadmap.subscriptions import tell
from roadmap.subscriptions.links import TIME_TO_CONFIRM
from roadmap.subscriptions.models import Subscription


@exporters.filler("changelog-by-mail")
def subscriptions(member: Member) -> Iterator[Record]:
    """Only at addresses that are confirmed here: anybody may name any other as theirs."""
    own = member.emailaddress_set.filter(verified=True)  # type: ignore[attr-defined]
    addresses = [one.lower() for one in own.values_list("email", flat=True)]
    rows = Subscription.objects.filter(address__in=addresses).order_by("pk").prefetch_related("areas")
    for one in rows:
        areas = [area.slug for area in one.areas.all()]
        yield {
            "address": one.address, "language": one.language, "areas": areas, "asked_at": one.asked_at,
            "confirmed_at": one.confirmed_at,
        }  # fmt: skip


@erasers.filler("changelog by mail")
def end_subscriptions(leaver: Leaver) -> None:
    Subscription.objects.filter(address__in=[one.lower() for one in leaver.person.emails]).delete()


@cleaners.filler("subscriptions")
def clean() -> None:
    """Whoever did not confirm in time did not want it, or never asked."""
    Subscription.objects.unconfirmed().filter(asked_at__lt=timezone.now() - TIME_TO_CONFIRM).delete()
    tell.clean()
