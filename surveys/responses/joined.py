"""What they were asked and answered goes along when two persons turn out to be one."""

from datetime import UTC, datetime

from community.feedback.models import Item
from surveys.campaigns.models import Campaign
from surveys.people.join import joining
from surveys.people.models import Person
from surveys.responses.models import Invitation, Response

NEVER = datetime.min.replace(tzinfo=UTC)


@joining.filler("survey answers")
def go_along(other: Person, into: Person) -> None:
    _take_invitations(other, into)
    theirs = Response.objects.filter(person=other)
    identified = theirs.filter(campaign__privacy=Campaign.Privacy.IDENTIFIED)
    Item.objects.filter(pk__in=list(identified.values_list("pk", flat=True))).update(author=into.member_id)
    theirs.update(person=into)


def _take_invitations(other: Person, into: Person) -> None:
    """Of two of one survey the one that was answered stays, else the one that was sent last."""
    both = Invitation.objects.select_for_update(no_key=True).filter(person__in=(other.pk, into.pk))
    best: dict[int, Invitation] = {}
    for one in both.order_by("pk"):
        there = best.get(one.campaign_id)
        best[one.campaign_id] = max(there or one, one, key=_weight)
        if there:
            (one if best[one.campaign_id] is there else there).delete()
    Invitation.objects.filter(person=other).update(person=into)


def _weight(one: Invitation) -> tuple[bool, datetime]:
    return one.answered_on is not None, one.asked_at or NEVER
