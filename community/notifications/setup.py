"""What notifications add to lower rooms: they hear of events, and the bell has its number."""

from django.conf import settings
from django.db import connections
from django_q.models import Schedule

from community.feedback.models import consumers
from community.members.mail import refusals
from community.notifications import (
    deliver,
    reported,  # noqa: F401 (hears anymail's signals)
)
from community.notifications.fan_out import enqueue
from community.notifications.follow import follow_what_they_wrote_in
from community.notifications.inbound import clean  # noqa: F401
from community.notifications.inbound.fetch import TASK as FETCH
from community.notifications.pumps import PUMP
from community.notifications.sending import outboxes
from community.notifications.suppressions import note_refusal

consumers.fill("follows", follow_what_they_wrote_in)
consumers.fill("notifications", enqueue)
# First of all: what is meant for one person does not wait behind what goes to many.
outboxes.fill("notifications", deliver.OUTBOX)
refusals.fill("suppressions", note_refusal)


def ensure_schedule(using: str) -> None:
    """Once a minute somebody looks which mails are due, and into the mailbox where there is one."""
    if Schedule._meta.db_table not in connections[using].introspection.table_names():
        return  # only this app was migrated
    schedules = Schedule.objects.using(using)
    if not schedules.filter(func=PUMP).exists():
        schedules.create(name="mails", func=PUMP, schedule_type=Schedule.MINUTES, minutes=1)
    if settings.INBOX and not schedules.filter(func=FETCH).exists():
        schedules.create(name="inbox", func=FETCH, schedule_type=Schedule.MINUTES, minutes=1)
    elif not settings.INBOX:
        schedules.filter(func=FETCH).delete()
