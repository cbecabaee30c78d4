"""How something came to where it stands: public, with who said what when."""

from dataclasses import dataclass

from django.utils.safestring import mark_safe

from community.conversations.posts import author_name
from community.feedback.models import Item
from community.lib.avatars import Avatar
from community.lib.times import moment
from roadmap.stages.badge import Badge, badge_of
from roadmap.stages.models import Move


@dataclass(slots=True)
class Moment:
    badge: Badge
    iso: str
    when: str
    by: str
    by_url: str
    reason: str = ""
    html: str = ""
    answer_url: str = ""
    avatar: Avatar | None = None


def history_of(item: Item) -> list[Moment]:
    """The moves of an item, oldest first, each with its answer while that can be read. One query."""
    moves = Move.objects.filter(item=item).select_related("stage", "reason", "by", "answer__item").order_by("pk")
    return [_moment(one) for one in moves]


def _moment(move: Move) -> Moment:
    at = moment(move.at)
    told = Moment(
        badge=badge_of(move.stage),  # type: ignore[arg-type]
        iso=at.iso,
        when=at.text,
        by=author_name(move.by),
        by_url=move.by.get_absolute_url() if move.by else "",
        reason=move.reason.local_name if move.reason else "",
        avatar=move.by.avatar if move.by else None,
    )
    answer = move.answer
    if answer and answer.item.is_visible and answer.about_id == move.item_id:
        told.html = mark_safe(answer.item.html)  # noqa: S308 (sanitised when it was written)
        told.answer_url = answer.item.path
    return told
