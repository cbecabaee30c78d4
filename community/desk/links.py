"""What higher rooms put at the head of the desk: a link, with how much waits behind it."""

from collections.abc import Callable
from dataclasses import dataclass

from community.lib.slots import Slot


@dataclass(frozen=True)
class DeskLink:
    text: str
    url: str
    count: int = 0
    act: str = ""  # of members.roles, that its reader may do; empty: whoever sees the desk


desk_links: Slot[Callable[[], DeskLink]] = Slot("links of the desk")
