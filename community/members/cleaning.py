"""Once a day: what has expired goes, for else sessions, counts and unsent mails would stay for ever."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router
from django.utils import timezone
from django_q.models import Schedule

from community.lib.slots import Slot
from community.members.export import clean_exports
from community.members.leave import queue_due
from community.members.mail import clean_mails

TASK = "community.members.cleaning.clean"
# Filled by higher rooms: each throws away what has expired with it, and finds nothing left a second time.
cleaners: Slot[Callable[[], None]] = Slot("what is thrown away once a day")


def clean() -> None:
    """Run by the task cluster; a second run finds nothing left."""
    clean_mails()
    clean_exports()
    queue_due()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    for alias in settings.CACHES:
        cache = caches[alias]
        if isinstance(cache, DatabaseCache):
            _clear(cache)
    for clean_room in cleaners:
        clean_room()


def _clear(cache: DatabaseCache) -> None:
    """Django throws expired rows away only once the table is full."""
    model: Any = cache.cache_model_class
    connection = connections[router.db_for_write(model)]
    table, expires = (connection.ops.quote_name(name) for name in (model._meta.db_table, "expires"))
    now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE {expires} < %s", [now])  # noqa: S608 (a name of ours, quoted)


def ensure_schedule(using: str) -> None:
    """One daily schedule, made when there is none; an administrator may change its hour."""
    if Schedule._meta.db_table not in connections[using].introspection.table_names():
        return  # only this app was migrated
    schedules = Schedule.objects.using(using)
    if not schedules.filter(func=TASK).exists():
        schedules.create(name="cleaning", func=TASK, schedule_type=Schedule.DAILY)
