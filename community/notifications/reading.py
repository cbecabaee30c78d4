"""Notifications are read by reading what they are about, or all at once."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from community.members.models import Member
from community.notifications.counting import recount
from community.notifications.models import Notification, NotificationQuerySet


def seen(member: Member, items: Iterable[int]) -> None:
    """The member sees these items now. No query while nothing is unread."""
    if member.unread_count:
        _read(member, Notification.objects.filter(item__in=list(items)))


def read_all(member: Member, up_to: int | None = None) -> None:
    """Everything, or everything that the page showed: what came meanwhile stays unread."""
    rows = Notification.objects.all()
    _read(member, rows if up_to is None else rows.filter(pk__lte=up_to))


def read_one(member: Member, pk: int) -> None:
    _read(member, Notification.objects.filter(pk=pk))


@transaction.atomic
def _read(member: Member, rows: NotificationQuerySet) -> None:
    if rows.unread().filter(recipient=member).update(read_at=timezone.now()):
        recount([member.pk])
        member.refresh_from_db(fields=["unread_count"])
