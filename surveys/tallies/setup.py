"""What tallies add to lower rooms: they hear of answers, and of people who leave."""

from collections import defaultdict
from datetime import UTC, date

from community.feedback.models import consumers
from community.members.privacy import Leaver, preparers
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
    days: defaultdict[int, set[date]] = defaultdict(set)
    theirs = Response.objects.filter(person__in=persons_left(leaver))
    for campaign, at in theirs.order_by("campaign").values_list("campaign", "answered_at"):
        days[campaign].add(at.astimezone(UTC).date())
    for campaign, some in days.items():
        outdate(campaign, some)
