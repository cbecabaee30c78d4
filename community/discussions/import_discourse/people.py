"""Authors of the old forum as members: without address and password, until they prove who they are."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.hashers import make_password

from community.discussions.import_discourse.report import Report
from community.discussions.import_discourse.survey import Person
from community.lib.plain_text import MarkdownRefused, check_text, excerpt, without_direction_overrides
from community.lib.row_ids import reserve
from community.members.free_handles import FreeHandles
from community.members.models import Member


def import_people(
    people: Iterable[Person], source: str, language: str, report: Report, *, is_dry: bool
) -> dict[str, Member]:
    """Every author as a member, by username in small letters; those of an earlier run are found again."""
    members = {_key(member): member for member in Member.objects.filter(source=source)}
    wanted = sorted(people, key=lambda person: (person.joined_at, person.username))
    strangers = [person for person in wanted if person.username.lower() not in members]
    report.counts["known members"] = len(wanted) - len(strangers)
    report.counts["new members"] = len(strangers)
    if not strangers:
        return members
    free = FreeHandles()
    ids = range(-len(strangers), 0) if is_dry else reserve(Member, len(strangers))
    spoken = language if language in dict(settings.LANGUAGES) else "en"  # a forum may be in one that we do not speak
    made = [
        Member(
            pk=pk, handle=free.take(person.username, person.display_name), name=free.unlike_staff(_name(person)),
            language=spoken, joined_at=person.joined_at, source=source, external_id=person.username,
            password=make_password(None),
        )
        for pk, person in zip(ids, strangers, strict=True)
    ]  # fmt: skip
    if not is_dry:
        Member.objects.bulk_create(made, batch_size=500)
    return members | {_key(member): member for member in made}


def _key(member: Member) -> str:
    return (member.external_id or "").lower()


def _name(person: Person) -> str:
    try:
        words = without_direction_overrides(check_text(person.display_name or person.username))
    except MarkdownRefused:
        return ""
    return excerpt(words, 80)
