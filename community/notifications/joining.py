"""Which mail a notification joins: the one that waits for the member's hour, or a new one."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.db.models import Count
from django.utils import timezone

from community.lib.times import zone_named
from community.members.models import Member
from community.notifications.models import Mailing, Pace, Preference, Suppression

MORNING = 8  # o'clock where the reader is
MOST_AT_ONCE = 10  # mails to one person in an hour; further ones are gathered (ABUSE G93)
HOUR = timedelta(hours=1)


def mailings_for(members: Collection[int]) -> dict[int, int]:
    """Member id → id of the open mailing that what they hear now joins; none for whom no mail goes to.

    Rows are locked until the transaction ends: while somebody joins a mailing it cannot be closed and sent.
    """
    paces = dict(Preference.objects.filter(pk__in=members).values_list("pk", "pace"))
    wanting = [pk for pk in reachable(members) if paces.get(pk, Pace.AT_ONCE) != Pace.NEVER]
    found: dict[int, int] = {}
    while missing := [pk for pk in wanting if pk not in found]:
        found |= _open(missing)
        _make([pk for pk in missing if pk not in found], paces)
    return found


def _open(members: Iterable[int]) -> dict[int, int]:
    waiting = Mailing.objects.filter(state=Mailing.State.WAITING, closed_at=None, is_later=False, recipient__in=members)
    return dict(waiting.select_for_update(no_key=True).order_by("pk").values_list("recipient", "pk"))


def _make(members: list[int], paces: dict[int, str]) -> None:
    now = timezone.now()
    lately = Mailing.objects.filter(recipient__in=members, created_at__gt=now - HOUR, state__in=("waiting", "sent"))
    mails = dict(lately.order_by().values_list("recipient").annotate(n=Count("pk")))
    zones = dict(Member.objects.filter(pk__in=members).values_list("pk", "time_zone"))
    Mailing.objects.bulk_create(
        (
            Mailing(
                recipient_id=pk, created_at=now, due_at=due_at(_pace(paces.get(pk), mails.get(pk, 0)), zones[pk], now)
            )
            for pk in members
        ),
        ignore_conflicts=True,
    )


def _pace(chosen: str | None, mails_in_the_hour: int) -> str:
    pace = chosen or Pace.AT_ONCE
    return Pace.HOURLY if pace == Pace.AT_ONCE and mails_in_the_hour >= MOST_AT_ONCE else pace


def due_at(pace: str, zone: str, now: datetime) -> datetime:
    """When a mail that is begun now goes out: the next full hour, or the next morning where the reader is."""
    if pace == Pace.HOURLY:
        return now.replace(minute=0, second=0, microsecond=0) + HOUR
    if pace in (Pace.DAILY, Pace.WEEKLY):
        local = now.astimezone(ZoneInfo(zone))
        day = local.replace(hour=MORNING, minute=0, second=0, microsecond=0)
        day += timedelta(days=(7 - day.weekday()) % 7 if pace == Pace.WEEKLY else 0)
        return day if day > local else day + timedelta(days=7 if pace == Pace.WEEKLY else 1)
    return now


def zone_of(member: Member) -> ZoneInfo:
    return zone_named(member.time_zone)


def reachable(members: Collection[int]) -> dict[int, str]:
    """Member id → the address that they have confirmed; none for whoever never did, or whose mail comes back."""
    confirmed = EmailAddress.objects.filter(user__in=members, verified=True, primary=True, user__is_active=True)
    addresses = dict(confirmed.values_list("user", "email"))
    stopped = set(
        Suppression.objects.filter(address__in=[one.lower() for one in addresses.values()]).values_list(
            "address", flat=True
        )
    )
    return {pk: address for pk, address in addresses.items() if address.lower() not in stopped}
