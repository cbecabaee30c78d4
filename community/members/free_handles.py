"""Handles for people who come in numbers and choose none themselves."""

from community.members import handles
from community.members.lookalikes import skeleton, staff_skeletons
from community.members.models import Member

NO_NAME = "member"


class FreeHandles:
    """Gives out handles that nobody has, that are not kept for the site, and that look like no staff's."""

    def __init__(self) -> None:
        self.taken = set(Member.objects.values_list("handle", flat=True)) | handles.RESERVED
        self.staff_skeletons = staff_skeletons()
        self.latest: dict[str, int] = {}

    def take(self, *names: str) -> str:
        """The handle nearest to the first name that yields one, with a number when it is taken."""
        base = next((found for name in names if len(found := handles.from_name(name)) > 1), NO_NAME)
        number = self.latest.get(base, 1)
        handle = base if number == 1 else self._numbered(base, number)
        while handle in self.taken or skeleton(handle) in self.staff_skeletons:
            number += 1
            handle = self._numbered(base, number)
        self.taken.add(handle)
        # The next one of this name need not try all numbers again.
        self.latest[base] = number
        return handle

    def unlike_staff(self, name: str) -> str:
        """The name, or none for whoever is not staff and could be taken for it: then the handle is shown."""
        return "" if skeleton(name) in self.staff_skeletons else name

    def _numbered(self, base: str, number: int) -> str:
        ending = f"-{number}"
        return base[: handles.LONGEST - len(ending)].rstrip("-_.") + ending
