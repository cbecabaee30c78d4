"""Addresses that get no mail any more, as their owners and staff see it."""

from allauth.account.models import EmailAddress
from django.db.models.functions import Lower

from community.members.models import Member
from community.notifications.models import Suppression


def _of(member: Member) -> list[str]:
    addresses = EmailAddress.objects.filter(user=member, primary=True).annotate(lower=Lower("email"))
    return list(addresses.values_list("lower", flat=True))


def suppression_of(member: Member) -> Suppression | None:
    """Why the member's address gets no mail, if it gets none."""
    return Suppression.objects.filter(address__in=_of(member)).first()


def try_again(member: Member) -> None:
    Suppression.objects.filter(address__in=_of(member)).delete()
