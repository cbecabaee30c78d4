"""Who is named where a release thanks those who asked: only who said so, and not a day longer."""

from collections.abc import Collection, Iterator
from typing import Any

from community.members.models import Member
from community.members.privacy import Record, exporters
from roadmap.openness.models import Thanked


def allow(member: Member) -> None:
    Thanked.objects.get_or_create(member=member)


def withdraw(member: Member) -> None:
    Thanked.objects.filter(member=member).delete()


def consent(member: Member) -> dict[str, Any]:
    """The setting, for the page about one's own data."""
    is_named = Thanked.objects.filter(member=member).exists()
    return {"template": "roadmap/openness/_thanks.html", "is_named": is_named}


def named(members: Collection[int]) -> dict[int, Member]:
    """Those of these members who may be named, by their ids."""
    return Member.objects.filter(thanked__isnull=False, is_active=True).in_bulk(members)


@exporters.filler("named-in-thanks")
def exported(member: Member) -> Iterator[Record]:
    yield from Thanked.objects.filter(member=member).values("at")
