"""Whether what somebody wrote waits for approval before others see it, and the signals that say so."""

from collections.abc import Callable

from community.feedback.models import Item, State, Visibility
from community.lib.slots import Slot
from community.members.models import Member

ENOUGH = 100  # points that hold an item
PREMODERATED = "premoderated"

# Filled by rooms that know spam: (item with its words, its writer, is it an edit, did a robot fall into the trap)
# → points by the name of the signal.
gates: Slot[Callable[[Item, Member, bool, bool], dict[str, int]]] = Slot("what holds an item")


def hold_when_needed(item: Item, *, by: Member, is_trapped: bool = False) -> dict[str, int]:
    """Let what was just written wait, when there is reason to; answers the signals that say so."""
    signals = why_held(item, by=by, is_trapped=is_trapped)
    if signals:
        item.state = State.HELD
        item.save(update_fields=["state"])
    return signals


def why_held(item: Item, *, by: Member, is_edit: bool = False, is_trapped: bool = False) -> dict[str, int]:
    """The signals that hold the item, with their points; empty when it is shown at once.

    What is private to its author and staff has no readers to be kept from it.
    """
    if item.place and item.place.holds_words_of(by):
        return {PREMODERATED: ENOUGH}
    if by.is_staff or item.visibility == Visibility.PRIVATE:
        return {}
    signals: dict[str, int] = {}
    for gate in gates:
        signals |= gate(item, by, is_edit, is_trapped)
    return signals if sum(signals.values()) >= ENOUGH else {}
