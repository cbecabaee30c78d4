"""One mail a day that something moved or shipped, whatever happens: the rest comes along the next day.

Decided when a mail goes out, for only then is it known what it says and which day it is where its reader is. The
database takes one mailing a day for each reader, so that two workers, a retry or a changed pace make no second one.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from community.members.models import Member
from community.notifications.joining import MORNING, zone_of
from community.notifications.models import Mailing, Notification
from community.notifications.topics import topics


@transaction.atomic
def take(mailing: Mailing) -> None:
    """Let the mailing say what is told once a day if it is the first of its day; else hold that back for the next."""
    rationed = [name for name, topic in topics.items() if topic.once_a_day]
    told = Notification.objects.filter(mailing=mailing, topic__in=rationed)
    if not told.filter(read_at=None).exists():
        return
    # Two mails to one reader are decided one after the other.
    reader = Member.objects.select_for_update(no_key=True).get(pk=mailing.recipient_id)
    now = timezone.now().astimezone(zone_of(reader))
    others = Mailing.objects.filter(recipient=reader).exclude(pk=mailing.pk)
    if others.filter(rationed_on=now.date()).exists():
        told.update(mailing=_later(reader, now))
        return
    Mailing.objects.filter(pk=mailing.pk).update(rationed_on=now.date())
    if mailing.attempts == 1:  # what was tried once already stays as it was said then
        held_back = others.filter(is_later=True, state=Mailing.State.WAITING, closed_at=None)
        Notification.objects.filter(mailing__in=held_back).update(mailing=mailing)


def give_back(mailing: Mailing) -> None:
    """Nothing was left to say: another mail of the day may say something."""
    Mailing.objects.filter(pk=mailing.pk).update(rationed_on=None)


def _later(reader: Member, now: datetime) -> Mailing:
    """The mailing of the next morning where the reader is."""
    morning = (now + timedelta(days=1)).replace(hour=MORNING, minute=0, second=0, microsecond=0)
    mailing, _created = Mailing.objects.get_or_create(
        recipient=reader, is_later=True, state=Mailing.State.WAITING, closed_at=None, defaults={"due_at": morning}
    )
    return mailing
