"""What notifications add to lower rooms: they hear of events, and the bell has its number."""

from django.db import connections
from django_q.models import Schedule

from community.feedback.models import consumers
from community.notifications.fan_out import enqueue
from community.notifications.follow import follow_what_they_wrote_in
from community.notifications.pumps import PUMP

consumers.fill("follows", follow_what_they_wrote_in)
consumers.fill("notifications", enqueue)


def ensure_schedule(using: str) -> None:
    """Once a minute somebody looks which mails are due; made when there is none."""
    if Schedule._meta.db_table not in connections[using].introspection.table_names():
        return  # only this app was migrated
    schedules = Schedule.objects.using(using)
    if not schedules.filter(func=PUMP).exists():
        schedules.create(name="mails", func=PUMP, schedule_type=Schedule.MINUTES, minutes=1)
