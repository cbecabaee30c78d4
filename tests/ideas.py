"""Ideas for tests."""

from typing import Any

from community.feedback.models import Item
from community.feedback.places import Place
from community.feedback.vote import vote
from community.members.models import Member
from roadmap.features.models import Feature
from roadmap.features.plan import Planned, When, plan_feature
from roadmap.ideas.models import AREA, Idea
from roadmap.ideas.suggest import Suggestion, suggest_idea
from roadmap.stages.models import Move, Reason, Stage
from roadmap.stages.move import Step, move
from tests import make


def area(slug: str = "app", **fields: Any) -> Place:
    place, _created = Place.objects.get_or_create(kind=AREA, slug=slug, defaults={"name": slug.title(), **fields})
    return place


def idea(
    title: str = "Dark mode", body: str = "My eyes hurt at night.", *, by: Member | None = None, **fields: Any
) -> Idea:
    fields.setdefault("area", area())
    return suggest_idea(Suggestion(title, body, **fields), by=by or make.member("ann"))


def stage(kind: str) -> Stage:
    return Stage.objects.get(slug=kind)


def moved(
    idea: Idea, kind: str, answer: str = "This is why.", *, tells: bool = False, by: Member | None = None
) -> Move:
    reason = Reason.objects.first() if kind == "declined" else None
    step = Step(stage(kind), answer, reason, tells)
    return move(Item.objects.get(pk=idea.pk), step, by=by or make.member("sam", role="agent"))


def voted(idea: Idea, *members: Member) -> None:
    for member in members:
        vote(Item.objects.get(pk=idea.pk), by=member)


def feature(title: str = "A night theme", kind: str = "planned", horizon: str = "next", **fields: Any) -> Feature:
    fields.setdefault("area", area())
    body, why = fields.pop("body", "Dark colours everywhere."), fields.pop("why", "Eyes rest at night.")
    when = fields.pop("when", When("horizon", horizon, None, "medium"))
    return plan_feature(Planned(title, body, why, when, **fields), stage(kind), by=make.member("sam", role="agent"))
