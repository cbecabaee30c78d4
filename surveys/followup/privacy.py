"""Mails with somebody who asked to be contacted, for their copy and when they leave."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from community.feedback.erase import worded
from community.members.models import Member
from community.members.privacy import Leaver, Record, erasers, exporters
from community.notifications.received import InboundMail
from surveys.followup.models import ContactAnswer, ContactMail
from surveys.followup.reach import addresses_in
from surveys.people.privacy import persons_of, proved
from surveys.responses.models import ContactRequest, Response
from surveys.responses.privacy import hanging

worded.fill("contact mails", ContactMail)
worded.fill("contact answers", ContactAnswer)


@exporters.filler("survey-mails")
def mails(member: Member) -> Iterator[Record]:
    """Both sides of what was written with them, and what they wrote as staff."""
    theirs = Q(request__in=_of(member))
    for one in ContactMail.objects.filter(theirs | Q(by=member)).order_by("pk").iterator(500):
        is_own = one.by_id == member.pk  # type: ignore[attr-defined]
        said = {"what": "written as staff" if is_own else "mail", "at": one.created_at, "title": one.title}
        yield {**said, "body": one.body, "to": "" if is_own else one.to}
    names = ("sender", "title", "body", "files", "at")
    for answer in ContactAnswer.objects.filter(theirs).order_by("pk").values(*names).iterator(500):
        yield {"what": "answer"} | answer


@hanging.filler("mails that came in")
def forget_received(answers: QuerySet[Response]) -> None:
    """Those that wait or failed hold all their words; the mails themselves go with the request."""
    InboundMail.objects.filter(member=None, answers__in=answers.values("pk")).delete()


@erasers.filler("contacts")
def forget_contacts(leaver: Leaver) -> None:
    """Of answers that lead to nobody too, where they left an address of theirs."""
    addresses = [one.lower() for one in leaver.person.emails]
    written = Q(mails__to__in=addresses) | Q(answers__sender__in=addresses)
    named = set(ContactRequest.objects.filter(written).values_list("pk", flat=True))
    for address in addresses:
        left = ContactRequest.objects.filter(how__icontains=address).values_list("pk", "how")
        named |= {pk for pk, how in left if address in addresses_in(how)}
    forget_received(Response.objects.filter(pk__in=named))
    ContactRequest.objects.filter(pk__in=named).delete()


def _of(member: Member) -> QuerySet[ContactRequest]:
    own = Q(response__person__in=persons_of(member))
    return ContactRequest.objects.filter(own | Q(mails__to__in=proved(member)))
