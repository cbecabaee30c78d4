"""Whether the index says what the items say: for operators, and for the tests that kill it."""

from dataclasses import dataclass

from community.search import rebuild, tables, write
from community.search.models import Entry


@dataclass
class Drift:
    checked: int = 0
    missing: int = 0  # items that can be found and have no entry
    left: int = 0  # entries whose item cannot be found any more
    different: int = 0  # entries that say something else than their item
    unindexed: int = 0  # entries that the index does not know
    unknown: int = 0  # what the index knows and no entry stands for

    @property
    def is_none(self) -> bool:
        return not (self.missing or self.left or self.different or self.unindexed or self.unknown)


def check() -> Drift:
    """Read everything and change nothing. What is written meanwhile may be told as drift: check again."""
    found = Drift()
    wanted: set[int] = set()
    ids = list(rebuild.findable().order_by("pk").values_list("pk", flat=True))
    for batch in write.sliced(ids):
        there = Entry.objects.in_bulk(batch)
        for entry in write.entries_of(batch):
            wanted.add(entry.pk)
            found.checked += 1
            if entry.pk not in there:
                found.missing += 1
            elif not entry.says_the_same_as(there[entry.pk]):
                found.different += 1
    entries = set(Entry.objects.values_list("pk", flat=True))
    indexed = set(tables.ids())
    found.left = len(entries - wanted)
    found.unindexed = len(entries - indexed)
    found.unknown = len(indexed - entries)
    return found
