"""What staff do to several ideas at once: all of it or nothing."""

from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from community.conversations.post import ReplyRefused
from community.feedback.locks import lock_items
from community.feedback.models import Item, Label
from community.feedback.places import Place
from community.lib.isolate import isolated
from community.lib.markdown import MarkdownRefused
from community.members.limits import LimitReached
from community.members.models import Member, Site
from roadmap.ideas.merge import MergeRefused, merge
from roadmap.stages.move import MoveRefused, Step, move

MOST = 50  # at once: each may post an answer and tell its supporters


class BulkRefused(Exception):
    """Carries a sentence that says which idea stands in the way, and why."""


def move_all(items: Sequence[Item], step: Step, *, by: Member) -> int:
    """To one stage with one answer; those that are there already stay. Answers how many moved."""
    away = [item for item in items if item.stage != step.stage.slug]
    return _each(away, lambda item: move(item, step, by=by))


def file_all(items: Sequence[Item], area: Place, *, by: Member) -> int:
    """Into one product area, with what was said about them."""

    def file(item: Item) -> None:
        Item.objects.filter(pk=item.pk).update(place=area)
        Item.objects.filter(reply__about=item.pk).update(place=area)
        item.record("filed", by=by)

    moved = _each([item for item in items if item.place_id != area.pk], file, area)
    if moved:
        area.touch()
        Site.touch()  # pages of ideas that had no area have no other number to follow
    return moved


def label_all(items: Sequence[Item], label: Label, *, by: Member) -> int:
    def add(item: Item) -> None:
        item.labels.add(label)
        item.record("labelled", by=by)

    known = set(label.items.filter(pk__in=[item.pk for item in items]).values_list("pk", flat=True))
    return _each([item for item in items if item.pk not in known], add)


def merge_all(items: Sequence[Item], target: Item, *, by: Member) -> int:
    """Into one of them, each by a merge of its own, so that each can be undone."""
    sources = [item for item in items if item.pk != target.pk]
    return _each(sources, lambda item: merge(item, target, by=by), also=target)


@transaction.atomic
def _each(
    items: Sequence[Item], act: Callable[[Item], object], area: Place | None = None, also: Item | None = None
) -> int:
    """All locks first and in order, as everybody takes them."""
    lock_items([item.pk for item in (*items, *([also] if also else []))], place=area)
    for item in items:
        try:
            act(item)
        except (MoveRefused, MergeRefused, MarkdownRefused, LimitReached, ReplyRefused) as refusal:
            words = {"title": isolated(item.title), "reason": str(refusal)}
            raise BulkRefused(_("“%(title)s”: %(reason)s Nothing was changed.") % words) from refusal
    return len(items)
