"""What a member was asked and answered, for their copy and when they leave."""

from collections.abc import Callable, Iterator

from django.db.models import Q, QuerySet

from community.feedback.models import Item
from community.lib.slots import Slot
from community.members import forget
from community.members.models import Member
from community.members.privacy import Leaver, Record, erasers, exporters
from surveys.people.privacy import persons_left, persons_of
from surveys.responses.models import Ambassador, Answer, ContactRequest, Invitation, Quote, Response

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


@exporters.filler("survey-answers-further")
def own_answers(member: Member) -> Iterator[Record]:
    """What they said to the survey's own questions, in the words that they were asked."""
    rows = Answer.objects.filter(response__person__in=persons_of(member)).order_by("response", "question__place", "pk")
    yield from rows.values("response__campaign__name", "wording__text", "text")


@erasers.filler("surveys")
def forget_person(leaver: Leaver) -> None:
    """The person goes, with what they were asked; the number stays in the count, with nothing that leads to them."""
    people = persons_left(leaver)
    theirs = Response.objects.filter(person__in=people)
    for let_go in hanging:
        let_go(theirs)
    if leaver.erases:
        Item.objects.filter(pk__in=theirs.values("pk")).update(body="", html="")
    Item.objects.filter(pk__in=theirs.values("pk")).update(author=None)
    _forget_own_words(theirs, leaver)
    ContactRequest.objects.filter(response__in=theirs).delete()
    Quote.objects.filter(response__in=theirs).delete()
    Ambassador.objects.filter(response__in=theirs).delete()
    theirs.update(person=None, company=None, revenue=None)
    people.delete()


def _forget_own_words(theirs: QuerySet[Response], leaver: Leaver) -> None:
    """What they wrote to the survey's own questions goes, or loses their name; what they chose stays in the count, as
    their number does. Others may have written of them."""
    words = Answer.objects.filter(option=None)
    own = words.filter(response__in=theirs)
    if leaver.erases:
        own.delete()
    of_them = Q(response__in=theirs)
    for name in (f"@{leaver.person.handle}", f"/members/{leaver.person.handle}", *leaver.person.emails):
        of_them |= Q(text__icontains=name)
    is_theirs = set(own.values_list("pk", flat=True))
    for pk, text in words.filter(of_them).values_list("pk", "text"):
        hidden = leaver.person.hidden(text, forget.known_handles)
        Answer.objects.filter(pk=pk).update(text=leaver.person.unnamed(hidden) if pk in is_theirs else hidden)
