"""Moving an idea or a feature to another stage, with the public answer that goes with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from community.conversations.models import Reply
from community.conversations.post import post_reply
from community.feedback.models import Item
from community.lib.slots import Slot
from community.members.models import Member
from roadmap.stages.models import BY_HAND, EXPLAINED, Kind, Move, Reason, Stage
from roadmap.stages.tell import TELL

# By kind of item: puts the stage on its own row, which is locked.
movers: Slot[Callable[[Item, Stage, datetime], None]] = Slot("moving what has a stage")


class MoveRefused(Exception):
    """Carries a sentence that says why."""


@dataclass(frozen=True)
class Step:
    """What the form of a move says."""

    stage: Stage
    answer: str = ""
    reason: Reason | None = None
    tells: bool = False  # whoever supports it
    note: str = ""  # to them alone


def why_no_move(step: Step) -> str:
    """What is missing from it; empty when nothing is."""
    if step.stage.kind not in BY_HAND:
        return _("Something is merged by merging it, not by its stage.")
    if step.stage.kind in EXPLAINED and not step.answer.strip():
        return _("Say in public why: an answer is part of this step.")
    if step.stage.kind == Kind.DECLINED and step.reason is None:
        return _("Choose a reason.")
    return ""


@transaction.atomic
def move(item: Item, step: Step, *, by: Member) -> Move:
    """Move the item, and say why in public. Raises MoveRefused, or what `post_reply` raises."""
    refusal = why_no_move(step)
    if refusal:
        raise MoveRefused(refusal)
    item = Item.objects.select_for_update(no_key=True, of=("self",)).select_related("place").get(pk=item.pk)
    before = Stage.objects.get(slug=item.stage)
    if before == step.stage:
        raise MoveRefused(_("It is there already."))
    if before.kind == Kind.MERGED:
        raise MoveRefused(_("It was merged into another one. Undo that first."))
    answer = _say(item, step, by=by)
    moved = set_stage(item, before, step.stage, by=by, answer=answer, reason=step.reason)
    if step.tells:
        Move.objects.filter(pk=moved.pk).update(is_told=True, note=step.note)
        async_task(TELL, moved.pk)
    return moved


def set_stage(
    item: Item,
    before: Stage,
    stage: Stage,
    *,
    by: Member | None,
    answer: Reply | None = None,
    reason: Reason | None = None,
) -> Move:
    """The rows of a move, for whoever holds the lock on the item; tells nobody."""
    now = timezone.now()
    Item.objects.filter(pk=item.pk).update(stage=stage.slug, active_at=now, active_by=by)
    item.stage = stage.slug
    mover = movers.get(item.kind)
    if mover:
        mover(item, stage, now)
    moved = Move.objects.create(
        item=item, before=before, stage=stage, answer=answer, by=by, at=now,
        reason=reason if stage.kind == Kind.DECLINED else None,
    )  # fmt: skip
    item.record("stage changed", by=by, move=moved.pk, stage=stage.slug)
    return moved


def _say(item: Item, step: Step, *, by: Member) -> Reply | None:
    if not step.answer.strip():
        return None
    return post_reply(item, by=by, body=step.answer, is_official=True, is_told=step.tells).reply
