"""Numbers by which staff sort what people vote for, such as that of its companies; customers never see them."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from django.utils.functional import Promise

from community.lib.slots import Slot


class Weigher(NamedTuple):
    """One sort of number."""

    label: str | Promise  # the order of the list
    weigh: Callable[[Sequence[int]], Iterable[tuple[int, str, float]]]  # items → (item, key, number); 0 may be left out
    words: Callable[[float], str]  # on the row of an item
    has_keys: bool = False  # one number for each of some keys: no order without one


weighers: Slot[Weigher] = Slot("numbers by which staff sort what people vote for")
