"""Whom a product names, with a signature that its own server made: nobody is believed without it."""

import hashlib
import hmac
from contextlib import suppress
from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.conf import settings
from django.db import IntegrityError, transaction

from community.lib.fields import LineField
from community.members.models import Member
from surveys.embed.models import Widget
from surveys.people.known import people_of
from surveys.people.models import Person


class Unproven(Exception):
    """Somebody was named, and the signature is not that of their number or address."""


class NamedForm(forms.Form):
    """What `Hearback.identify` was given. A number or an address that would change when cleaned is refused: what was
    signed for one name must never count for another."""

    id = LineField(max_length=120, required=False, strip=False)
    email = forms.EmailField(max_length=254, required=False)
    hash = forms.CharField(max_length=128, required=False)
    name = LineField(max_length=80, required=False)
    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("id", "email"):
            if cleaned.get(name, "") != self.data.get(name, ""):
                raise forms.ValidationError("not as it was signed")
        return cleaned


def signature(secret: str, said: str) -> str:
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()


def named(widget: Widget, said: dict[str, Any], language: str) -> Person | None:
    """The person whom the product names; None if it names nobody. Raises Unproven.

    The signature covers the number, the address, or both with a line break between them; what it does not cover is
    not believed. Name and language are not signed, and are taken for people without an account here. `language` is that
    of the page: of people who are new, until their product says another.
    """
    given = {name: str(value) for name, value in said.items() if isinstance(value, str | int)}
    if not given.get("id") and not given.get("email"):
        return None
    form = NamedForm(given)
    hidden = [name for name in ("name", "language") if name in form.errors]
    if set(form.errors) - set(hidden):
        raise Unproven
    number, address = given.get("id", ""), given.get("email", "")
    mark = form.cleaned_data["hash"].lower()
    ways = [(number, ""), ("", address), (number, address)]
    for number, address in ways:
        signed = "\n".join(part for part in (number, address) if part)
        if signed and hmac.compare_digest(signature(widget.secret, signed).encode(), mark.encode()):
            return _kept(_found(number, address.lower(), language), form.cleaned_data)
    raise Unproven


def _found(number: str, address: str, language: str) -> Person:
    """By number first; an address that is a member's is theirs. Made if we do not know them."""
    person = _by_number(number) if number else None
    if person is None and address:
        person = _by_address(address)
    if person is None:
        # Two requests at once make one row.
        known = {"external_id": number} if number else {"address": address}
        person, _is_new = Person.objects.get_or_create(**known, defaults={"language": language})
    if number and not person.external_id:
        _join(person, external_id=number)
    elif address and not person.address:
        _join(person, address=address)
    return person


def _by_number(number: str) -> Person | None:
    return Person.objects.select_related("company", "member").filter(external_id=number).first()


def _by_address(address: str) -> Person | None:
    there = Person.objects.select_related("company", "member").filter(address=address).first()
    if there and there.member_id:
        return there
    proved = EmailAddress.objects.filter(email=address, verified=True, primary=True).values("user")
    with suppress(IntegrityError):  # another request has just done the same
        people_of(Member.objects.filter(pk__in=proved))
    return Person.objects.select_related("company", "member").filter(address=address).first()


def _join(person: Person, **known: str) -> None:
    """Number and address are one person's from now on, unless the other is somebody else's already."""
    with suppress(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=person.pk).update(**known)


def _kept(person: Person, said: dict[str, Any]) -> Person:
    """Name and language as the product says them; those of members are as they chose them here."""
    fresh = {
        name: said[name] for name in ("name", "language") if said.get(name) and said[name] != getattr(person, name)
    }
    if fresh and person.member_id is None:
        Person.objects.filter(pk=person.pk).update(**fresh)
        for name, value in fresh.items():
            setattr(person, name, value)
    return person
