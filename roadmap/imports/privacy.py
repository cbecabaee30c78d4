"""The imports that a member of staff ran, for their copy; their name goes from them when they leave."""

from collections.abc import Iterator

from community.members.models import Member
from community.members.privacy import Record, exporters
from roadmap.imports.models import Import


@exporters.filler("imports")
def imports(member: Member) -> Iterator[Record]:
    rows = Import.objects.filter(by=member).order_by("pk")
    yield from rows.values("id", "file_name", "format", "state", "at").iterator(500)
