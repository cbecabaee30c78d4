"""`/metrics` for Prometheus: what was asked and how long it took, added up over the web workers, and what waits.

Each worker counts in a file of its own (prometheus_client's multiprocess mode, which settings.py switches on by
PROMETHEUS_MULTIPROC_DIR before this module is imported); whichever is asked adds all files up. `serve` empties
the folder when it starts.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django_q.models import OrmQ, Task
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from community.members.outgoing import OutgoingMail
from community.notifications.inbound.health import failing
from community.notifications.received import InboundMail
from community.notifications.sending import Sending, outboxes

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_times = Histogram("hearback_request_seconds", "Time to answer, by route", ["view", "status"], buckets=BUCKETS)
_children: dict[tuple[str, int], Any] = {}  # looking a child up by its labels costs as much as counting


def observe(view: str, status: int, seconds: float) -> None:
    child = _children.get((view, status))
    if child is None:
        child = _children[view, status] = _times.labels(view, str(status))
    child.observe(seconds)


def answer(request: HttpRequest) -> HttpResponse:
    """404 where no METRICS_TOKEN is set, 401 without it, else the numbers."""
    if not settings.METRICS_TOKEN:
        return _plain("Set METRICS_TOKEN to have metrics here.\n", 404)
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        answered = _plain("Send the token: Authorization: Bearer …\n", 401)
        answered.headers["WWW-Authenticate"] = "Bearer"
        return answered
    if request.method not in ("GET", "HEAD"):
        return _plain("Only GET.\n", 405)
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REGISTRY)
    registry.register(Now())  # type: ignore[arg-type]
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST, headers=_UNKEPT)


_UNKEPT = {"Cache-Control": "no-store"}


def _plain(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8", headers=_UNKEPT)


def forget() -> None:
    """Begin to count anew, as a server does when it starts."""
    for file in Path(settings.METRICS_DIR).glob("*.db"):
        file.unlink(missing_ok=True)


class Now:
    """What is asked of the database and the disk at the moment of a scrape; whatever fails is left out."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        is_up = 1
        for name, help_text, ask in _ASKED:
            try:
                yield GaugeMetricFamily(f"hearback_{name}", help_text, value=ask())
            except DatabaseError:
                is_up = 0
        yield GaugeMetricFamily("hearback_database_up", "1 where the database answered every question", value=is_up)


def _oldest_task() -> float:
    """Seconds that the oldest task waits which no worker has taken; a taken one is locked into the future."""
    since = OrmQ.objects.filter(lock__lte=timezone.now()).order_by("lock").values_list("lock", flat=True).first()
    return (timezone.now() - since).total_seconds() if since else 0.0


def _database_bytes() -> int:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        return int(cursor.fetchone()[0])


def _failed() -> int:
    return Task.objects.filter(success=False).count()


def _disk_free() -> int:
    return shutil.disk_usage(settings.DATA_DIR).free


_ASKED: tuple[tuple[str, str, Callable[[], float]], ...] = (
    ("tasks_queued", "Tasks in the queue, those under way included", OrmQ.objects.count),
    ("task_oldest_seconds", "How long the oldest task waits that no worker has taken", _oldest_task),
    ("tasks_failed", "Failures among the tasks that are remembered", _failed),
    ("mails_waiting", "Mails on their way", lambda: OutgoingMail.objects.waiting().count()),
    (
        "mails_given_up",
        "Mails of the last month that could not be sent",
        lambda: OutgoingMail.objects.given_up().count(),
    ),
    (
        "notification_mails_due",
        "Mails of notifications and releases whose hour has come",
        lambda: sum(outbox.model.objects.due().count() for outbox in outboxes),
    ),
    (
        "notification_mails_failed",
        "Mails of notifications and releases that could not be sent",
        lambda: sum(outbox.model.objects.filter(state=Sending.State.FAILED).count() for outbox in outboxes),
    ),
    (
        "inbound_mails_waiting",
        "Replies by mail that wait to be posted",
        lambda: InboundMail.objects.waiting().count(),
    ),
    (
        "inbound_mails_failed",
        "Replies by mail that could not be posted and wait for staff",
        lambda: InboundMail.objects.failed().filter(ended_at=None).count(),
    ),
    ("inbox_failing", "1 where the mailbox could not be read at the last try", lambda: int(failing() is not None)),
    ("database_bytes", "Size of the database", _database_bytes),
    ("disk_free_bytes", "Free space where DATA_DIR is", _disk_free),
)
