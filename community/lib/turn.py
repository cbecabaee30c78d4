"""How long tasks share the workers: each takes its turn and goes on in another, before it would be stopped."""

import time

from django.conf import settings


class Turn:
    """Begins when it is made, and is over after a third of the time after which a task is stopped.

    A task that is stopped begins from the start, and is given up after some attempts: one that reaches many people
    never comes to its end so. Where a turn is over, it queues itself for those who are left.
    """

    def __init__(self) -> None:
        self._until = time.monotonic() + settings.TASK_TIMEOUT / 3

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._until
