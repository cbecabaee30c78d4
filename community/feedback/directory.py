"""The places of the site as each reader sees them, kept in the process until the site changes."""

from threading import Lock

from community.feedback.places import Place, Viewer
from community.members.models import Site

_lock = Lock()
_kept: tuple[int, list[Place]] = (0, [])


def places(site: Site) -> list[Place]:
    """All places in order, children behind their parent, with their particulars; one query after each change."""
    global _kept
    changes, rows = _kept
    if changes == site.changes and rows:
        return rows
    rows = list(Place.objects.select_related("category"))
    by_parent: dict[int | None, list[Place]] = {}
    for place in rows:
        by_parent.setdefault(place.parent_id, []).append(place)
    ordered = [one for top in by_parent.get(None, []) for one in (top, *by_parent.get(top.pk, []))]
    with _lock:
        _kept = (site.changes, ordered)
    return ordered


def visible_places(site: Site, viewer: Viewer, kind: str) -> list[Place]:
    return [place for place in places(site) if place.kind == kind and place.is_visible_to(viewer)]


def forget() -> None:
    """Read the places anew: for tests, whose sites begin at the same change number."""
    global _kept
    _kept = (0, [])
