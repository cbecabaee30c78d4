"""How hot an idea is: its votes and its age in one number that never has to be counted anew.

log10(1 + votes) + age: ten times the votes weigh as much as being thirty days younger. The shape is that of the "hot"
order of Reddit as its source once showed it (`_sorts.pyx`), with days instead of hours, for ideas live for years.
"""

from datetime import UTC, datetime, timedelta
from math import log10

from community.conversations.models import Reply
from community.feedback.models import Event, Item
from roadmap.ideas.models import Idea
from roadmap.stages.models import ENDED

TENFOLD = timedelta(days=30)  # of age, which ten times the votes make up for
VOTES = ("voted", "vote withdrawn", "voted on behalf", "vote on behalf withdrawn")  # events that change their number
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
COLD = 10_000.0  # an idea that has ended stands behind all that have not


def heat_of(votes: int, created_at: datetime, is_ended: bool) -> float:
    """The higher, the further up; comparable between any two ideas at any time."""
    return log10(1 + max(votes, 0)) + (created_at - BEGINNING) / TENFOLD - (COLD if is_ended else 0.0)


def settle_heat(item: Item) -> None:
    """After a change of its votes or its stage; what else hangs on them is out of date from here on."""
    kind = Idea.objects.values_list("stage__kind", flat=True).get(pk=item.pk)
    heat = heat_of(item.vote_count, item.created_at, kind in ENDED)
    Idea.objects.filter(pk=item.pk).update(heat=heat, is_weighed=False)


def follow_votes(event: Event) -> None:
    """A consumer of events."""
    if event.item.kind == Idea.KIND and event.verb in VOTES:
        settle_heat(event.item)


def follow_answers(event: Event) -> None:
    """A consumer of events: the first official reply of staff is when the idea was answered."""
    if event.verb not in ("posted", "approved") or event.item.kind != Reply.KIND:
        return
    official = Reply.objects.filter(pk=event.item_id, is_official=True).values("about")
    Idea.objects.filter(pk__in=official, answered_at=None).update(answered_at=event.at)
