"""A newer file of the same ideas: what it changes here, what it leaves, and what it never shows to more people."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from community.conversations.models import Reply
from community.feedback.models import Item, Label, Link, Vote
from community.feedback.states import REMOVE, change_state
from community.feedback.vote import vote
from community.members.models import Member
from community.search.drift import check
from roadmap.ideas.behalf import Heard, vote_for
from roadmap.ideas.models import Idea, Importance, Merge
from roadmap.imports import export
from roadmap.imports.report import Report
from roadmap.imports.run import Wish, import_ideas
from roadmap.stages.history import history_of
from roadmap.stages.models import Move
from tests import ideas, make
from tests.imports import backup

pytestmark = pytest.mark.django_db
HEAD = (
    "id,title,text,status,votes,labels,author_email,voter_email,answer,answered,created,duplicate_of,visibility,area\n"
)


@pytest.fixture(autouse=True)
def people(ann: Member, bo: Member, sam: Member) -> None:
    ideas.area("app", order=1)


def bring(folder: Path, lines: str, **options: Any) -> Report:
    file = folder / "ideas.csv"
    file.write_text(HEAD + lines)
    return import_ideas(Wish(path=file, name="old", **options))


def line(key: int = 1, title: str = "Dark mode", **said: Any) -> str:
    cells = {"id": key, "title": title, "created": "2025-01-01", "status": "open"} | said
    return ",".join(f'"{cells.get(name, "")}"' for name in HEAD.strip().split(",")) + "\n"


def item(key: int = 1) -> Item:
    return Item.objects.select_related("author", "place").get(source="csv:old", external_id=f"idea:{key}")


def answers(key: int = 1) -> list[str]:
    rows = Reply.objects.filter(about=item(key), is_official=True).order_by("number")
    return list(rows.values_list("item__body", flat=True))


# Answers of staff


def test_what_staff_said_before_stays_when_they_say_more(tmp_path: Path) -> None:
    bring(tmp_path, line(status="planned", answer="We plan it for May.", answered="2025-03-01"))
    newer = line(status="completed", answer="It is live now!", answered="2025-06-01")
    bring(tmp_path, newer)
    assert answers() == ["We plan it for May.", "It is live now!"]
    told = [(move.stage.slug, move.answer.item.body) for move in Move.objects.filter(item=item())]  # type: ignore[union-attr]
    assert told == [("planned", "We plan it for May."), ("shipped", "It is live now!")]
    assert ["live" in one.html for one in history_of(item())] == [False, True]
    assert Idea.objects.get(pk=item().pk).answered_at.isoformat() == "2025-03-01T00:00:00+00:00"  # type: ignore[union-attr]
    assert item().reply_count == 2
    assert bring(tmp_path, newer).counts["known"] == 1
    bring(tmp_path, line(status="completed", answer="And on phones.", answered="2025-07-01"))
    assert answers() == ["We plan it for May.", "It is live now!", "And on phones."]
    assert check().is_none


def test_a_corrected_answer_keeps_what_it_said(tmp_path: Path) -> None:
    bring(tmp_path, line(status="planned", answer="We plan it for Mai.", answered="2025-03-01"))
    bring(tmp_path, line(status="planned", answer="We plan it for May.", answered="2025-03-01"))
    assert answers() == ["We plan it for May."]
    reply = Reply.objects.get(about=item())
    assert reply.item.revisions.get().body == "We plan it for Mai."
    assert reply.item.edited_at


def test_the_same_answer_with_the_dates_of_another_time_zone_is_no_new_one(tmp_path: Path) -> None:
    bring(tmp_path, line(status="planned", answer="We plan it.", answered="2025-03-01T10:00:00Z"))
    bring(tmp_path, line(status="planned", answer="We plan it.", answered="2025-03-01T12:00:00Z", created="2025-01-02"))
    bring(tmp_path, line(status="started", answer="We plan it.", answered="2025-03-01T10:00:00Z"))
    assert answers() == ["We plan it."]
    assert list(Move.objects.filter(item=item()).values_list("stage__slug", "answer__number")) == [
        ("planned", 1), ("building", None),
    ]  # fmt: skip


def test_an_answer_without_a_date_is_new_when_the_stage_is(tmp_path: Path) -> None:
    bring(tmp_path, line(status="planned", answer="We plan it."))
    bring(tmp_path, line(status="completed", answer="Done."))
    first, second = Reply.objects.filter(about=item()).order_by("number")
    assert second.item.created_at > first.item.created_at
    assert Move.objects.filter(item=item()).last().answer == second  # type: ignore[union-attr]


def test_a_reply_that_changed_there_keeps_what_it_said(tmp_path: Path) -> None:
    comment = {"id": 31, "post_id": 70, "user_id": 3, "created_at": "2023-05-05T10:00:00Z", "deleted_at": None}
    for words in ("First.", "Second."):
        import_ideas(Wish(path=backup(tmp_path / "b.zip", comments=[comment | {"content": words}]), name="old"))
    reply = Reply.objects.get(about__external_id="idea:7", is_official=False)
    assert (reply.item.body, reply.item.revisions.get().body) == ("Second.", "First.")


# Who wrote it and who may read it


def test_an_author_who_joins_later_gets_what_is_theirs(tmp_path: Path) -> None:
    text = line(author_email="dan@example.com", visibility="private")
    bring(tmp_path, text)
    assert (item().author, item().visibility) == (None, "staff")
    dan = make.member("dan")
    before = dan.post_count
    assert bring(tmp_path, text).counts["changed"] == 1
    assert (item().author, item().visibility) == (dan, "company")
    assert Item.objects.visible_to(dan).filter(pk=item().pk).exists()
    assert Member.objects.get(pk=dan.pk).post_count == before + 1
    assert bring(tmp_path, text).counts["known"] == 1


def test_who_replied_or_answered_there_and_joins_later_is_named(tmp_path: Path) -> None:
    file = backup(tmp_path / "b.zip")
    Member.objects.filter(handle="sam").update(email="other@example.com")
    make.member("sam").emailaddress_set.all().delete()  # type: ignore[attr-defined]
    import_ideas(Wish(path=file, name="old"))
    night = Item.objects.get(external_id="idea:7")
    assert (
        not Reply.objects.filter(about=night, item__author__isnull=False).exclude(item__author__handle="ann").exists()
    )
    wanda = make.member("wanda", email="wanda@example.org")
    lee = make.member("lee", role="agent", email="sam@example.com")
    import_ideas(Wish(path=file, name="old"))
    said = list(Reply.objects.filter(about=night).order_by("number").values_list("item__author__handle", flat=True))
    assert said == ["wanda", "lee", "ann"]
    assert Move.objects.get(item=night).by == lee
    assert Member.objects.get(pk=wanda.pk).post_count == wanda.post_count + 2  # and the idea that was merged
    assert check().is_none


@pytest.mark.parametrize(
    ("audience", "named", "visibility"),
    [
        ("group", True, "public"), ("staff", True, "public"), ("members", True, "staff"), ("public", True, "staff"),
        ("group", False, "staff"), ("members", False, "staff"),
    ],
)  # fmt: skip
def test_what_an_area_restricted_there_is_restricted_here(
    audience: str, named: bool, visibility: str, tmp_path: Path
) -> None:
    group = make.group("beta") if audience == "group" else None
    type(ideas.area()).objects.filter(slug="app").update(audience=audience, group=group)
    bring(tmp_path, line(visibility="group", area="app" if named else ""))
    assert item().visibility == visibility


@pytest.mark.parametrize(
    ("audience", "visibility", "said"),
    [
        ("public", "public", "public"), ("public", "company", "company"), ("members", "public", "members"),
        ("members", "company", "company"), ("group", "public", "group"), ("group", "members", "group"),
        ("group", "company", "staff"), ("staff", "public", "group"), ("staff", "staff", "staff"),
    ],
)  # fmt: skip
def test_an_export_says_who_reads_it_at_most(audience: str, visibility: str, said: str, ann: Member) -> None:
    one = ideas.idea(by=ann)
    Item.objects.filter(pk=one.pk).update(visibility=visibility)
    group = make.group("beta") if audience == "group" else None
    type(ideas.area()).objects.filter(slug="app").update(audience=audience, group=group)
    assert next(export.ideas())["visibility"] == said


# Votes


def test_a_vote_on_behalf_freezes_nothing(tmp_path: Path, bo: Member, sam: Member) -> None:
    bring(tmp_path, line(votes=3))
    vote_for(item(), bo, Heard("call", "", "", "", "", ""), by=sam)
    report = bring(tmp_path, line(title="Night mode", votes=4))
    assert (report.counts["changed"], item().title, item().vote_count) == (1, "Night mode", 5)
    assert Vote.objects.get(item=item()).is_own is False


def test_a_vote_taken_back_there_is_taken_back_here(tmp_path: Path, ann: Member, bo: Member, cy: Member) -> None:
    bring(tmp_path, line(votes=3, voter_email="bo@example.com|cy@example.com"))
    assert (item().vote_count, item().imported_votes) == (3, 1)
    vote(item(), by=ann)
    after = line(votes=2, voter_email="cy@example.com")
    bring(tmp_path, after)
    assert set(Vote.objects.filter(item=item()).values_list("member__handle", flat=True)) == {"ann", "cy"}
    assert (item().vote_count, item().imported_votes) == (3, 1)
    assert bring(tmp_path, after).counts["known"] == 1


def test_what_somebody_said_of_their_vote_here_keeps_it(tmp_path: Path, bo: Member) -> None:
    bring(tmp_path, line(voter_email="bo@example.com"))
    Importance.objects.create(vote=Vote.objects.get(), level="blocking", why="We lose a contract.")
    bring(tmp_path, line())
    assert Importance.objects.get().vote.member == bo


def test_a_file_that_only_counts_takes_no_vote_and_counts_none_twice(tmp_path: Path, bo: Member) -> None:
    bring(tmp_path, line(votes=3, voter_email="bo@example.com"))
    bring(tmp_path, line(votes=5))
    assert (Vote.objects.get().member, item().vote_count, item().imported_votes) == (bo, 5, 4)


# Duplicates


def test_what_was_parted_there_is_parted_here(tmp_path: Path) -> None:
    bring(tmp_path, line(1) + line(2, "Night mode", duplicate_of=1))
    assert Merge.objects.get().target_id == item(1).pk
    after = line(1) + line(2, "Night mode", status="planned")
    bring(tmp_path, after)
    assert item(2).stage == "planned"
    assert not Merge.objects.exists()
    assert not Link.objects.exists()
    assert bring(tmp_path, after).counts["known"] == 2


def test_what_was_merged_elsewhere_there_goes_there_here(tmp_path: Path) -> None:
    bring(tmp_path, line(1) + line(2, "Night mode", duplicate_of=1) + line(3, "Colours"))
    bring(tmp_path, line(1) + line(2, "Night mode", duplicate_of=3) + line(3, "Colours"))
    assert (Merge.objects.get().target_id, Link.objects.get().target_id) == (item(3).pk, item(3).pk)
    bring(tmp_path, line(1) + line(2, "Night mode", duplicate_of=3) + line(3, "Colours", duplicate_of=1))
    assert set(Merge.objects.values_list("source__external_id", "target__external_id")) == {
        ("idea:2", "idea:1"), ("idea:3", "idea:1"),
    }  # fmt: skip
    assert Link.objects.count() == 2


def test_nothing_is_merged_into_what_was_removed_here(tmp_path: Path, sam: Member) -> None:
    bring(tmp_path, line(1))
    change_state(item(1), REMOVE, by=sam)
    report = bring(tmp_path, line(1) + line(2, "Night mode", duplicate_of=1))
    assert (Merge.objects.count(), report.warned["merged"], item(2).stage) == (0, 1, "merged")


def test_a_file_of_some_ideas_leaves_the_merges_of_the_others(tmp_path: Path) -> None:
    bring(tmp_path, line(1) + line(2, "Two", duplicate_of=3) + line(3, "Three", duplicate_of=1))
    bring(tmp_path, line(2, "Two", duplicate_of=3))
    assert set(Merge.objects.values_list("target_id", flat=True)) == {item(1).pk}
    assert Merge.objects.count() == 2


# Labels, addresses and likeness


def test_labels_of_different_names_are_different_labels(tmp_path: Path) -> None:
    make.label("night")
    names = "C,C++,C#,iOS 앱,iOS 알림,ระบบแจ้งเตือน-อีเมล,ระบบแจ้งเตือน-มือถือ,ui-kit,UI kit,NIGHT"
    bring(tmp_path, line(labels=names))
    labels = list(item().labels.all())
    assert sorted(label.name for label in labels) == sorted(
        [
            "C",
            "C++",
            "C#",
            "iOS 앱",
            "iOS 알림",
            "ระบบแจ้งเตือน-อีเมล",
            "ระบบแจ้งเตือน-มือถือ",
            "ui-kit",
            make.label("night").name,
        ]
    )
    assert len({label.slug for label in labels}) == len(labels) == 9
    for label in labels:
        assert Client().get(label.get_absolute_url()).status_code == 200
    bring(tmp_path, line(2, labels=names))
    assert set(item(2).labels.all()) == set(labels)
    assert Label.objects.count() == 9


def test_no_label_is_made_for_what_is_not_written(tmp_path: Path) -> None:
    bring(tmp_path, line())
    ideas.moved(Idea.objects.get(pk=item().pk), "considering")
    report = bring(tmp_path, line(labels="brand new"))
    assert not Label.objects.filter(name="brand new").exists()
    assert report.counts["new labels"] == 0


def test_another_title_moves_the_replies_along_and_is_compared_anew(tmp_path: Path) -> None:
    bring(tmp_path, line(status="planned", answer="We will.", answered="2025-03-01"))
    Idea.objects.update(is_compared=True)
    bring(tmp_path, line(title="Night mode", status="planned", answer="We will.", answered="2025-03-01"))
    assert item().path.endswith("/night-mode/")
    assert Reply.objects.get(about=item()).item.path == f"{item().path}#1"
    assert not Idea.objects.get(pk=item().pk).is_compared
