"""Who has an e-mail address, for files that name people by theirs."""

from collections.abc import Collection

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.db.models.functions import Lower

from community.members.models import Member


def members_by_email(emails: Collection[str]) -> dict[str, Member]:
    """Members by address in small letters: by their own, or by a further one that they proved to be theirs."""
    theirs = EmailAddress.objects.annotate(low=Lower("email")).filter(low__in=emails).select_related("user")
    found = {address.email.lower(): address.user for address in theirs.filter(Q(verified=True) | Q(primary=True))}
    members = Member.objects.annotate(low=Lower("email")).filter(low__in=emails)
    return found | {(member.email or "").lower(): member for member in members}
