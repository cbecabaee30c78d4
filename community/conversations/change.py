"""Changing a reply's words, taking it away and bringing it back."""

from django.db import transaction
from django.db.models import F

from community.conversations.models import Reply
from community.feedback.models import Item
from community.feedback.write import revise
from community.members.models import Member


@transaction.atomic
def edit(reply: Reply, *, by: Member, body: str) -> None:
    """Change its words; where members' words are approved first, these are held again. Raises what `revise` raises."""
    _lock(reply)
    place = reply.item.place
    if revise(reply.item, by=by, body=body) and place and place.holds_words_of(by):
        _set_state(reply, Item.State.VISIBLE, Item.State.HELD, by, "held", -1)


@transaction.atomic
def remove(reply: Reply, *, by: Member | None) -> None:
    """Remove a reply: its number stays, its words are kept for an undo."""
    _set_state(reply, Item.State.VISIBLE, Item.State.REMOVED, by, "removed", -1)


@transaction.atomic
def restore(reply: Reply, *, by: Member) -> None:
    _set_state(reply, Item.State.REMOVED, Item.State.VISIBLE, by, "restored", +1)


@transaction.atomic
def approve(reply: Reply, *, by: Member) -> None:
    """Show a reply that was held for approval."""
    if _set_state(reply, Item.State.HELD, Item.State.VISIBLE, by, "approved", +1):
        older = Item.objects.filter(pk=reply.about_id, active_at__lt=reply.item.created_at)
        older.update(active_at=reply.item.created_at, active_by=reply.item.author_id)


def _set_state(reply: Reply, old: str, new: str, by: Member | None, verb: str, counted: int) -> bool:
    _lock(reply)
    if not Item.objects.filter(pk=reply.pk, state=old).update(state=new):
        return False
    reply.item.state = new
    Item.objects.filter(pk=reply.about_id).update(reply_count=F("reply_count") + counted)
    reply.item.record(verb, by=by, about=reply.about_id)
    return True


def _lock(reply: Reply) -> None:
    """What it hangs on first, as those do who write replies."""
    Item.objects.select_for_update(no_key=True).filter(pk=reply.about_id).values_list("pk").first()
