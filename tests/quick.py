"""How long something takes, on machines that do other things too."""

import time
from collections.abc import Callable

TRIES = 3


def takes_less(seconds: float, act: Callable[[], object]) -> bool:
    """Whether it takes less CPU than so many seconds, in the best of a few tries."""
    for _try in range(TRIES):
        began = time.thread_time()
        act()
        if time.thread_time() - began < seconds:
            return True
    return False
