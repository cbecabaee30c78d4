"""The last searches of a member, on the server since they are the same on each of their devices; theirs alone."""

from django.db import transaction

from community.members.models import Member
from community.search.searches import Recent


def recent_of(member: Member) -> Recent:
    """One query."""
    return Recent.objects.filter(pk=member.pk).first() or Recent(member=member)


@transaction.atomic
def remember(member: Member, query: str) -> None:
    """Put it first, unless they do not want any kept."""
    Recent.objects.get_or_create(pk=member.pk)
    recent = Recent.objects.select_for_update(no_key=True).get(pk=member.pk)
    if recent.is_kept:
        others = [one for one in recent.searches if one.casefold() != query.casefold()]
        recent.searches = [query, *others][: Recent.MOST]
        recent.save(update_fields=["searches"])


def clear(member: Member) -> None:
    Recent.objects.filter(pk=member.pk).update(searches=[])


def keep(member: Member, is_kept: bool) -> None:
    """From now on, or no longer: then those there are go too."""
    Recent.objects.update_or_create(pk=member.pk, defaults={"is_kept": is_kept, "searches": []})
