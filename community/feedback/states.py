"""The one door to the state of an item, whatever its kind: held, approved, hidden, removed, restored.

Rooms that know a kind fill `kinds` with what hangs on its state; whoever decides knows no kind.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import transaction

from community.feedback.models import Item, State
from community.lib.slots import Slot
from community.members.models import Member


@dataclass(frozen=True)
class Verb:
    """What leads from some states to another; its name is that of the Event."""

    name: str
    begins: tuple[State, ...]
    ends: State


HOLD = Verb("held", (State.VISIBLE,), State.HELD)
APPROVE = Verb("approved", (State.HELD,), State.VISIBLE)
HIDE = Verb("hidden", (State.VISIBLE, State.HELD), State.HIDDEN)
REMOVE = Verb("removed", (State.VISIBLE, State.HELD, State.HIDDEN), State.REMOVED)
RESTORE = Verb("restored", (State.HIDDEN, State.REMOVED), State.VISIBLE)
VERBS = {verb.name: verb for verb in (HOLD, APPROVE, HIDE, REMOVE, RESTORE)}


def _lock_nothing(_item: Item) -> None:
    pass


def _settle_nothing(_item: Item, _old: str, _new: str) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class KindStates:
    """What the states of one kind are entangled with; of what hangs on nothing, nothing.

    `lock` takes what everybody locks before such an item; `settle` is told the old and the new state once the row
    has changed, sets counts right, and answers what the Event should say besides.
    """

    lock: Callable[[Item], None] = _lock_nothing
    settle: Callable[[Item, str, str], dict[str, Any]] = _settle_nothing


class Why(NamedTuple):
    """Why an item is out of sight: words for its author and staff, and where its author may appeal."""

    words: str
    appeal_url: str


kinds: Slot[KindStates] = Slot("what hangs on the states of a kind")
# Filled by whoever keeps reasons: ids of items → Why, for those that it knows something about.
reasons: Slot[Callable[[list[int]], dict[int, Why]]] = Slot("why items are out of sight")


@transaction.atomic
def change_state(item: Item, verb: Verb, *, by: Member | None, to: str = "", **detail: Any) -> bool:
    """Whether the item was where the verb begins; then it has moved on, and its Event is recorded.

    `to` is for an undo that puts back another state than the verb's own.
    """
    lock(item)
    if item.author_id:  # who may be told of it: before the place, as those lock who write something there
        Member.objects.select_for_update(no_key=True).filter(pk=item.author_id).values_list("pk").first()
    kind = kinds.get(item.kind)
    old = Item.objects.filter(pk=item.pk, state__in=verb.begins).values_list("state", flat=True).first()
    new = to or verb.ends
    if old is None or not Item.objects.filter(pk=item.pk, state=old).update(state=new):
        return False
    item.state = new
    further = kind.settle(item, old, new) if kind else {}
    item.record(verb.name, by=by, **detail, **further)
    return True


def lock(item: Item) -> None:
    """What the item hangs on, then the item: the order in which everybody takes them."""
    kind = kinds.get(item.kind)
    if kind:
        kind.lock(item)
    Item.objects.select_for_update(no_key=True).filter(pk=item.pk).values_list("pk").first()


def why_hidden(items: Iterable[Item]) -> dict[int, Why]:
    """Id → why it is out of sight, for those of the items that are hidden; no query when none is."""
    ids = [item.pk for item in items if item.state == State.HIDDEN]
    found: dict[int, Why] = {}
    for ask in reasons if ids else ():
        found |= ask(ids)
    return found
