"""What a member was asked and answered, for their copy and when they leave."""

from collections.abc import Callable, Iterator

from django.db.models import QuerySet

from community.feedback.models import Item
from community.lib.slots import Slot
from community.members.models import Member
from community.members.privacy import Leaver, Record, erasers, exporters
from surveys.people.privacy import persons_left, persons_of
from surveys.responses.models import Ambassador, ContactRequest, Invitation, Quote, Response

hanging: Slot[Callable[[QuerySet[Response]], None]] = Slot("what goes with the answers of somebody who leaves")


@exporters.filler("survey-invitations")
def invitations(member: Member) -> Iterator[Record]:
    rows = Invitation.objects.filter(person__in=persons_of(member), asked_at__isnull=False).order_by("pk")
    yield from rows.values("campaign__name", "channel", "asked_at", "expires_at", "answered_on")


@exporters.filler("survey-answers")
def answers(member: Member) -> Iterator[Record]:
    """Those that are kept with their person; nobody finds the anonymous ones, we neither."""
    rows = Response.objects.filter(person__in=persons_of(member)).order_by("pk")
    names = ("campaign__name", "wording__question", "score", "item__body", "channel", "answered_at", "changed_at")
    yield from rows.values(
        *names, "contact__how", "contact__contacted_at", "quote__name", "quote__at", "ambassador__at"
    )


@erasers.filler("surveys")
def forget_person(leaver: Leaver) -> None:
    """The person goes, with what they were asked; the number stays in the count, with nothing that leads to them."""
    people = persons_left(leaver)
    theirs = Response.objects.filter(person__in=people)
    for forget in hanging:
        forget(theirs)
    if leaver.erases:
        Item.objects.filter(pk__in=theirs.values("pk")).update(body="", html="")
    Item.objects.filter(pk__in=theirs.values("pk")).update(author=None)
    ContactRequest.objects.filter(response__in=theirs).delete()
    Quote.objects.filter(response__in=theirs).delete()
    Ambassador.objects.filter(response__in=theirs).delete()
    theirs.update(person=None, company=None, revenue=None)
    people.delete()
