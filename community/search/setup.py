"""What the search adds to lower rooms: it hears of events, and its tables are there after every migration."""

from django.db import connections
from django_q.models import OrmQ, Schedule
from django_q.tasks import async_task

from community.feedback.models import Item, consumers
from community.search import rebuild, tables, write
from community.search.models import Index

consumers.fill("search", write.follow)


def ensure_schedule(using: str) -> None:
    """Once a minute somebody learns what was written: a task for each reply would say the same a hundred times."""
    if Schedule._meta.db_table not in connections[using].introspection.table_names():
        return  # only this app was migrated
    schedules = Schedule.objects.using(using)
    if not schedules.filter(func=write.LEARN).exists():
        schedules.create(name="search", func=write.LEARN, schedule_type=Schedule.MINUTES, minutes=1)


def ensure(using: str) -> None:
    """The index; and whoever has items and no index of this version, as after an update or a restore, gets it soon."""
    there = connections[using].introspection.table_names()
    if Index._meta.db_table not in there:
        return  # not migrated this far
    tables.ensure(using)
    if Index.objects.using(using).filter(pk=1, version=rebuild.VERSION).exists():
        return
    if not Item.objects.using(using).exists():
        Index.objects.using(using).update_or_create(pk=1, defaults={"version": rebuild.VERSION})
    elif OrmQ._meta.db_table in there:
        async_task(rebuild.TASK)
