"""What comes along when an idea is merged into another, and how it goes back: votes and who follows.

A vote is the same row before and after: it keeps its date, and how much the idea matters to its voter goes with it.
Whoever had voted for both keeps both rows, and counts once where the other idea is.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from django.db.models import F, Q, QuerySet

from community.conversations.models import Reply
from community.feedback.models import Item, Vote
from community.lib.slots import Slot
from community.notifications.models import Follow, Level, Preference
from roadmap.ideas.models import Merge
from roadmap.ideas.own_votes import disown, own_there
from roadmap.ideas.supporters import HEARING

BATCH = 500


class Voters(NamedTuple):
    """Members and companies by their ids."""

    members: Collection[int]
    companies: Collection[int]


class Companion(NamedTuple):
    """What else comes along; it keeps the ids of what it made in `Merge.before`, under a name of its own."""

    places: Callable[[int], Collection[int]]  # whose pages change with an idea: they are locked first
    bring: Callable[[Merge, Collection[int] | None], None]  # all, or what `give_back` answered of another merge
    give_back: Callable[[Merge], Collection[int]]


companions: Slot[Companion] = Slot("what comes along when an idea is merged")


def coming_votes(source: int, target: int) -> QuerySet[Vote]:
    """Of those who have no vote for the target."""
    there = Vote.objects.filter(item=target)
    return (
        Vote.objects.filter(item=source)
        .exclude(member__in=there.filter(member__isnull=False).values("member"))
        .exclude(company__in=there.filter(company__isnull=False).values("company"))
    )


def bring_votes(merge: Merge, among: Voters | None = None) -> None:
    """Of those who have none for the target; `among` narrows it."""
    coming = coming_votes(merge.source_id, merge.target_id)
    if among is not None:
        coming = coming.filter(Q(member__in=among.members) | Q(company__in=among.companies))
    ids = list(coming.order_by("pk").values_list("pk", flat=True))
    for some in _sliced(ids):
        Vote.objects.filter(pk__in=some).update(item=merge.target_id)
    merge.votes += ids
    own_there(merge, among.members if among else None)


def return_votes(merge: Merge) -> Voters:
    """Those that are still there; answers whose they are."""
    _disown_for_others(merge)
    members, companies = disown(merge), set[int]()
    for some in _sliced(merge.votes):
        going = Vote.objects.filter(pk__in=some, item=merge.target_id)
        for member, company in going.values_list("member", "company"):
            members.update({member} - {None})
            companies.update({company} - {None})
        going.update(item=merge.source_id)
    return Voters(members, companies)


def _disown_for_others(merge: Merge) -> None:
    """A vote that staff took down goes back as that, also if its member had cast one for a further duplicate."""
    going = set(merge.votes)
    for other in Merge.objects.filter(target=merge.target_id, undone_at=None).exclude(pk=merge.pk).order_by("pk"):
        if disown(other, going):
            other.save(update_fields=["before"])


def bring_imported(merge: Merge) -> None:
    """Votes whose voters another forum kept: as many as there are."""
    number = Item.objects.values_list("imported_votes", flat=True).get(pk=merge.source_id)
    merge.before["imported"] = number
    _move_imported(merge.source_id, merge.target_id, number)


def return_imported(merge: Merge) -> None:
    _move_imported(merge.target_id, merge.source_id, merge.before["imported"])


def bring_followers(merge: Merge, among: Collection[int] | None = None) -> None:
    """Whoever hears of the source hears as much of the target, but for those who chose there what they want."""
    levels = _hearing_of(merge.source, merge.target)
    if among is not None:
        levels = {pk: level for pk, level in levels.items() if pk in among}
    there = {one.member_id: one for one in Follow.objects.filter(item=merge.target_id)}
    made = [
        Follow(member_id=pk, item_id=merge.target_id, level=level, is_chosen=False, at=merge.at)
        for pk, level in levels.items()
        if pk not in there
    ]
    # Somebody may follow at this moment: what is known by the time of the merge was made by it.
    Follow.objects.bulk_create(made, batch_size=BATCH, ignore_conflicts=True)
    known = Follow.objects.filter(item=merge.target_id, at=merge.at, is_chosen=False).order_by("pk")
    merge.follows = list(known.values_list("pk", flat=True))
    raised = [
        one
        for pk, one in there.items()
        if levels.get(pk) == Level.WATCHING != one.level and not one.is_chosen and str(one.pk) not in merge.raised
    ]
    for some in _sliced([one.pk for one in raised]):
        Follow.objects.filter(pk__in=some).update(level=Level.WATCHING)
    merge.raised |= {str(one.pk): one.level for one in raised}


def return_followers(merge: Merge) -> set[int]:
    """But those who chose since what they want, or wrote there; answers whose follows went, by their ids."""
    wrote = Reply.objects.filter(about=merge.target_id, item__created_at__gt=merge.at, item__author__isnull=False)
    members: set[int] = set()
    for some in _sliced(merge.follows):
        going = Follow.objects.filter(pk__in=some, is_chosen=False)
        going = going.exclude(member__in=wrote.values("item__author"))
        members.update(going.values_list("member", flat=True))
        Follow.objects.filter(pk__in=list(going.values_list("pk", flat=True))).delete()
    for level in set(merge.raised.values()):
        for some in _sliced([int(pk) for pk, before in merge.raised.items() if before == level]):
            lowered = Follow.objects.filter(pk__in=some, is_chosen=False, level=Level.WATCHING)
            members.update(lowered.values_list("member", flat=True))
            lowered.update(level=level)
    return members


def _hearing_of(source: Item, target: Item) -> dict[int, str]:
    """Member → level; whoever suggested an idea hears of it without a row."""
    rows = dict(Follow.objects.filter(item=source).order_by("member").values_list("member", "level"))
    author = source.author
    if author and author.pk not in rows:
        rows[author.pk] = Preference.of(author).on_asking
    levels = {pk: level for pk, level in rows.items() if level in HEARING}
    if target.author_id:
        levels.pop(target.author_id, None)
    return levels


def hearers(source: Item, target: Item) -> tuple[int, int]:
    """How many hear of the source, and how many of them do not follow the target yet."""
    levels = _hearing_of(source, target)
    there = Follow.objects.filter(item=target).filter(Q(is_chosen=True) | Q(level__in=HEARING))
    return len(levels), len(levels.keys() - set(there.values_list("member", flat=True)))


def _move_imported(source: int, target: int, number: int) -> None:
    if number:
        Item.objects.filter(pk=source).update(imported_votes=F("imported_votes") - number)
        Item.objects.filter(pk=target).update(imported_votes=F("imported_votes") + number)


def _sliced(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for at in range(0, len(ids), BATCH):
        yield ids[at : at + BATCH]
