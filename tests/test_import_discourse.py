"""Importing a Discourse forum: what is kept, that twice is once, and that a broken run can be continued."""

import gzip
import json
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.management import CommandError, call_command

from community.conversations.models import Reply
from community.discussions import bulk
from community.discussions.import_discourse import run
from community.discussions.models import Closure, Kind, Pin, Solution, Thread
from community.feedback.models import Event, Item, Label, consumers
from community.feedback.places import Place
from community.feedback.vote import vote, withdraw
from community.members.models import Member
from tests import make
from tests.discourse import archive, bring, forum, post, reply, thread, topic

pytestmark = pytest.mark.django_db


def everything() -> dict[str, list[tuple[object, ...]]]:
    return {
        model._meta.label: list(model.objects.order_by("pk").values_list())
        for model in apps.get_app_config("community").get_models(include_auto_created=True)
    }


def story() -> list[tuple[object, ...]]:
    """All that is said, without the ids that our own rows happen to have."""
    names = {str(pk): name for pk, name in Item.objects.values_list("pk", "external_id")}

    def told(words: str) -> str:
        return re.sub(r"/(go|t)/(\d+)", lambda found: f"/{found[1]}/{names[found[2]]}", words)

    items = Item.objects.select_related("author", "active_by").order_by("external_id")
    return [
        (
            item.external_id, item.title, told(item.path), told(item.body), told(item.html), str(item.author),
            str(item.active_by), item.state, item.created_at, item.active_at, item.vote_count, item.reply_count,
        )
        for item in items
    ] + list(Member.objects.order_by("handle").values_list("handle", "name", "joined_at", "post_count"))  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return archive(tmp_path / "forum", forum())


def test_keeps_who_said_what_and_when(path: Path) -> None:
    bring(path)
    opened = thread(1).item
    assert (opened.title, opened.body, opened.source) == ("Where is the export?", "Words 1 of Anna_B.", "discourse:old")
    assert opened.author.handle == "anna_b"
    assert opened.author.name == "Anna_B"
    assert not opened.author.has_usable_password()
    assert opened.author.email is None
    assert opened.created_at.isoformat() == "2021-03-01T10:00:00+00:00"
    assert (opened.vote_count, opened.view_count) == (3, 41)
    assert opened.path == f"/t/{opened.pk}/where-is-the-export/"
    bob = Member.objects.get(handle="bob")
    assert bob.joined_at.day == 1  # the earliest post of all topics
    assert bob.post_count == Item.objects.filter(author=bob).count() == 4
    assert reply(1, 2).item.edited_at is not None
    assert opened.edited_at is None


def test_numbers_replies_without_gaps_and_drops_small_actions(path: Path) -> None:
    report = bring(path)
    about = thread(1).item
    numbers = list(Reply.objects.filter(about=about).order_by("number").values_list("number", "item__external_id"))
    assert numbers == [(1, "p102"), (2, "p104"), (3, "p105"), (4, "p106"), (5, "p107")]
    assert (about.reply_serial, about.reply_count) == (5, 2)
    assert about.active_at == reply(1, 4).item.created_at
    assert about.active_by == reply(1, 4).item.author
    assert reply(1, 4).in_reply_to == reply(1, 2)
    assert reply(1, 2).in_reply_to is None  # it answers the opening
    assert report.counts["small actions dropped"] == 2


def test_keeps_states_decisions_and_labels(path: Path) -> None:
    report = bring(path)
    asked = thread(1)
    assert asked.kind == Kind.QUESTION
    assert thread(3).kind == Kind.DISCUSSION
    assert Solution.objects.get().reply == reply(1, 4)
    closure = Closure.objects.get()
    assert (closure.thread, closure.by.handle, closure.at.day) == (asked, "sam", 3)
    assert Pin.objects.get().thread == thread(5)
    assert [reply(1, number).item.state for number in (5, 6, 7)] == ["removed", "hidden", "hidden"]
    assert thread(5).item.state == "hidden"
    assert {label.name for label in asked.item.labels.all()} == {"pdf export", "ส่งออก"}
    assert {place.slug for place in Place.objects.all()} == {"old-2", "old-5"}
    assert reply(1, 4).is_official
    assert report.staff == {"sam": 1}
    assert Member.objects.get(handle="sam").role == "member"


def test_opens_a_topic_without_its_first_post_by_the_earliest(path: Path) -> None:
    report = bring(path)
    item = thread(2).item
    assert item.author.handle == "bob"
    assert item.reply_serial == 1
    assert report.counts["without first post"] == 1
    assert report.counts["without posts"] == 1


def test_whispers_and_hidden_posts_stay_away_from_guests(path: Path) -> None:
    bring(path)
    seen = set(Item.objects.visible_to(AnonymousUser()).values_list("external_id", flat=True))
    assert seen == {"t1", "p102", "p104", "t2", "p204", "t3"}


def test_twice_is_once(path: Path) -> None:
    bring(path)
    before = everything()
    report = bring(path)
    assert everything() == before
    assert (report.counts["new threads"], report.counts["known threads"], report.counts["known replies"]) == (0, 4, 6)


def test_dry_run_writes_nothing_and_reports_the_same(path: Path) -> None:
    before = everything()
    dry = bring(path, is_dry=True)
    assert everything() == before
    assert dry.counts == bring(path).counts


def test_a_run_broken_off_is_continued(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bring(path, batch=1)
    told = story()
    for model in (Item, Member, Place, Label):
        model.objects.all().delete()
    write, written = bulk.write, []

    def fail_later(rows: bulk.Rows) -> None:
        if len(written) == 2:
            raise KeyboardInterrupt
        written.append(write(rows))

    monkeypatch.setattr(run, "write", fail_later)
    with pytest.raises(KeyboardInterrupt):
        bring(path, batch=1)
    monkeypatch.undo()
    assert Thread.objects.count() == 2
    report = bring(path, batch=1)
    assert story() == told
    assert report.counts["new threads"] == whole.counts["new threads"] - 2


def test_a_newer_archive_adds_what_is_new(path: Path) -> None:
    bring(path)
    kept = {item.pk: item.body for item in Item.objects.all()}
    topics = forum()
    topics[2]["post_stream"]["posts"].append(  # type: ignore[index]
        post(2, "bob", reply_to_post_number=1, id=302, topic_id=3)
    )
    archive(path, [*topics, topic(6, "New", [post(1, "dora")])])
    bring(path)
    assert reply(3, 2).number == 1
    later = thread(3).item
    assert (later.reply_count, later.reply_serial, later.active_by.handle) == (1, 1, "bob")
    assert {item.pk: item.body for item in Item.objects.filter(pk__in=kept)} == kept
    assert Item.objects.count() == len(kept) + 2
    before = everything()
    bring(path)
    assert everything() == before


def test_likes_stay_when_members_vote(path: Path, ann: Member) -> None:
    bring(path)
    item = reply(1, 4).item
    vote(item, by=ann)
    assert Item.objects.get(pk=item.pk).vote_count == 6
    withdraw(item, by=ann)
    assert Item.objects.get(pk=item.pk).vote_count == 5


def test_nobody_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Event] = []
    monkeypatch.setitem(consumers._filled, "test", told.append)
    bring(path)
    assert not told
    assert not mail.outbox
    assert set(Event.objects.values_list("verb", flat=True)) == {"imported"}


def test_people_keep_apart_from_those_who_are_here(tmp_path: Path) -> None:
    make.member("bob")
    make.member("mia", role="manager")
    posts = [post(1, "bob", "<p>I am @bob, not @nobody.</p>"), post(2, "m-i-a"), post(3, "system"), post(4, "日本")]
    bring(archive(tmp_path / "f", [topic(1, "One", posts)]))
    handles = set(Member.objects.filter(source="discourse:old").values_list("handle", flat=True))
    assert handles == {"bob-2", "m-i-a-2", "system-2", "member"}
    assert "@bob-2" in thread(1).item.body
    assert 'href="/members/bob-2/"' in thread(1).item.html


def test_a_language_that_the_interface_does_not_speak(path: Path) -> None:
    bring(path, language="de")
    assert set(Item.objects.values_list("language", flat=True)) == {"de"}
    assert set(Member.objects.values_list("language", flat=True)) == {"en"}


def test_A13_no_author_comes_in_under_a_name_of_staff(path: Path) -> None:
    make.member("cleopatra", name="Сleo", role="agent")
    bring(path)
    assert Member.objects.get(external_id="cleo").name == ""
    assert Member.objects.get(external_id="bob").name == "Bob"


def test_categories_get_names_and_audiences(path: Path, tmp_path: Path) -> None:
    names = tmp_path / "names.json"
    names.write_text(json.dumps({"2": {"name": "Help!", "parent": 5}, "5": {"name": "Meta", "audience": "staff"}}))
    call_command("import_discourse", path, source="old", categories=names)
    place = thread(1).item.place
    assert (place.name, place.slug, place.parent.name, place.parent.audience) == ("Help!", "help", "Meta", "staff")
    assert place.category.default_kind == Kind.QUESTION
    Place.objects.filter(pk=place.pk).update(slug="renamed")
    before = everything()
    call_command("import_discourse", path, source="old", categories=names)
    assert everything() == before


def test_everything_into_one_category(path: Path) -> None:
    place = make.category("general").place
    call_command("import_discourse", path, category="general")
    assert set(Item.objects.values_list("place", flat=True)) == {place.pk}


def test_lines_of_posts(tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl.gz"
    lines = [post(n, "bob", id=n, topic_id=9, topic_title="Nine", raw=f"Words {n}") for n in (2, 1)]
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))
    bring(file)
    assert thread(9).item.title == "Nine"
    assert reply(0, 2).number == 1


def test_writes_its_report(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_discourse", path, report=tmp_path / "report.json", progress=True)
    written = json.loads((tmp_path / "report.json").read_text())
    assert written["counts"]["new threads"] == 4
    assert written["staff"] == {"sam": 1}
    shown = capsys.readouterr()
    assert "accepted answers" in shown.out
    assert "5/5" in shown.err


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"path": "nowhere"}, "There is no"),
        ({"category": "nope"}, "no category 'nope'"),
        ({"source": "a b"}, "no name for a forum"),
        ({"base_url": "old.example"}, "https://"),
        ({"batch": 0}, "at least 1"),
        ({"language": "English"}, "a code such as"),
    ],
)
def test_says_what_is_wrong(path: Path, options: dict[str, object], why: str) -> None:
    with pytest.raises(CommandError, match=re.escape(why)):
        call_command("import_discourse", options.pop("path", path), **options)


def test_categories_file_that_is_none(path: Path, tmp_path: Path) -> None:
    (tmp_path / "names.json").write_text('["Meta"]')
    with pytest.raises(CommandError, match="no list of categories"):
        call_command("import_discourse", path, categories=tmp_path / "names.json")
    assert not Member.objects.exists()
