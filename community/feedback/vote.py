"""Voting: one vote per member and item, counted in the transaction that writes it."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from community.feedback.models import Item, Vote
from community.members import limits
from community.members.models import Member


class VoteRefused(Exception):
    """Carries a sentence that says why."""


def why_not(item: Item, member: Member) -> str:
    """Why the member may not vote for the item; empty when they may."""
    if item.author_id == member.pk:
        return _("This is yours: others vote for it.")
    if not item.is_visible:
        return _("Only what is visible can be voted for.")
    return ""


@transaction.atomic
def vote(item: Item, *, by: Member) -> bool:
    """Vote for the item; False when this member had voted already. Raises VoteRefused or LimitReached."""
    reason = why_not(item, by)
    if reason:
        raise VoteRefused(reason)
    _lock(item)
    if Vote.objects.filter(item=item, member=by).exists():
        return False
    limits.count(by, "votes")
    Vote.objects.create(item=item, member=by)
    return _recount(item, by, "voted")


@transaction.atomic
def withdraw(item: Item, *, by: Member) -> bool:
    """Take the vote back; False when there was none."""
    _lock(item)
    gone, _rows = Vote.objects.filter(item=item, member=by).delete()
    return bool(gone) and _recount(item, by, "vote withdrawn")


def _lock(item: Item) -> None:
    # Not FOR UPDATE: a new row that refers to the item holds KEY SHARE on it, and two of them would
    # wait for each other.
    Item.objects.select_for_update(no_key=True).filter(pk=item.pk).values_list("pk").first()


def _recount(item: Item, by: Member, verb: str) -> bool:
    ours = Vote.objects.filter(item=item).count()
    Item.objects.filter(pk=item.pk).update(vote_count=F("imported_votes") + ours)
    item.vote_count = Item.objects.values_list("vote_count", flat=True).get(pk=item.pk)
    item.record(verb, by=by)
    return True
