"""Voting: one vote per member or company and item, counted in the transaction that writes it."""

from collections.abc import Callable
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.feedback.models import Item, Vote
from community.feedback.places import Viewer
from community.lib.isolate import isolated
from community.lib.slots import Slot
from community.members import limits
from community.members.models import Company, Member

# By kind of item: a sentence that says why this viewer may not vote for it, or "", where the rule is another than
# that nobody votes for their own.
vote_rules: Slot[Callable[[Item, Viewer], str]] = Slot("who may vote for an item of a kind")


class Budget(NamedTuple):
    """How many votes a member has for open items of a kind, and how many of them they use."""

    most: int
    used: int
    mine_url: str  # where those are, to take one back

    @property
    def left(self) -> int:
        return max(0, self.most - self.used)

    @property
    def refusal(self) -> str:
        """Why they may cast no further vote; empty while they may."""
        if self.left:
            return ""
        words = ngettext(
            "Your vote is used: take it back to vote for something else, or wait until that has ended.",
            "All your %(most)d votes are used: take one back, or wait until something that you voted for has ended.",
            self.most,
        )
        return words % {"most": self.most}

    @property
    def words(self) -> str:
        """What is left, for the button."""
        words = ngettext("%(n)d of your %(most)d votes is left.", "%(n)d of your %(most)d votes are left.", self.left)
        return words % {"n": self.left, "most": self.most}


# By kind of item: how many votes a member has; None where they are not counted.
budgets: Slot[Callable[[Member], Budget | None]] = Slot("how many votes a member has for items of a kind")

# What a vote that staff took down leaves to the one that its member casts, called with both before the former goes.
successors: Slot[Callable[[Vote, Vote], None]] = Slot("what a member's own vote takes over")


class VoteRefused(Exception):
    """Carries a sentence that says why."""


def why_no_vote(item: Item, viewer: Viewer) -> str:
    """Why the viewer may not vote for the item; empty when they may. A guest is asked as the member they may become."""
    rule = vote_rules.get(item.kind)
    if rule:
        return rule(item, viewer)
    own = viewer.is_authenticated and item.author_id == viewer.pk
    return _("This is yours: others vote for it.") if own else ""


def why_beyond_budget(kind: str, member: Member) -> str:
    """Why a member may cast no further vote for an item of a kind; empty when they may.

    Call it in the transaction of the vote: they cast one at a time from here on.
    """
    ask = budgets.get(kind)
    if ask is None or ask(member) is None:
        return ""
    Member.objects.select_for_update(no_key=True).filter(pk=member.pk).values_list("pk").first()
    budget = ask(member)  # anew: another vote may have been cast before the lock
    return budget.refusal if budget else ""


@transaction.atomic
def vote(item: Item, *, by: Member) -> bool:
    """Vote for the item; False when this member had voted already. Raises VoteRefused or LimitReached."""
    _lock(item)  # first: it may have been hidden, have ended or been merged since the page was asked
    reason = why_no_vote(item, by) if item.is_visible else _("Only what is visible can be voted for.")
    if reason:
        raise VoteRefused(reason)
    standing = Vote.objects.filter(item=item, member=by).first()
    if standing and standing.is_own:
        return False
    beyond = why_beyond_budget(item.kind, by)
    if beyond:
        raise VoteRefused(beyond)
    limits.count(by, "votes")
    _cast(item, by, standing)
    return _recount(item, by, "voted")


def _cast(item: Item, by: Member, standing: Vote | None) -> None:
    """Their own takes the place of one that staff took down."""
    if standing is None:
        Vote.objects.create(item=item, member=by)
        return
    Vote.objects.filter(pk=standing.pk).update(member=None)  # nobody has two
    own = Vote.objects.create(item=item, member=by)
    for succeed in successors:
        succeed(standing, own)
    standing.delete()


@transaction.atomic
def take_down(item: Item, whose: Member | Company, *, by: Member) -> Vote:
    """A vote that staff write on behalf of a member or a company. Raises VoteRefused."""
    _lock(item)
    reason = why_no_vote(item, by) if item.is_visible else _("Only what is visible can be voted for.")
    member, company = (whose, None) if isinstance(whose, Member) else (None, whose)
    if not reason and Vote.objects.filter(item=item, member=member, company=company).exists():
        reason = _("%(name)s has a vote here already. Everybody counts once.") % {"name": isolated(str(whose))}
    if reason:
        raise VoteRefused(reason)
    one = Vote.objects.create(item=item, member=member, company=company, is_own=False)
    _recount(item, by, "voted on behalf")
    return one


@transaction.atomic
def strike(item: Item, vote_id: int, *, by: Member) -> bool:
    """Take back a vote that staff took down; False when it has gone or is its member's own."""
    _lock(item)
    gone, _rows = Vote.objects.filter(pk=vote_id, item=item, is_own=False).delete()
    return bool(gone) and _recount(item, by, "vote on behalf withdrawn")


@transaction.atomic
def withdraw(item: Item, *, by: Member) -> bool:
    """Take the vote back, also one that staff took down; False when there was none."""
    _lock(item)
    gone, _rows = Vote.objects.filter(item=item, member=by).delete()
    return bool(gone) and _recount(item, by, "vote withdrawn")


def _lock(item: Item) -> None:
    # Not FOR UPDATE: a new row that refers to the item holds KEY SHARE on it, and two of them would
    # wait for each other.
    rows = Item.objects.select_for_update(no_key=True).filter(pk=item.pk)
    row = rows.values_list("state", "stage").first()
    if row:
        item.state, item.stage = row


def count_votes(item: Item) -> None:
    """Settle its count, for whoever holds the lock on the item."""
    rows = Item.objects.filter(pk=item.pk)
    item.vote_count = rows.values_list(F("imported_votes") + Count("votes"), flat=True).get()
    rows.update(vote_count=item.vote_count)


def _recount(item: Item, by: Member, verb: str) -> bool:
    count_votes(item)
    item.record(verb, by=by)
    return True
