"""Who stands behind an idea, for staff alone: companies, what they pay, and how much it matters to whom."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from community.feedback.models import Item, Vote
from community.lib.times import moment
from community.members.models import Company, Member
from roadmap.ideas.models import Importance

MOST = 20  # of the latest who said why


@dataclass(frozen=True)
class Said:
    name: str
    url: str
    company: str
    level: str
    why: str
    iso: str
    when: str


@dataclass(frozen=True)
class Weights:
    companies: int
    revenue: Decimal  # a month, of all of them
    plans: list[tuple[str, int]]  # the commonest first
    said: list[Said]


def weights_of(item: Item) -> Weights:
    """Two queries. Each company counts once, however many of its people voted."""
    of_voters = Member.objects.filter(votes__item=item, company__isnull=False).values("company")
    themselves = Vote.objects.filter(item=item, company__isnull=False).values("company")
    companies = list(Company.objects.filter(Q(pk__in=of_voters) | Q(pk__in=themselves)))
    said = Importance.objects.filter(vote__item=item).select_related("vote__member__company").order_by("-at")[:MOST]
    return Weights(
        companies=len(companies),
        revenue=sum((one.monthly_revenue or Decimal(0) for one in companies), Decimal(0)),
        plans=Counter(one.plan for one in companies if one.plan).most_common(),
        said=[_said(one) for one in said],
    )


def _said(one: Importance) -> Said:
    member, at = one.vote.member, moment(one.at)
    assert member is not None  # they said it of their own vote
    return Said(
        name=member.display_name,
        url=member.get_absolute_url(),
        company=member.company.name if member.company else "",
        level=one.get_level_display(),
        why=one.why,
        iso=at.iso,
        when=at.text,
    )
