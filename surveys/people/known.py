"""Who is who: the person behind a member, kept as the member is now."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q

from community.members.models import Member
from surveys.people.join import join
from surveys.people.models import Person

CHUNK = 500


@transaction.atomic
def people_of(members: Iterable[Member]) -> list[Person]:
    """The persons of these members, made or brought up to date; those without a proved address are left out.

    Whoever was imported by that address and has an account by now is one person; so is a member who moves there.
    """
    there = {member.pk: member for member in members}
    proved = EmailAddress.objects.filter(user__in=there, verified=True, primary=True)
    addresses = {pk: email.lower() for pk, email in proved.values_list("user_id", "email")}
    known = Person.objects.filter(Q(member__in=addresses) | Q(address__in=addresses.values()))
    by_member: dict[int, Person] = {}
    by_address: dict[str, Person] = {}
    for one in known:
        by_address[one.address] = one
        if one.member_id:
            by_member[one.member_id] = one
    for pk, address in addresses.items():
        mine, other = by_member.get(pk), by_address.get(address)
        if mine and other and other.member_id is None:
            join(other, mine)
            by_address[address] = mine
    found = [by_member.get(pk) or _by_address(address, by_address) for pk, address in addresses.items()]
    is_new = [one.pk is None for one in found]
    is_changed = [
        _settle(one, there[pk], address, by_address)
        for one, (pk, address) in zip(found, addresses.items(), strict=True)
    ]
    Person.objects.bulk_create([one for one, new in zip(found, is_new, strict=True) if new])
    changed = [one for one, new, other in zip(found, is_new, is_changed, strict=True) if other and not new]
    Person.objects.bulk_update(changed, _FIELDS, batch_size=CHUNK)
    return found


_FIELDS = ["address", "member", "name", "company", "language", "time_zone"]
_COLUMNS = ["address", "member_id", "name", "company_id", "language", "time_zone"]


def _by_address(address: str, known: dict[str, Person]) -> Person:
    """Whoever was imported by that address, if they are nobody else's; else somebody new."""
    stranger = known.get(address)
    return stranger if stranger and stranger.member_id is None else Person()


def _settle(one: Person, member: Member, address: str, known: dict[str, Person]) -> bool:
    """Whether something was different; an address that somebody else is known by stays theirs."""
    before = [getattr(one, name) for name in _COLUMNS]
    if known.get(address) in (None, one):
        one.address = address
    one.member, one.name, one.company_id = member, member.display_name[:80], member.company_id
    one.language, one.time_zone = member.language, member.time_zone
    return before != [getattr(one, name) for name in _COLUMNS]
