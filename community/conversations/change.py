"""Changing a reply's words, taking it away and bringing it back; and what hangs on the state of a reply."""

from typing import Any

from django.db import transaction
from django.db.models import F

from community.conversations.models import Reply
from community.feedback.holding import why_held
from community.feedback.models import Item, State
from community.feedback.states import APPROVE, HOLD, REMOVE, RESTORE, KindStates, change_state, kinds
from community.feedback.write import revise
from community.members.models import Member


@transaction.atomic
def edit(reply: Reply, *, by: Member, body: str) -> None:
    """Change its words; what would have been held before it was shown is held again. Raises what `revise` raises."""
    _lock(reply.item)
    if revise(reply.item, by=by, body=body):
        signals = why_held(Item.objects.select_related("place").get(pk=reply.pk), by=by, is_edit=True)
        if signals:
            change_state(reply.item, HOLD, by=by, signals=signals)


def remove(reply: Reply, *, by: Member | None) -> None:
    """Remove a reply: its number stays, its words are kept for an undo."""
    change_state(reply.item, REMOVE, by=by)


def restore(reply: Reply, *, by: Member) -> None:
    change_state(reply.item, RESTORE, by=by)


def approve(reply: Reply, *, by: Member) -> None:
    """Show a reply that was held for approval."""
    change_state(reply.item, APPROVE, by=by)


def _about(item: Item) -> int:
    return Reply.objects.values_list("about_id", flat=True).get(pk=item.pk)


def _lock(item: Item) -> None:
    """What it hangs on first, as those do who write replies."""
    Item.objects.select_for_update(no_key=True).filter(pk=_about(item)).values_list("pk").first()


def _settle(item: Item, old: str, new: str) -> dict[str, Any]:
    """Count the reply in or out; one that was held has only now been said."""
    about = _about(item)
    counted = (new == State.VISIBLE) - (old == State.VISIBLE)
    Item.objects.filter(pk=about).update(reply_count=F("reply_count") + counted)
    if (old, new) == (State.HELD, State.VISIBLE):
        older = Item.objects.filter(pk=about, active_at__lt=item.created_at)
        older.update(active_at=item.created_at, active_by=item.author_id)
    return {"about": about}


kinds.fill(Reply.KIND, KindStates(_lock, _settle))
