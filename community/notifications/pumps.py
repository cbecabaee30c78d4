"""How many tasks send mail at once: as many as there are task workers, each in turns of some seconds.

Without a bound, every reply that is written while a long mailing goes out would add a task that
takes its turn too, and a log-in code would wait behind all of them.
"""

from django.conf import settings
from django.core.cache import cache
from django_q.tasks import async_task

PUMP = "community.notifications.deliver.pump"
_LEASE = settings.TASK_RETRY + 10  # seconds; a killed task comes again before, and its turn with it


def start() -> None:
    """Let mails be sent soon; nothing happens while enough tasks do so already."""
    for turn in range(settings.TASK_WORKERS):
        if cache.add(_key(turn), 1, timeout=_LEASE):
            async_task(PUMP, turn)


def go_on(turn: int) -> None:
    cache.set(_key(turn), 1, timeout=_LEASE)
    async_task(PUMP, turn)


def end(turn: int) -> None:
    cache.delete(_key(turn))


def _key(turn: int) -> str:
    return f"mails:turn:{turn}"
