"""Undoing an import: what it brought goes to the row, what others brought or anybody used stays."""

from pathlib import Path
from typing import Any

import pytest

from community.feedback.models import Draft, Item, Label, Vote
from community.feedback.vote import vote
from community.members.models import Member
from community.moderation.models import Flag
from community.notifications.models import Follow
from community.search.drift import check
from roadmap.ideas.models import Apart, Idea, Importance, Merge
from roadmap.imports import undo as undoing
from roadmap.imports.report import Report
from roadmap.imports.run import Wish, import_ideas
from roadmap.imports.undo import undo
from tests import ideas

pytestmark = pytest.mark.django_db
HEAD = "id,title,labels,voter_email,duplicate_of\n"


@pytest.fixture(autouse=True)
def people(ann: Member, bo: Member, sam: Member) -> None:
    ideas.area("app", order=1)


def bring(folder: Path, lines: str, **options: Any) -> Report:
    file = folder / "ideas.csv"
    file.write_text(HEAD + lines)
    return import_ideas(Wish(path=file, name="old", **options))


def item(key: int) -> Item:
    return Item.objects.get(source="csv:old", external_id=f"idea:{key}")


def left() -> list[str]:
    return sorted(Item.objects.filter(kind="idea").values_list("title", flat=True))


def test_an_import_takes_back_what_it_made_and_no_more(tmp_path: Path) -> None:
    bring(tmp_path, "1,A,night,,\n2,B,,,\n", run=1)
    bring(tmp_path, "1,A changed,night,,\n3,C,night,,\n", run=2)
    report = undo("csv:old", run=2)
    assert left() == ["A changed", "B"]
    assert (report.counts["removed"], report.counts["kept"]) == (1, 0)
    undo("csv:old", run=3)
    assert left() == ["A changed", "B"]
    undo("csv:old", run=1)
    assert (left(), Label.objects.count()) == ([], 0)
    assert check().is_none


def test_the_command_takes_back_all_of_a_source(tmp_path: Path) -> None:
    bring(tmp_path, "1,A,,,\n", run=1)
    bring(tmp_path, "2,B,,,\n")
    assert undo("csv:old", is_dry=True).counts["removed"] == 2
    undo("csv:old")
    assert left() == []


def test_a_label_answers_to_the_ideas_that_stay(tmp_path: Path) -> None:
    bring(tmp_path, "1,A,night,,\n", run=1)
    bring(tmp_path, "2,B,night,,\n", run=2)
    undo("csv:old", run=1)
    assert Label.objects.get().items.get().title == "B"
    report = undo("csv:old", run=2)
    assert (Label.objects.count(), report.counts["removed labels"]) == (0, 1)


def test_a_label_that_somebody_follows_stays(tmp_path: Path, bo: Member) -> None:
    bring(tmp_path, "1,A,night,,\n")
    Follow.objects.create(member=bo, label=Label.objects.get(), level="watching")
    undo("csv:old")
    assert Follow.objects.count() == Label.objects.count() == 1


def test_an_undo_that_was_killed_leaves_no_label(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undoing, "BATCH", 1)
    bring(tmp_path, "1,A,night,,\n2,B,day|night,,\n3,C,,,\n")

    def die(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undo("csv:old", tell=die)
    undo("csv:old")
    assert (left(), Label.objects.count()) == ([], 0)


def test_what_happens_while_it_is_undone_stays(tmp_path: Path, bo: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    """In an earlier batch, and between looking and locking."""
    monkeypatch.setattr(undoing, "BATCH", 2)
    bring(tmp_path, "1,A,,,\n2,B,,,\n3,C,,,\n4,D,,,\n")
    lock = undoing._lock

    def slow(ids: set[int]) -> None:
        if item(2).pk in ids:
            vote(item(2), by=bo)
        lock(ids)

    def tell(done: int, _total: int) -> None:
        if done == 2:
            Follow.objects.create(member=bo, item=item(3), level="watching")

    monkeypatch.setattr(undoing, "_lock", slow)
    report = undo("csv:old", tell=tell)
    assert left() == ["B", "C"]
    assert (report.counts["removed"], report.counts["kept"], Vote.objects.count()) == (2, 2, 1)


def test_what_leaves_no_event_is_use_too(tmp_path: Path, ann: Member, bo: Member, sam: Member) -> None:
    bring(tmp_path, "".join(f"{n},Wish {n},,bo@example.com,\n" for n in range(1, 8)))
    Importance.objects.create(vote=Vote.objects.get(item=item(1)), level="blocking", why="We lose a contract.")
    Follow.objects.create(member=ann, item=item(2), level="watching")
    Flag.objects.create(item=item(3), by=ann, reason="spam")
    Apart.objects.create(one_id=item(4).pk, other_id=item(5).pk, by=sam)
    Draft.objects.create(member=ann, key=f"reply:{item(6).pk}", item=item(6), body="I was about to say")
    assert undo("csv:old", is_dry=True).counts["kept"] == 6
    report = undo("csv:old")
    assert left() == [f"Wish {n}" for n in range(1, 7)]
    assert (report.counts["removed"], report.counts["kept"]) == (1, 6)
    assert Importance.objects.count() == Follow.objects.count() == Flag.objects.count() == Apart.objects.count() == 1


@pytest.mark.parametrize("batch", [1, 200])
def test_an_idea_stays_with_the_duplicates_that_stay(
    batch: int, tmp_path: Path, bo: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "BATCH", batch)
    bring(tmp_path, "1,A,,,\n2,A twin,,,1\n3,A third,,,1\n4,B,,,\n5,B twin,,,4\n", run=1)
    Follow.objects.create(member=bo, item=item(3), level="watching")
    report = undo("csv:old", run=1)
    assert left() == ["A", "A third"]
    assert (report.counts["removed"], report.counts["kept"]) == (3, 2)
    assert Merge.objects.get().target == item(1)


def test_what_another_import_merged_into_an_idea_keeps_it(tmp_path: Path) -> None:
    bring(tmp_path, "1,A,,,\n", run=1)
    bring(tmp_path, "2,A twin,,,1\n1,A,,,\n", run=2)
    undo("csv:old", run=1)
    assert left() == ["A", "A twin"]
    undo("csv:old", run=2)
    assert left() == ["A"]
    undo("csv:old", run=1)
    assert not Idea.objects.exists()
