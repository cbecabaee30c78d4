"""What surveys know of a member, for their copy and when they leave."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from community.members.models import Member
from community.members.privacy import Leaver, Record, exporters
from surveys.people.models import Person


def persons_of(member: Member) -> QuerySet[Person]:
    """They themselves, and whoever was imported by one of their proved addresses."""
    return Person.objects.filter(Q(member=member) | Q(address__in=proved(member)))


def persons_left(leaver: Leaver) -> QuerySet[Person]:
    addresses = [one.lower() for one in leaver.person.emails]
    return Person.objects.filter(Q(member=leaver.member) | Q(address__in=addresses))


def proved(member: Member) -> list[str]:
    """Only addresses that are confirmed here: anybody may name any other as theirs."""
    own = member.emailaddress_set.filter(verified=True)  # type: ignore[attr-defined]
    return [one.lower() for one in own.values_list("email", flat=True)]


@exporters.filler("survey-person")
def person(member: Member) -> Iterator[Record]:
    names = ("address", "external_id", "name", "language", "time_zone", "created_at", "unsubscribed_at")
    yield from persons_of(member).order_by("pk").values(*names)
