"""People at work side by side while something else is tried."""

import threading
from abc import ABC, abstractmethod
from typing import Self


class Crowd(ABC):
    """So many people, each in a thread of their own, from `with` to its end; what they do is `live`."""

    def __init__(self, size: int) -> None:
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self.live, args=(number,)) for number in range(size)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)

    @property
    def goes_on(self) -> bool:
        return not self._stop.is_set()

    @abstractmethod
    def live(self, number: int) -> None:
        """What the person of this number does while the crowd goes on."""
