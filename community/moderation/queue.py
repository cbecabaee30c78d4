"""What waits for a moderator: reported and held items, each with all that a decision needs, in a constant number of
queries.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count
from django.utils.translation import ngettext, pgettext

from community.feedback.models import Item, ItemQuerySet, State, parents_of_many
from community.lib import paging
from community.lib.avatars import Avatar
from community.lib.markdown import excerpt
from community.lib.times import Moment, moment
from community.members.limits import standing_of
from community.members.models import Member
from community.moderation.models import Appeal, Flag, ModerationEntry
from community.moderation.spam import SIGNALS

SIZE = 20
# Reported items are found by their reports, held ones by the index that holds nothing else.
ORDERS: dict[str, list[tuple[str, type]]] = {
    "flagged": [("pk", int)],
    "held": [("created_at", datetime), ("pk", int)],
}
NOBODY = Avatar("–", "slate", "")


@dataclass
class Case:
    """One item of the queue."""

    item: Item
    title: str
    at: Moment
    author: Member | None
    avatar: Avatar
    about_author: list[str]
    flags: list[tuple[Flag, str, Moment]]
    signals: list[tuple[str, int]] = field(default_factory=list)
    is_hidden: bool = False
    is_held: bool = False
    url: str = ""
    text: str = ""


def flagged(viewer: Member) -> ItemQuerySet:
    """Items with reports that nobody has decided about; what its author took away waits for nobody."""
    reported = Flag.objects.open().values("item")
    return Item.objects.visible_to(viewer).filter(pk__in=reported, state__in=(State.VISIBLE, State.HELD, State.HIDDEN))


def counts(viewer: Member) -> dict[str, int]:
    return {"flagged": flagged(viewer).count(), "held": Item.objects.visible_to(viewer).held().count()}


def to_decide(viewer: Member) -> int:
    """How many reported items and appeals wait for staff; what is held stands on the desk itself."""
    return flagged(viewer).count() + Appeal.objects.filter(decided_at=None).count()


def queue(viewer: Member, which: str, cursor: str) -> paging.Page[Item]:
    """One page of "flagged" or "held", newest first."""
    rows = flagged(viewer) if which == "flagged" else Item.objects.visible_to(viewer).held()
    return paging.page(rows.select_related("author", "place"), ORDERS[which], cursor, SIZE)


def cases(items: list[Item]) -> list[Case]:
    """The items with their reports, signals, and what is known of their authors: four queries however many."""
    ids = [item.pk for item in items]
    abouts = _abouts(items)
    flags: dict[int, list[Flag]] = {}
    for flag in Flag.objects.open().filter(item__in=ids).select_related("by"):
        flags.setdefault(flag.item_id, []).append(flag)
    held = ModerationEntry.objects.filter(item__in=ids, verb="held").order_by("pk")
    signals = dict(held.values_list("item_id", "signals"))
    records = author_records([item.author_id for item in items if item.author_id])
    return [
        _case(item, abouts.get(item.pk), flags.get(item.pk, []), signals.get(item.pk, {}), records) for item in items
    ]


def _case(
    item: Item, about: Item | None, flags: list[Flag], signals: dict[str, int], records: dict[int, tuple[int, int]]
) -> Case:
    author = item.author
    return Case(
        item=item,
        title=item.title or (about.title if about else ""),
        at=moment(item.created_at),
        author=author,
        avatar=author.avatar if author else NOBODY,
        about_author=facts_of(author, records.get(author.pk, (0, 0))) if author else [],
        flags=[(flag, flag.get_reason_display(), moment(flag.at)) for flag in flags],
        signals=named_signals(signals) if item.state == State.HELD else [],
        is_hidden=item.state == State.HIDDEN,
        is_held=item.state == State.HELD,
        url=item.path,
        text=excerpt(item.body, 80),
    )


def named_signals(signals: dict[str, int]) -> list[tuple[str, int]]:
    return [(str(SIGNALS[name].says) if name in SIGNALS else name, points) for name, points in signals.items()]


def _abouts(items: list[Item]) -> dict[int, Item]:
    """What each hangs on, asked once for each kind that hangs on something."""
    found: dict[int, Item] = {}
    for kind, ask in parents_of_many.items():
        found |= ask([item.pk for item in items if item.kind == kind])
    return found


def author_records(ids: list[int]) -> dict[int, tuple[int, int]]:
    """Member id → (posts that staff took away, reports upheld against them)."""
    asked = set(ids)
    taken = ModerationEntry.objects.filter(member__in=asked, verb__in=("hidden", "removed"))
    upheld = Flag.objects.filter(item__author__in=asked, outcome=Flag.Outcome.UPHELD)
    removed = dict(taken.order_by().values_list("member").annotate(Count("item", distinct=True)))
    reports = dict(upheld.order_by().values_list("item__author").annotate(Count("pk")))
    return {pk: (removed.get(pk, 0), reports.get(pk, 0)) for pk in asked}


def facts_of(author: Member, record: tuple[int, int]) -> list[str]:
    """What a moderator wants to know of an author before deciding, as short sentences."""
    removed, upheld = record
    facts = [str(author.get_role_display() if author.is_staff or author.is_champion else standing_of(author).label)]
    facts.append(ngettext("%(n)d post", "%(n)d posts", author.post_count) % {"n": author.post_count})
    if removed:
        facts.append(ngettext("%(n)d taken away", "%(n)d taken away", removed) % {"n": removed})
    if upheld:
        facts.append(ngettext("%(n)d report upheld", "%(n)d reports upheld", upheld) % {"n": upheld})
    if author.is_silenced:
        facts.append(pgettext("a member is", "silenced"))
    if author.is_suspended:
        facts.append(pgettext("a member is", "suspended"))
    return facts
