"""What tallies add to lower rooms: they hear of answers, of people who leave, and of two who are one."""

from collections import defaultdict
from datetime import UTC, date

from django.db.models import QuerySet

from community.feedback.models import consumers
from community.members.privacy import Leaver, preparers
from surveys.people.join import joining
from surveys.people.models import Person
from surveys.people.privacy import persons_left
from surveys.responses.models import Invitation, Response
from surveys.tallies.keep import follow, outdate

consumers.fill("survey tallies", follow)


@preparers.filler("survey tallies")
def prepare(leaver: Leaver) -> None:
    """Before the answers of a person lose their person: then each of them counts, and none of them has a revenue."""
    # Who answers holds their invitation before the survey; so does who leaves.
    invited = Invitation.objects.select_for_update(no_key=True).filter(person__in=persons_left(leaver))
    list(invited.order_by("pk").values_list("pk"))
    _outdate_all(Response.objects.filter(person__in=persons_left(leaver)))


@joining.filler("survey tallies")
def go_along(other: Person, into: Person) -> None:
    """Which answer of theirs is the latest is another question when the two are one."""
    _outdate_all(Response.objects.filter(person__in=(other.pk, into.pk)))


def _outdate_all(answers: QuerySet[Response]) -> None:
    days: defaultdict[int, set[date]] = defaultdict(set)
    for campaign, at in answers.order_by("campaign").values_list("campaign", "answered_at"):
        days[campaign].add(at.astimezone(UTC).date())
    for campaign, some in days.items():
        outdate(campaign, some)
