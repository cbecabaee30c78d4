"""A member's replies and how far they have read, for their copy and when they leave."""

from collections.abc import Iterator

from community.conversations.change import remove
from community.conversations.models import ReadMark, Reply
from community.feedback.models import Item
from community.members.models import Member
from community.members.privacy import Leaver, Record, exporters, withdrawers

BATCH = 500
LASTING = (Item.State.REMOVED, Item.State.MERGED)


@exporters.filler("replies")
def replies(member: Member) -> Iterator[Record]:
    """Where their replies stand; their words are among the items."""
    rows = Reply.objects.filter(item__author=member).order_by("pk")
    yield from rows.values("item_id", "about_id", "number", "in_reply_to_id", "is_official").iterator(BATCH)


@exporters.filler("read")
def read(member: Member) -> Iterator[Record]:
    rows = ReadMark.objects.filter(member=member).order_by("pk")
    yield from rows.values("item_id", "number", "at").iterator(BATCH)


@withdrawers.filler("replies")
def withdraw_replies(leaver: Leaver) -> None:
    """Count them out, and let a solution fall that was theirs. Their numbers stay, as those of removed ones do."""
    own = Reply.objects.filter(item__author=leaver.member).exclude(item__state__in=LASTING)
    for reply in own.select_related("item__place", "about").order_by("about_id", "pk"):
        if reply.item.is_visible:
            remove(reply, by=None)
        else:
            Item.objects.filter(pk=reply.pk).update(state=Item.State.REMOVED)
