"""What has expired is thrown away once a day, by a schedule that every migration makes sure of."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django_q.models import OrmQ, Schedule
from django_q.scheduler import scheduler

from community.members import cleaning

pytestmark = pytest.mark.django_db


def test_expired_sessions_go_and_others_stay() -> None:
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(seconds=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(days=1))
    cleaning.clean()
    cleaning.clean()
    assert [one.pk for one in Session.objects.all()] == ["new"]


@pytest.mark.skipif(
    not settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache"), reason="Redis forgets by itself"
)
def test_expired_counts_go_and_others_stay() -> None:
    cache.set("old", 7, 600)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cache SET expires = %s", ["2020-01-01 00:00:00+00:00"])
    cache.set("new", 7, 600)
    cache.set("always", 7, None)
    cleaning.clean()
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM cache")
        assert cursor.fetchone() == (2,)
    assert (cache.get("new"), cache.get("always")) == (7, 7)


def test_migrations_schedule_it_once_and_keep_what_was_changed() -> None:
    Schedule.objects.all().delete()
    call_command("migrate", verbosity=0)
    at = timezone.now() + timedelta(hours=5)
    Schedule.objects.filter(func=cleaning.TASK).update(next_run=at)
    call_command("migrate", verbosity=0)
    assert Schedule.objects.get(func=cleaning.TASK).next_run == at


def test_the_cluster_queues_it_when_its_hour_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django_q.scheduler.close_old_django_connections", lambda: None)
    Schedule.objects.all().delete()
    cleaning.ensure_schedule("default")
    scheduler()
    assert OrmQ.objects.get().task["func"] == cleaning.TASK
    assert Schedule.objects.get().next_run > timezone.now() + timedelta(hours=23)
