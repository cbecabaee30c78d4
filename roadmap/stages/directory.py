"""The stages of the site, kept in the process until the site changes."""

from threading import Lock

from community.members.models import Site
from roadmap.stages.models import Stage

_lock = Lock()
_kept: tuple[int, dict[str, Stage]] = (0, {})


def stages(site: Site) -> dict[str, Stage]:
    """All stages in their order, by their slugs; one query after each change."""
    global _kept
    changes, known = _kept
    if changes == site.changes and known:
        return known
    known = {stage.slug: stage for stage in Stage.objects.all()}
    with _lock:
        _kept = (site.changes, known)
    return known


def forget() -> None:
    """Read them anew: for tests, whose sites begin at the same change number."""
    global _kept
    _kept = (0, {})
