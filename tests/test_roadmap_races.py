"""Features that move with their ideas, releases that ship them and customers who vote, all at once: no deadlock."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from community.feedback.models import Item, Link, Vote
from community.feedback.vote import VoteRefused, vote
from community.members.models import Member
from roadmap.features import move as moving
from roadmap.features.models import Feature, Part
from roadmap.features.move import move_feature
from roadmap.features.plan import gather, let_go
from roadmap.ideas.bulk import BulkRefused, move_all
from roadmap.ideas.models import Idea
from roadmap.releases import publish as publishing
from roadmap.releases.models import Entry, Release
from roadmap.releases.publish import publish
from roadmap.releases.write import Line, Told, draft_release, restore_release, withdraw_release, write_entry
from roadmap.stages.models import Stage
from roadmap.stages.move import MoveRefused, Step
from tests import ideas, make
from tests.test_idea_races import item_of, totals_hold
from tests.test_races import at_once, errors

pytestmark = pytest.mark.django_db(transaction=True)
KINDS = ("new", "considering", "planned", "building", "shipped", "declined", "merged")


@pytest.fixture(autouse=True)
def stages(transactional_db: None) -> None:
    """A test that empties the database may have come before."""
    for order, kind in enumerate(KINDS):
        Stage.objects.get_or_create(slug=kind, defaults={"kind": kind, "name": kind.title(), "order": order})


def slowly(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    """What is done there takes long enough for the others to come in between."""
    real = getattr(module, name)

    def act(*said: Any, **more: Any) -> Any:
        time.sleep(0.05)
        return real(*said, **more)

    monkeypatch.setattr(module, name, act)


def wished(count: int = 6) -> list[Idea]:
    """In two areas by turns, so that the order of ideas is not that of places."""
    areas = [ideas.area("pay"), ideas.area("app")]
    return [ideas.idea(f"Idea {n}", by=make.member(f"m{n}"), area=areas[n % 2]) for n in range(count)]


def voters(found: list[Idea], count: int) -> list[Callable[[], object]]:
    """Each votes for all, half of them from the end."""

    def cast(number: int, voter: Member) -> None:
        for idea in found[:: 1 if number % 2 else -1]:
            with suppress(VoteRefused):
                vote(item_of(idea), by=voter)

    people = [make.member(f"voter{number}") for number in range(count)]
    return [lambda number=number, one=one: cast(number, one) for number, one in enumerate(people)]


def test_a_feature_moves_with_its_ideas_while_they_are_voted_for(
    transactional_db: None, sam: Member, root: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    slowly(monkeypatch, moving, "_along")
    found = wished()
    features = [ideas.feature(f"Feature {n}", area=ideas.area(("app", "pay")[n])) for n in range(2)]
    for feature in features:
        for idea in found:
            gather(feature, idea, by=sam)

    def moves(feature: Feature, by: Member, kinds: tuple[str, ...]) -> None:
        for kind in kinds:
            with suppress(MoveRefused):
                move_feature(feature, Step(ideas.stage(kind), f"{kind} {feature.pk}"), by=by)

    def move_several() -> None:
        with suppress(BulkRefused):
            move_all([item_of(one) for one in found], Step(ideas.stage("considering"), "All."), by=root)

    acts: list[Callable[[], object]] = [
        *voters(found, 8),
        lambda: moves(features[0], sam, ("building", "considering")),
        lambda: moves(features[1], root, ("considering", "building")),
        move_several,
    ]
    assert not errors(at_once(acts))
    totals_hold(*found)
    assert Vote.objects.count() == len(found) * (8 + 1)
    assert {one.stage.kind for one in Idea.objects.all()} <= {"building", "considering"}


def test_a_release_ships_while_its_ideas_are_voted_for_and_gathered(
    transactional_db: None, sam: Member, root: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    slowly(monkeypatch, publishing, "set_stage")
    found = wished()
    feature = ideas.feature(area=ideas.area("pay"))
    draft = draft_release(Told("Version 5", "Words.", "5.0"), by=sam)
    write_entry(draft, Line("new", "An entry", ideas=tuple(found[::-1]), features=(feature,)), by=sam)
    out = draft_release(Told("Version 4", "Words.", "4.0"), by=sam)
    entry = write_entry(out, Line("new", "An entry", ideas=tuple(found[:2])), by=sam)
    publish(out, by=sam)

    def rewrite() -> None:
        for part in (found[1:4], found[:2]):
            release = Release.objects.get(pk=out.pk)
            write_entry(release, Line("new", "Other", ideas=tuple(part)), by=root, entry=Entry.objects.get(pk=entry.pk))

    def there_and_back() -> None:
        for act in (withdraw_release, restore_release, withdraw_release, restore_release):
            act(Release.objects.select_related("item").get(pk=out.pk), by=sam)

    def gathers() -> None:
        for idea in found:
            gather(feature, Idea.objects.select_related("item").get(pk=idea.pk), by=root)
        let_go(feature, Idea.objects.select_related("item").get(pk=found[0].pk), by=root)

    acts = [*voters(found, 6), lambda: publish(draft, by=sam), lambda: publish(draft, by=root), rewrite, gathers]
    assert not errors(at_once([*acts, there_and_back]))
    totals_hold(*found)
    assert {one.stage.kind for one in Idea.objects.all()} == {"shipped"}
    links = Link.objects.filter(kind="shipped_in")
    assert set(links.filter(target=draft.pk).values_list("source", flat=True)) == {
        feature.pk, *(one.pk for one in found),
    }  # fmt: skip
    assert set(links.filter(target=out.pk).values_list("source", flat=True)) == {one.pk for one in found[:2]}
    assert Item.objects.get(pk=out.pk).is_visible
    assert Part.objects.count() == len(found) - 1
