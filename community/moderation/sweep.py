"""Taking away everything by one member, and bringing it back as it was."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django_q.tasks import async_task

from community.feedback.models import APPEAL, Item, ItemQuerySet, State, Vote
from community.feedback.states import REMOVE, RESTORE, change_state
from community.members.models import Member, Site
from community.moderation.log import note
from community.moderation.models import Flag, Sweep
from community.moderation.resolve import resolve_flags
from community.moderation.sanction import SanctionRefused, why_not
from community.moderation.told import tell

AT_ONCE = 200  # items; what is more is worked off by the task queue
GO_ON = "community.moderation.sweep.go_on"
STATES = (State.VISIBLE, State.HELD, State.HIDDEN)


def sweep(member: Member, *, by: Member) -> Sweep:
    """Remove everything the member wrote and withdraw all their votes. Raises SanctionRefused."""
    refusal = why_not(member, by)
    if refusal:
        raise SanctionRefused(refusal)
    with transaction.atomic():
        made = Sweep.objects.create(member=member, by=by)
        _take_votes(made)
        entry = note("swept", by=by, member=member, reason="spam", count=_written(made).count())
        tell(entry, member)
        if entry.count > AT_ONCE:
            async_task(GO_ON, made.pk)
    _take_items(made)
    return made


def go_on(sweep_id: int) -> None:
    """The next items of a large sweep; run by the queue, and a second run takes only what is left."""
    made = Sweep.objects.select_related("by").get(pk=sweep_id)
    if made.undone_at is None:
        _take_items(made)
        if _written(made).exists():
            async_task(GO_ON, made.pk)


def undo(made: Sweep, *, by: Member) -> bool:
    """Bring everything back into the state it had; False when that was done before. Raises SanctionRefused."""
    refusal = why_not(made.member, by)
    if refusal:
        raise SanctionRefused(refusal)
    if made.undone_at:
        return False
    items = Item.objects.without_words().filter(pk__in=made.states, state=State.REMOVED).order_by("pk")
    for item in items.select_related("place"):
        change_state(item, RESTORE, by=by, to=made.states[str(item.pk)], noted=True)
    with transaction.atomic():
        made = Sweep.objects.select_for_update(no_key=True, of=("self",)).select_related("member").get(pk=made.pk)
        if made.undone_at:
            return False
        _give_votes_back(made)
        made.undone_at, made.undone_by = timezone.now(), by
        made.save(update_fields=["undone_at", "undone_by"])
        tell(note("unswept", by=by, member=made.member, count=len(made.states)), made.member)
    return True


def _written(made: Sweep) -> ItemQuerySet:
    """What is still there of the member's, but for what they wrote to staff in appeals."""
    return Item.objects.without_words().filter(author=made.member, state__in=STATES).exclude(source=APPEAL)


def _take_items(made: Sweep) -> None:
    """Remove the next items, each in a transaction of its own.

    All in one would hold the place of the first while waiting for the thread of the next, and whoever writes
    there waits the other way around.
    """
    for item in _written(made).select_related("place").order_by("-pk")[:AT_ONCE]:
        with transaction.atomic():
            was = item.state
            if change_state(item, REMOVE, by=made.by, noted=True):
                made.states[str(item.pk)] = was
                made.save(update_fields=["states"])
                if made.by:
                    resolve_flags(item, Flag.Outcome.UPHELD, by=made.by)


def _take_votes(made: Sweep) -> None:
    votes = Vote.objects.filter(member=made.member, is_own=True)  # staff answer for the others
    made.votes = {str(vote.item_id): vote.created_at.isoformat() for vote in votes}
    _lock(made)
    votes.delete()
    made.save(update_fields=["votes"])
    _count(made, -1)


def _give_votes_back(made: Sweep) -> None:
    _lock(made)
    there = set(Vote.objects.filter(member=made.member).values_list("item_id", flat=True))
    left = Item.objects.filter(pk__in=made.votes).values_list("pk", flat=True)
    back = {str(pk): made.votes[str(pk)] for pk in left if pk not in there}
    Vote.objects.bulk_create(
        Vote(item_id=int(pk), member=made.member, created_at=parse_datetime(at) or made.at) for pk, at in back.items()
    )
    made.votes = back
    _count(made, +1)


def _lock(made: Sweep) -> None:
    """In order, as everybody locks items."""
    voted = Item.objects.filter(pk__in=made.votes).order_by("pk")
    list(voted.select_for_update(no_key=True).values_list("pk"))


def _count(made: Sweep, step: int) -> None:
    if made.votes:
        Item.objects.filter(pk__in=made.votes).update(vote_count=F("vote_count") + step)
        Site.touch()  # counts may stand on any page that is kept for guests
