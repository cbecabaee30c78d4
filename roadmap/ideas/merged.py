"""What the page of an idea says of merges: where it went, and what was merged into it."""

from dataclasses import dataclass

from community.feedback.models import Item
from community.feedback.places import Viewer
from roadmap.ideas.models import Merge
from roadmap.ideas.permissions import may_move
from roadmap.stages.models import Kind, Stage

MOST = 20  # that are named


@dataclass(frozen=True)
class Joined:
    """The other idea of a merge, as the page of the one names it."""

    title: str
    url: str
    language: str
    undo_url: str = ""  # for staff


@dataclass(frozen=True)
class Merged:
    """Of one idea: where it went, or what came into it."""

    is_gone: bool = False
    into: Joined | None = None  # None where the reader may not read it
    target: Item | None = None  # the same: its votes stand on the page
    came: tuple[Joined, ...] = ()


def merged_of(item: Item, stage: Stage, viewer: Viewer, *, has_joined: bool) -> Merged:
    """One query where an idea was merged or others were merged into it, none elsewhere."""
    if stage.kind == Kind.MERGED:
        return _gone(item, viewer)
    return Merged(came=_came(item, viewer)) if has_joined else Merged()


def _gone(item: Item, viewer: Viewer) -> Merged:
    rows = Merge.objects.filter(source=item, undone_at=None).select_related("target__place", "target__author")
    merge = next(iter(rows), None)
    if merge is None:  # moved there otherwise, by an import
        return Merged()
    target = merge.target if merge.target.is_visible and merge.target.is_visible_to(viewer) else None
    return Merged(is_gone=True, into=_joined(target, item, viewer) if target else None, target=target)


def _came(item: Item, viewer: Viewer) -> tuple[Joined, ...]:
    rows = Merge.objects.filter(target=item, undone_at=None).select_related("source__place", "source__author")
    sources = [merge.source for merge in rows.order_by("pk")[:MOST]]
    shown = [source for source in sources if source.is_visible and source.is_visible_to(viewer)]
    return tuple(_joined(source, source, viewer) for source in shown)


def _joined(other: Item, source: Item, viewer: Viewer) -> Joined:
    undo_url = f"/ideas/{source.pk}/merge/withdrawal/" if may_move(viewer) else ""
    return Joined(other.title, other.path, other.language, undo_url)
