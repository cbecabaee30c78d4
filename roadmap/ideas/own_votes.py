"""Votes that their members cast stand before those that staff took down for them.

Whoever cast a vote for the one idea of a merge, and for whom staff took one down at the other, has voted there too,
with what they said of how much it matters. `Merge.before` knows the pairs: their own vote at the source, and the one
at the target.
"""

from collections.abc import Collection, Iterator, Sequence

from django.db.models import Case, Value, When

from community.feedback.models import Vote
from community.feedback.vote import successors
from roadmap.ideas.models import Importance, Merge, OnBehalf

OWNED = "owned"
BATCH = 300


@successors.filler("what staff heard of it")
def keep_what_was_heard(before: Vote, own: Vote) -> None:
    """A member makes a vote their own: what staff took down stays, and how much it matters is what the member says."""
    OnBehalf.objects.filter(vote=before).update(vote=own)
    heard = OnBehalf.objects.filter(vote=own).first()
    if heard and heard.level:
        Importance.objects.create(vote=own, level=heard.level, why=heard.why)


def own_there(merge: Merge, among: Collection[int] | None = None) -> None:
    """Make votes at the target their members' own; `among` narrows it to some."""
    cast = Vote.objects.filter(item=merge.source_id, is_own=True)
    taken = Vote.objects.filter(item=merge.target_id, is_own=False, member__in=cast.values("member"))
    if among is not None:
        taken = taken.filter(member__in=among)
    there = {member: pk for pk, member in taken.order_by("pk").values_list("pk", "member")}
    pairs: list[tuple[int, int]] = []
    for some in _sliced(sorted(member for member in there if member)):
        here = cast.filter(member__in=some).order_by("pk").values_list("pk", "member")
        pairs += [(pk, there[member]) for pk, member in here]
    for part in _sliced(pairs):
        Vote.objects.filter(pk__in=[pk for _own, pk in part]).update(is_own=True)
        _bring_importance(part)
    merge.before[OWNED] = [*merge.before.get(OWNED, []), *pairs]


def disown(merge: Merge, only: Collection[int] | None = None) -> set[int]:
    """Undo it, of some votes at the target or of all; answers whose they are."""
    pairs = [(own, pk) for own, pk in merge.before.get(OWNED, []) if only is None or pk in only]
    gone = {pk for _own, pk in pairs}
    merge.before[OWNED] = [[own, pk] for own, pk in merge.before.get(OWNED, []) if pk not in gone]
    members: set[int] = set()
    for part in _sliced(pairs):
        there = Vote.objects.filter(pk__in=[pk for _own, pk in part], item=merge.target_id)
        members.update(there.exclude(member=None).values_list("member", flat=True))
        left = set(Vote.objects.filter(pk__in=[own for own, _pk in part]).values_list("pk", flat=True))
        _bring_importance([(pk, own) for own, pk in part if own in left])
        Importance.objects.filter(vote__in=there.values("pk")).delete()  # of a vote that nobody casts any more
        there.update(is_own=False)
    return members


def _bring_importance(pairs: Sequence[tuple[int, int]]) -> None:
    """From the one vote of each pair to the other."""
    said = dict(pairs)
    found = Importance.objects.filter(vote__in=said).values_list("vote", flat=True)
    going = [When(vote=pk, then=Value(said[pk])) for pk in found]
    if going:
        Importance.objects.filter(vote__in=[said[pk] for pk in found]).delete()  # said of a page from before
        Importance.objects.filter(vote__in=list(said)).update(vote=Case(*going))


def _sliced(rows: Sequence) -> Iterator[Sequence]:  # type: ignore[type-arg]
    for at in range(0, len(rows), BATCH):
        yield rows[at : at + BATCH]
