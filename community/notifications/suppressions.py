"""Addresses that get no mail any more, as their owners and staff see it."""

from collections.abc import Callable
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db.models.functions import Lower

from community.lib.slots import Slot
from community.members.models import Member
from community.notifications.models import Suppression


@dataclass(frozen=True)
class Outsiders:
    """People whom we send mail without knowing them: nothing is kept of an address that takes none."""

    end: Callable[[int], None]  # by the id in the name of a mail
    end_address: Callable[[str], None]


# By the sort of reader that the names of their mails say, one letter.
outsiders: Slot[Outsiders] = Slot("people who get mail without an account")


def _of(member: Member) -> list[str]:
    addresses = EmailAddress.objects.filter(user=member, primary=True).annotate(lower=Lower("email"))
    return list(addresses.values_list("lower", flat=True))


def suppression_of(member: Member) -> Suppression | None:
    """Why the member's address gets no mail, if it gets none."""
    return Suppression.objects.filter(address__in=_of(member)).first()


def suppress(address: str, reason: str) -> None:
    """No mail goes there until its owner asks for it; the first reason stays."""
    Suppression.objects.get_or_create(address=address.lower(), defaults={"reason": reason})


def suppress_member(address: str, reason: str) -> None:
    """The same for an address that a mail server or a provider names: one that is nobody's here makes no row."""
    if EmailAddress.objects.filter(email=address.lower(), verified=True).exists():
        suppress(address, reason)


def note_refusal(address: str) -> None:
    suppress_member(address, Suppression.Reason.REFUSED)
    end_outsiders(address)


def end_outsiders(address: str) -> None:
    """Whoever has this address and no account hears no more."""
    for some in outsiders:
        some.end_address(address)


def try_again(member: Member) -> None:
    Suppression.objects.filter(address__in=_of(member)).delete()
