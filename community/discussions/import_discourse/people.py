"""Authors of the old forum as members: without address and password, until they prove who they are."""

from collections.abc import Iterable

from django.contrib.auth.hashers import make_password

from community.discussions.import_discourse.report import Report
from community.discussions.import_discourse.survey import Person
from community.lib.plain_text import MarkdownRefused, check_text, excerpt, without_direction_overrides
from community.lib.row_ids import reserve
from community.members import handles
from community.members.models import Member
from community.members.roles import STAFF

NO_NAME = "member"


def import_people(
    people: Iterable[Person], source: str, language: str, report: Report, *, is_dry: bool
) -> dict[str, Member]:
    """Every author as a member, by username in small letters; those of an earlier run are found again."""
    members = {member.external_id.lower(): member for member in Member.objects.filter(source=source)}
    wanted = sorted(people, key=lambda person: (person.joined_at, person.username))
    strangers = [person for person in wanted if person.username.lower() not in members]
    report.counts["known members"] = len(wanted) - len(strangers)
    report.counts["new members"] = len(strangers)
    if not strangers:
        return members
    free = FreeHandles()
    ids = range(-len(strangers), 0) if is_dry else reserve(Member, len(strangers))
    made = [
        Member(
            pk=pk, handle=free.take(person.username, person.display_name), name=_name(person), language=language,
            joined_at=person.joined_at, source=source, external_id=person.username, password=make_password(None),
        )
        for pk, person in zip(ids, strangers, strict=True)
    ]  # fmt: skip
    if not is_dry:
        Member.objects.bulk_create(made, batch_size=500)
    return members | {member.external_id.lower(): member for member in made}


class FreeHandles:
    """Gives out handles that nobody has, that are not kept for the site, and that look like no staff's."""

    def __init__(self) -> None:
        self.taken = set(Member.objects.values_list("handle", flat=True)) | handles.RESERVED
        staff = Member.objects.filter(role__in=STAFF).values_list("handle", flat=True)
        self.staff_skeletons = {handles.skeleton(handle) for handle in staff}

    def take(self, *names: str) -> str:
        """The handle nearest to the first name that yields one, with a number when it is taken."""
        base = next((found for name in names if len(found := handles.from_name(name)) > 1), NO_NAME)
        handle, number = base, 1
        while handle in self.taken or handles.skeleton(handle) in self.staff_skeletons:
            number += 1
            ending = f"-{number}"
            handle = base[: handles.LONGEST - len(ending)].rstrip("-_.") + ending
        self.taken.add(handle)
        return handle


def _name(person: Person) -> str:
    try:
        words = without_direction_overrides(check_text(person.display_name or person.username))
    except MarkdownRefused:
        return ""
    return excerpt(words, 80)
