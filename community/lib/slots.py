"""Slots: how a higher room adds to a lower one without the lower one knowing it.

A room names a slot; higher rooms fill it in `AppConfig.ready()` or at import of their models.
"""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Slot(Generic[T]):
    """An ordered collection of whatever higher rooms put in, by name; a name is filled once."""

    def __init__(self, purpose: str) -> None:
        self.purpose = purpose
        self._filled: dict[str, T] = {}

    def fill(self, name: str, thing: T) -> T:
        if name in self._filled and self._filled[name] is not thing:
            raise ValueError(f"The slot for {self.purpose} is filled twice under the name {name!r}.")
        self._filled[name] = thing
        return thing

    def filler(self, name: str) -> Callable[[T], T]:
        """The same as a decorator."""
        return lambda thing: self.fill(name, thing)

    def get(self, name: str) -> T | None:
        return self._filled.get(name)

    def __iter__(self) -> Iterator[T]:
        return iter(self._filled.values())

    def items(self) -> Iterator[tuple[str, T]]:
        return iter(self._filled.items())
