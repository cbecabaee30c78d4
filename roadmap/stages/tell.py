"""Telling whoever supports something that it has moved: a task of its own, that can be run twice and tells once."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from django_q.tasks import async_task

from community.feedback.models import Item
from community.feedback.readers import readers_among
from community.lib.slots import Slot
from community.lib.turn import Turn
from community.members.models import Member
from community.notifications import pumps
from community.notifications.audience import Hearing
from community.notifications.tell import tell_many
from roadmap.stages.models import Move

MOVED = "moved"  # the topic
TELL = "roadmap.stages.tell.announce"


class Supporter(NamedTuple):
    member: int
    why: str  # "asked", "voted" or "followed"
    item: int | None = None  # what they asked or voted for first
    since: datetime | None = None


# By kind of item: those who support it and come after a member, some hundred at a time in the order of their ids.
supporters: Slot[Callable[[Item, int], Iterator[list[Supporter]]]] = Slot("who supports an item")


def how_many(item: Item, *, by: Member) -> int:
    """How many members would be told."""
    return sum(len(_readers(item, some, by.pk)) for some in _supporters(item))


def announce(move_id: int, after: int = 0) -> None:
    """Tell of a move whoever supports what moved, as far as they have not been told; those after a member."""
    moved = Move.objects.select_related("item__place", "item__author", "stage").filter(pk=move_id).first()
    if moved is None or not moved.item.is_visible:
        return
    turn = Turn()
    for some in _supporters(moved.item, after):
        readers = _readers(moved.item, some, moved.by_id)
        tell_many(
            {one.member: Hearing(MOVED, by_mail=True) for one in readers},
            item=moved.item, about=moved.item, by=moved.by_id, occasion=f"moved {moved.pk}",
            details={one.member: {"why": one.why, "stage": moved.stage_id, "move": moved.pk} for one in readers},
        )  # fmt: skip
        if some and turn.is_over:
            async_task(TELL, move_id, some[-1].member)
            break
    pumps.start()


def _supporters(item: Item, after: int = 0) -> Iterator[list[Supporter]]:
    ask = supporters.get(item.kind)
    return ask(item, after) if ask else iter(())


def _readers(item: Item, some: list[Supporter], by: int | None) -> list[Supporter]:
    readers = readers_among(item, [one.member for one in some]) - {by}
    return [one for one in some if one.member in readers]
