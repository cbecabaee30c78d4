"""Handles for people who come in numbers and choose none themselves."""

from community.members import handles
from community.members.models import Member
from community.members.roles import STAFF

NO_NAME = "member"


class FreeHandles:
    """Gives out handles that nobody has, that are not kept for the site, and that look like no staff's."""

    def __init__(self) -> None:
        self.taken = set(Member.objects.values_list("handle", flat=True)) | handles.RESERVED
        staff = Member.objects.filter(role__in=STAFF).values_list("handle", flat=True)
        self.staff_skeletons = {handles.skeleton(handle) for handle in staff}
        self.latest: dict[str, int] = {}

    def take(self, *names: str) -> str:
        """The handle nearest to the first name that yields one, with a number when it is taken."""
        base = next((found for name in names if len(found := handles.from_name(name)) > 1), NO_NAME)
        number = self.latest.get(base, 1)
        handle = base if number == 1 else self._numbered(base, number)
        while handle in self.taken or handles.skeleton(handle) in self.staff_skeletons:
            number += 1
            handle = self._numbered(base, number)
        self.taken.add(handle)
        # The next one of this name need not try all numbers again.
        self.latest[base] = number
        return handle

    def _numbered(self, base: str, number: int) -> str:
        ending = f"-{number}"
        return base[: handles.LONGEST - len(ending)].rstrip("-_.") + ending
