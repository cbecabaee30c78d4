"""Which threads are pinned: few, and seldom changed, so each process keeps their ids until the site changes."""

from community.discussions.models import Pin
from community.members.models import Site

_kept: tuple[int, list[tuple[int, bool]]] = (0, [])


def pinned_ids(site: Site, *, everywhere: bool) -> list[int]:
    """The threads pinned everywhere, or all that are pinned; one query after each change of the site."""
    global _kept
    if _kept[0] != site.changes:
        _kept = (site.changes, list(Pin.objects.values_list("pk", "is_everywhere")))
    return [pk for pk, is_everywhere in _kept[1] if is_everywhere or not everywhere]


def forget() -> None:
    """For tests, whose sites begin at the same change number."""
    global _kept
    _kept = (0, [])
