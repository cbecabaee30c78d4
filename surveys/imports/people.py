"""Whose answers are brought in: people who are here, and those who are made for them."""

from collections.abc import Sequence

from allauth.account.models import EmailAddress
from django.db.models.functions import Lower
from django.utils import timezone

from community.members.by_email import members_by_email
from community.members.models import Company
from surveys.imports.lines import Brought
from surveys.people.known import people_of
from surveys.people.models import Person


class People:
    """Finds people by their number or address; makes those who are not here yet, whom no survey asks for that."""

    def __init__(self, *, language: str, may_ask: bool, is_dry: bool) -> None:
        self.language = language  # of whoever is made, where their line says none
        self.may_ask = may_ask
        self.is_dry = is_dry
        # Whom a dry run would have made.
        self.imagined_by_number: dict[str, Person] = {}
        self.imagined_by_address: dict[str, Person] = {}
        self.companies = {company.name.casefold(): company for company in Company.objects.order_by("-pk")}

    def of(self, batch: Sequence[Brought]) -> tuple[dict[int, Person], set[int]]:
        """Line → its person, and the lines for which one had to be made."""
        emails = {one.email for one in batch if one.email}
        numbers = {one.person for one in batch if one.person}
        by_address = {one.address: one for one in Person.objects.filter(address__in=emails)}
        by_number = {one.external_id: one for one in Person.objects.filter(external_id__in=numbers)}
        if self.is_dry:
            by_number |= self.imagined_by_number
            by_address |= self.imagined_by_address
        if strangers := emails - set(by_address):
            by_address |= self._members(strangers)
        found: dict[int, Person] = {}
        made: set[int] = set()
        for one in batch:
            person = by_number.get(one.person) or by_address.get(one.email)
            if person is None and (one.email or one.person):
                person = self._made(one)
                made.add(one.line)
            if person is None:
                continue
            found[one.line] = person
            if one.person:
                by_number[one.person] = person
            if one.email:
                by_address[one.email] = person
        return found, made

    def company_of(self, one: Brought) -> Company | None:
        """Companies are known by their names; none is made."""
        return self.companies.get(one.company.casefold()) if one.company else None

    def _members(self, addresses: set[str]) -> dict[str, Person]:
        """By their proved address; without one nobody knows whose it is."""
        members = [one for one in members_by_email(addresses).values() if one.is_active]
        if not self.is_dry:
            return {one.address: one for one in people_of(members) if one.address}
        proved = EmailAddress.objects.filter(user__in=members, verified=True, primary=True)
        return {address: Person(address=address) for address in proved.values_list(Lower("email"), flat=True)}

    def _made(self, one: Brought) -> Person:
        person = Person(
            address=one.email, external_id=one.person, name=one.name, language=one.language or self.language,
            company=self.company_of(one),
        )  # fmt: skip
        if not self.may_ask:
            person.unsubscribed_at = timezone.now()
        if self.is_dry:
            self.imagined_by_number |= {one.person: person} if one.person else {}
            self.imagined_by_address |= {one.email: person} if one.email else {}
        else:
            person.save()
        return person
