"""Taking away everything by one member, and bringing it back as it was."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django_q.tasks import async_task

from community.feedback.models import APPEAL, Item, State, Vote
from community.feedback.states import REMOVE, RESTORE, change_state
from community.members.models import Member, Site
from community.moderation.log import note
from community.moderation.models import Flag, Sweep
from community.moderation.resolve import resolve_flags
from community.moderation.sanction import SanctionRefused, why_not
from community.moderation.told import tell

AT_ONCE = 200  # items; what is more is worked off by the task queue
STATES = (State.VISIBLE, State.HELD, State.HIDDEN)


@transaction.atomic
def sweep(member: Member, *, by: Member) -> Sweep:
    """Remove everything the member wrote and withdraw all their votes. Raises SanctionRefused."""
    refusal = why_not(member, by)
    if refusal:
        raise SanctionRefused(refusal)
    made = Sweep.objects.create(member=member, by=by)
    _take_votes(made)
    left = _take_items(made, AT_ONCE)
    entry = note("swept", by=by, member=member, reason="spam", count=len(made.states) + left)
    if left:
        async_task("community.moderation.sweep.go_on", made.pk)
    tell(entry, member)
    return made


@transaction.atomic
def go_on(sweep_id: int) -> None:
    """The next items of a large sweep; run by the queue, and a second run takes only what is left."""
    made = Sweep.objects.select_for_update(no_key=True).get(pk=sweep_id)
    if made.undone_at is None and _take_items(made, AT_ONCE):
        async_task("community.moderation.sweep.go_on", made.pk)


@transaction.atomic
def undo(made: Sweep, *, by: Member) -> bool:
    """Bring everything back into the state it had; False when that was done before. Raises SanctionRefused."""
    refusal = why_not(made.member, by)
    if refusal:
        raise SanctionRefused(refusal)
    made = Sweep.objects.select_for_update(no_key=True).select_related("member").get(pk=made.pk)
    if made.undone_at:
        return False
    items = Item.objects.without_words().filter(pk__in=made.states, state=State.REMOVED).order_by("pk")
    for item in items.select_related("place"):
        change_state(item, RESTORE, by=by, to=made.states[str(item.pk)], noted=True)
    _give_votes_back(made)
    made.undone_at, made.undone_by = timezone.now(), by
    made.save(update_fields=["undone_at", "undone_by"])
    tell(note("unswept", by=by, member=made.member, count=len(made.states)), made.member)
    return True


def _take_items(made: Sweep, most: int) -> int:
    """Remove up to `most` items, replies before the threads that they stand in; answers how many are left."""
    written = Item.objects.without_words().filter(author=made.member, state__in=STATES).exclude(source=APPEAL)
    for item in written.select_related("place").order_by("-pk")[:most]:
        was = item.state
        if change_state(item, REMOVE, by=made.by, noted=True):
            made.states[str(item.pk)] = was
            if made.by:
                resolve_flags(item, Flag.Outcome.UPHELD, by=made.by)
    made.save(update_fields=["states"])
    return written.count()


def _take_votes(made: Sweep) -> None:
    votes = Vote.objects.filter(member=made.member)
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
