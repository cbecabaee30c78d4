"""What the people of the demo were told, and what waits for its moderators: decided as on a site that is lived in."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from community.discussions.bulk import Rows
from community.feedback.models import Item
from community.members.models import Member
from community.moderation.flag import is_trusted
from community.moderation.log import note_item
from community.moderation.models import Flag
from community.moderation.spam import SIGNALS
from community.notifications.audience import hearers, post_of
from community.notifications.counting import recount
from community.notifications.models import Follow, Level, Notification

TOLD_OF = timedelta(days=21)  # the bell of a demo need not reach back further


def report(reports: list[Flag], held: dict[int, list[str]]) -> None:
    """Write the reports, and why each held item (item id → names of signals) is held."""
    members = Member.objects.in_bulk([flag.by_id for flag in reports if flag.by_id])
    for flag in reports:
        flag.is_trusted = is_trusted(members[flag.by_id or 0])
    Flag.objects.bulk_create(reports)
    for item in Item.objects.filter(pk__in=held):
        note_item("held", item, by=None, signals={name: SIGNALS[name].points for name in held[item.pk]})


def tell_everybody(rows: Rows, now: datetime) -> None:
    """Follow what people wrote in, and fill their bells with what came since. Nobody gets mail of a story."""
    wrote_in = {
        (author.pk, reply.about_id): (author, reply.about)
        for reply in rows.replies
        if (author := reply.item.author) and author.pk != reply.about.author_id
    }
    Follow.objects.bulk_create(
        Follow(member=member, item=item, level=Level.TRACKING, is_chosen=False) for member, item in wrote_in.values()
    )
    told = sorted(_told(rows, now - TOLD_OF), key=lambda one: one.created_at)
    Notification.objects.bulk_create(told)
    recount({one.recipient_id for one in told})


def _told(rows: Rows, since: datetime) -> Iterator[Notification]:
    read_to = {(mark.member_id, mark.item_id): mark.number for mark in rows.marks}
    numbers = {reply.item_id: reply.number for reply in rows.replies}
    for item in rows.items:
        if not item.is_visible or item.created_at < since:
            continue
        post = post_of(item)
        for wanted in hearers(post):
            for member, hearing in wanted.items():
                is_read = read_to.get((member, post.about.pk), -1) >= numbers.get(item.pk, 0)
                yield Notification(
                    recipient_id=member, topic=hearing.topic, item=item, about=post.about, by_id=item.author_id,
                    occasion="posted", created_at=item.created_at, read_at=item.created_at if is_read else None,
                )  # fmt: skip
    for solution in rows.solutions:
        item = solution.reply.item
        if solution.at >= since and item.author and item.author_id != solution.by_id:
            yield Notification(
                recipient=item.author, topic="solved", item=item, about_id=solution.thread_id, by=solution.by,
                occasion="solved", created_at=solution.at,
            )  # fmt: skip
