"""A member's replies and how far they have read, for their copy and when they leave."""

from collections.abc import Iterable, Iterator

from django.db.models import Count, F

from community.conversations.models import ReadMark, Reply
from community.feedback.erase import concerned
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


@concerned.filler("replies")
def answered(member: Member) -> Iterable[int]:
    """What their replies hang on."""
    return set(Reply.objects.filter(item__author=member).values_list("about_id", flat=True))


@withdrawers.filler("replies")
def withdraw_replies(leaver: Leaver) -> None:
    """Count them out. Their numbers stay, as those of removed ones do; the Event is written with the words' end."""
    own = Reply.objects.filter(item__author=leaver.member).exclude(item__state__in=LASTING)
    shown = own.filter(item__state=Item.State.VISIBLE).order_by().values_list("about").annotate(n=Count("pk"))
    for about, number in sorted(shown):
        Item.objects.filter(pk=about).update(reply_count=F("reply_count") - number)
    Item.objects.filter(pk__in=own.values("pk")).update(state=Item.State.REMOVED)
