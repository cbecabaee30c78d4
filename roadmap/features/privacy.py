"""What a member said of features, for their copy; it goes with them when they leave."""

from collections.abc import Iterator

from community.members.models import Member
from community.members.privacy import Record, exporters
from roadmap.features.models import Fit

BATCH = 500


@exporters.filler("fits")
def fits(member: Member) -> Iterator[Record]:
    """Whether features solve it for them."""
    rows = Fit.objects.filter(member=member).order_by("pk")
    yield from rows.values("feature_id", "solves", "why", "at").iterator(BATCH)
