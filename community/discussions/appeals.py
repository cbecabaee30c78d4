"""What moderation asks of discussions: the private thread of an appeal, and who solved how much."""

from django.db import transaction
from django.db.models import Count, F
from django.utils import timezone

from community.conversations.reading import mark_read
from community.discussions.models import Kind, Solution, Thread
from community.feedback.models import APPEAL, Item, Visibility
from community.feedback.write import set_words
from community.members.models import Member
from community.moderation.appeal import private_threads
from community.moderation.champions import solved


@transaction.atomic
def private_thread(title: str, words: str, by: Member) -> Item:
    """A thread of somebody and staff, in no category and outside the limits of the day: also the silenced may appeal.

    Raises what `set_words` raises.
    """
    now = timezone.now()
    item = Item(
        kind=Thread.KIND, title=title, author=by, place=None, language=by.language, visibility=Visibility.PRIVATE,
        source=APPEAL, created_at=now, active_at=now, active_by=by,
    )  # fmt: skip
    set_words(item, words, by=by)
    item.path = Thread.path_for(item.pk, item.title)
    item.save(update_fields=["path"])
    Thread.objects.create(item=item, kind=Kind.DISCUSSION)
    mark_read(by, item, 0)
    item.record("posted", by=by)
    return item


def questions_solved(least: int, among: list[int] | None) -> dict[int, int]:
    """Member id → how many questions of others their replies solved, from `least` on; `among` these, or everybody."""
    rows = Solution.objects.exclude(reply__item__author=None)
    rows = rows.exclude(thread__item__author=F("reply__item__author"))
    if among is not None:
        rows = rows.filter(reply__item__author__in=among)
    counted = rows.order_by().values_list("reply__item__author").annotate(n=Count("pk")).filter(n__gte=least)
    return dict(counted)


private_threads.fill("discussions", private_thread)
solved.fill("discussions", questions_solved)
