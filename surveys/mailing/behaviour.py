"""Who has done what a survey waits for: asked a question, wanted what shipped, written about something."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, QuerySet

from community.discussions.models import Kind
from community.feedback.models import Item, Link, State, Vote
from community.members.models import Member
from surveys.people.models import Person

if TYPE_CHECKING:
    from surveys.mailing.models import Audience


def acted(audience: "Audience", people: Iterable[Person]) -> set[int]:
    """The numbers of those who have done all that the audience names; a query for each of its conditions."""
    members = {one.member_id: one.pk for one in people if one.member_id}
    found = set(members)
    for those in _conditions(audience, Member.objects.filter(pk__in=members)):
        found &= set(those.values_list("pk", flat=True))
    return {members[member] for member in found}


def _conditions(audience: "Audience", members: QuerySet[Member]) -> Iterable[QuerySet[Member]]:
    theirs = Item.objects.filter(author=OuterRef("pk"), state=State.VISIBLE)
    if audience.asked_question:
        yield members.filter(Exists(theirs.filter(thread__kind=Kind.QUESTION)))
    if audience.wish_shipped:
        shipped = Link.objects.filter(kind=Link.Kind.SHIPPED_IN, target__state=State.VISIBLE).values("source")
        voted = Vote.objects.filter(member=OuterRef("pk"), is_own=True)
        yield members.filter(Exists(theirs.filter(pk__in=shipped)) | Exists(voted.filter(item__in=shipped)))
    if audience.label_id:
        yield members.filter(Exists(theirs.filter(labels=audience.label_id)))
