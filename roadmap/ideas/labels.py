"""The labels that ideas carry, for the filters of the board, kept in the process for a minute."""

from threading import Lock
from time import monotonic

from django.db.models import Exists, OuterRef, Q

from community.feedback.models import Item, Label, Visibility
from community.feedback.places import Audience, Viewer
from community.members.models import Site
from roadmap.ideas.models import Idea
from roadmap.ideas.permissions import may_move

EVERY = 60.0  # seconds: which ideas carry one changes with each that is labelled
_lock = Lock()
_kept: tuple[int, float, list[Label]] = (0, 0.0, [])


def labels_of_ideas(site: Site, viewer: Viewer) -> list[Label]:
    """By name; to customers none that only ideas carry which not everybody reads. One query a minute."""
    return [label for label in _known(site) if label.is_open or may_move(viewer)]  # type: ignore[attr-defined]


def _known(site: Site) -> list[Label]:
    global _kept
    changes, until, known = _kept
    if changes == site.changes and monotonic() < until:
        return known
    carried = Item.labels.through.objects.filter(
        label=OuterRef("pk"), item__kind=Idea.KIND, item__state=Item.State.VISIBLE
    )
    in_public = Q(item__place=None) | Q(item__place__audience=Audience.PUBLIC)
    in_public &= Q(item__visibility=Visibility.PUBLIC)
    known = list(Label.objects.filter(Exists(carried)).annotate(is_open=Exists(carried.filter(in_public))))
    known.sort(key=lambda label: label.name.casefold())
    with _lock:
        _kept = (site.changes, monotonic() + EVERY, known)
    return known


def forget() -> None:
    """Read them anew: for tests, whose sites begin at the same change number."""
    global _kept
    _kept = (0, 0.0, [])
