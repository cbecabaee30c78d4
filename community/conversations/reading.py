"""How far a member has read: to the reply, so that unread has a number and a place to jump to."""

from collections.abc import Iterable
from operator import attrgetter

from django.utils import timezone

from community.conversations.models import ReadMark, Reply
from community.feedback.models import Item
from community.members.models import Member


def marks(member: Member, items: Iterable[Item]) -> dict[int, int]:
    """Item id → number read, for those of the items that the member has opened. One query."""
    ids = [item.pk for item in items]
    return dict(ReadMark.objects.filter(member=member, item__in=ids).values_list("item_id", "number"))


def unread(member: Member, item: Item, mark: int | None) -> int:
    """How many replies the member has not seen; an item never opened counts itself too."""
    if member.all_read_at and item.active_at <= member.all_read_at:
        return 0
    if mark is None:
        return 0 if item.author_id == member.pk and not item.reply_serial else item.reply_serial + 1
    return max(0, item.reply_serial - mark)


def mark_read(member: Member, item: Item, number: int, *, is_first: bool = True) -> None:
    """Say that the member has seen everything up to reply `number`; never takes anything back.

    `is_first` says that there may be no mark yet; without it one query is enough.
    """
    now = timezone.now()
    if is_first:
        mark = ReadMark(member=member, item=item, number=number, at=now)
        ReadMark.objects.bulk_create([mark], ignore_conflicts=True)
    ReadMark.objects.filter(member=member, item=item, number__lt=number).update(number=number, at=now)


def mark_all_read(member: Member) -> None:
    Member.objects.filter(pk=member.pk).update(all_read_at=timezone.now())


def replies_on(item: Item, page: int, size: int) -> list[Reply]:
    """The replies numbered for this page, with authors and what they answer, in one query.

    Put in order here: ORDER BY makes Django compare all columns first, which costs more than the sorting.
    """
    low = (page - 1) * size
    found = (
        Reply.objects.filter(about=item, number__gt=low, number__lte=low + size)
        .select_related("item__author", "in_reply_to__item__author")
        .only(
            "about_id", "number", "is_official", "in_reply_to_id",
            "item__kind", "item__html", "item__state", "item__stage", "item__created_at", "item__edited_at",
            "item__vote_count", "item__path", "item__language", "item__author_id",
            "item__author__handle", "item__author__name", "item__author__role", "item__author__picture",
            "in_reply_to__number", "in_reply_to__about_id", "in_reply_to__item__path", "in_reply_to__item__state",
            "in_reply_to__item__author__handle", "in_reply_to__item__author__name",
        )
    )  # fmt: skip
    return sorted(found[:size], key=attrgetter("number"))
