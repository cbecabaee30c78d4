"""Votes that staff take down for a customer or a company, with where they heard of it."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.feedback.models import Item, Vote
from community.feedback.readers import readers_among
from community.feedback.vote import VoteRefused, take_down
from community.lib.isolate import isolated
from community.members.models import Company, Member
from roadmap.ideas.models import OnBehalf

MOST = 8  # of each that are found by a name


@dataclass(frozen=True)
class Heard:
    """What the form of a vote on behalf says."""

    source: str
    reference: str = ""
    level: str = ""
    why: str = ""
    person: str = ""  # of a company, without an account
    email: str = ""


@transaction.atomic
def vote_for(item: Item, whose: Member | Company, heard: Heard, *, by: Member) -> OnBehalf:
    """Raises VoteRefused."""
    if isinstance(whose, Member) and not readers_among(item, [whose.pk]):
        raise VoteRefused(_("%(name)s cannot read this idea.") % {"name": isolated(whose.display_name)})
    return OnBehalf.objects.create(vote=take_down(item, whose, by=by), by=by, **asdict(heard))


def members_called(words: str) -> list[Member]:
    """By a part of their name, or by their whole e-mail address."""
    called = Q(handle__icontains=words) | Q(name__icontains=words) | Q(email__iexact=words)
    found = Member.objects.filter(called, is_active=True).select_related("company")
    return list(found.order_by("handle")[:MOST]) if words else []


def companies_called(words: str) -> list[Company]:
    return list(Company.objects.filter(name__icontains=words)[:MOST]) if words else []


def taken_down(item: OuterRef) -> QuerySet[Vote, Any]:
    """How many votes for an item staff took down, for an outer query."""
    rows = Vote.objects.filter(item=item, is_own=False).order_by().values("item")
    return rows.annotate(n=Count("pk")).values("n")


def who_voted(member_id: int) -> Subquery:
    """Who of staff voted for a member, for a query of ideas: "" when they left, NULL when nobody did."""
    name = Coalesce(NullIf("by__name", Value("")), "by__handle", Value(""))
    rows = OnBehalf.objects.filter(vote__member=member_id, vote__item=OuterRef("pk"), vote__is_own=False)
    return Subquery(rows.annotate(who=name).values("who")[:1])


def taken_words(name: str | None) -> str:
    """What their member reads of it; empty when nobody voted for them."""
    if name is None:
        return ""
    return _("%(name)s voted for you.") % {"name": isolated(name)} if name else _("Our staff voted for you.")


def votes_words(votes: int, taken: int) -> str:
    """How staff read the number of votes."""
    words = ngettext("%(n)d vote", "%(n)d votes", votes) % {"n": votes}
    if not taken:
        return words
    apart = ngettext(
        "%(votes)s, %(n)d of them taken down by staff", "%(votes)s, %(n)d of them taken down by staff", taken
    )
    return apart % {"votes": words, "n": taken}
