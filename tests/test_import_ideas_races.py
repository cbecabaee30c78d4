"""Members vote for ideas and follow them while their import is undone: what they did is there, or they were told no."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import IntegrityError

from community.feedback.models import Item, Vote
from community.feedback.vote import vote
from community.notifications.follow import set_level
from community.notifications.models import Follow, Level
from roadmap.imports import undo as undoing
from roadmap.imports.run import Wish, import_ideas
from roadmap.stages.models import Stage
from tests import ideas, make
from tests.test_races import at_once, errors

pytestmark = pytest.mark.django_db(transaction=True)
GONE = (Item.DoesNotExist, IntegrityError)


def test_what_is_done_while_it_is_undone_is_never_lost(
    transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "BATCH", 5)
    Stage.objects.get_or_create(slug="new", defaults={"kind": "new", "name": "New"})
    ideas.area()
    lines = "".join(f"{number},Wish {number},night\n" for number in range(60))
    (tmp_path / "a.csv").write_text(f"id,title,labels\n{lines}")
    import_ideas(Wish(path=tmp_path / "a.csv", name="old", run=1))
    members = [make.member(f"m{number}") for number in range(6)]
    pks = list(Item.objects.filter(kind="idea").order_by("pk").values_list("pk", flat=True))
    done: set[tuple[type, int, int]] = set()

    def use(number: int) -> None:
        member, follows = members[number], number % 2
        for pk in reversed(pks[number::6]):
            with suppress(*GONE):
                item = Item.objects.get(pk=pk)
                if follows:
                    set_level(member, item, Level.WATCHING)
                else:
                    vote(item, by=member)
                done.add((Follow if follows else Vote, member.pk, pk))

    acts: list[Callable[[], object]] = [lambda number=number: use(number) for number in range(6)]
    acts.append(lambda: undoing.undo("csv:old", run=1))
    assert not errors(at_once(acts))
    for model, member, pk in done:
        assert model.objects.filter(member=member, item=pk).exists()  # type: ignore[attr-defined]
    kept = set(Item.objects.filter(kind="idea").values_list("pk", flat=True))
    assert kept == {pk for _model, _member, pk in done}
    assert undoing.undo("csv:old", run=1).counts["removed"] == 0
