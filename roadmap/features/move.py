"""Moving a feature through the stages: the ideas that it gathers go along, and their supporters hear of it once."""

from datetime import datetime

from django.db import transaction

from community.feedback.locks import lock_items
from community.feedback.models import Item
from community.feedback.readers import all_may_read
from community.members.models import Member
from roadmap.features.models import Feature
from roadmap.features.plan import first_rank
from roadmap.ideas.models import Idea
from roadmap.stages.models import Move, Stage
from roadmap.stages.move import Step, move, movers, set_stage


@transaction.atomic
def move_feature(feature: Feature, step: Step, *, by: Member, with_ideas: bool = True) -> Move:
    """Move it, and those of its ideas that go along to the same stage. Raises what `move` raises."""
    parts = feature.parts.order_by("idea").values_list("idea", flat=True) if with_ideas else []
    items = lock_items([feature.pk, *parts], by=by)
    moved = move(feature.item, step, by=by)
    ideas = Idea.objects.select_related("stage", "item__place", "item__author").filter(parts__feature=feature)
    for idea in ideas.filter(pk__in=items).order_by("pk"):
        if goes_along(items[feature.pk], idea) and idea.stage != step.stage:
            _along(idea, step.stage, moved, by=by)
    return moved


def goes_along(item: Item, idea: Idea) -> bool:
    """Whether the idea, with its stage and all that its item says, moves when the feature of this item does.

    What more people read than the feature stays: they could not read the answer that moves it, and none would be told.
    """
    return not idea.stage.is_ended and all_may_read(item, idea.item)


def left_behind(feature: Feature) -> int:
    """How many of its ideas stay where they are though they have not ended."""
    ideas = Idea.objects.select_related("stage", "item__place", "item__author").defer("item__body", "item__html")
    ideas = ideas.filter(parts__feature=feature)
    return sum(not idea.stage.is_ended and not goes_along(feature.item, idea) for idea in ideas)


def _along(idea: Idea, stage: Stage, moved: Move, *, by: Member) -> None:
    set_stage(idea.item, idea.stage, stage, by=by, reason=moved.reason)
    if moved.answer_id:
        Idea.objects.filter(pk=idea.pk, answered_at=None).update(answered_at=moved.at)


def put_stage(item: Item, stage: Stage, at: datetime) -> None:
    Feature.objects.filter(pk=item.pk).update(stage=stage, moved_at=at, rank=first_rank(stage))


movers.fill(Feature.KIND, put_stage)
