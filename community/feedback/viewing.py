"""Views, counted in the process and written together: a read is no write.

What a worker has counted and not yet written is lost when it is killed: at most a minute of views.
"""

import atexit
import re
import time
from collections import Counter
from threading import Lock, Thread

from django.db import connection, transaction
from django.db.models import F
from django.http import HttpRequest

from community.feedback.models import Item

EVERY = 60.0  # seconds
_ROBOTS = re.compile(r"bot|crawl|spider|slurp|preview|monitor|curl|wget|python|headless", re.IGNORECASE)
_lock = Lock()
_counted: Counter[int] = Counter()
_written_at = time.monotonic()


def count_view(request: HttpRequest, item_id: int) -> None:
    global _written_at
    if _ROBOTS.search(request.META.get("HTTP_USER_AGENT", "")):
        return
    with _lock:
        _counted[item_id] += 1
        if time.monotonic() - _written_at < EVERY:
            return
        _written_at = time.monotonic()
    Thread(target=_write_and_close, name="views").start()


def write_views() -> None:
    """Add what was counted to the items, in one transaction."""
    with _lock:
        counted = dict(_counted)
        _counted.clear()
    if not counted:
        return
    with transaction.atomic():
        for item_id, views in sorted(counted.items()):
            Item.objects.filter(pk=item_id).update(view_count=F("view_count") + views)


def _write_and_close() -> None:
    try:
        write_views()
    finally:
        connection.close()


@atexit.register
def _write_the_rest() -> None:
    if _counted:
        _write_and_close()
