"""Importing ideas from what other programs export: read, written once, changed where nobody did, undone to the row."""

import json
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.apps import apps
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django_q.models import OrmQ

from community.conversations.models import Reply
from community.conversations.post import post_reply
from community.feedback.models import Event, Item, Label, Link, Vote, consumers
from community.feedback.vote import vote, withdraw
from community.lib.csv_files import FileRefused
from community.members.models import Member
from community.members.outgoing import OutgoingMail
from community.notifications.models import Follow, Notification
from community.search.drift import check
from roadmap.features.plan import gather
from roadmap.ideas.heat import heat_of
from roadmap.ideas.merge import merge
from roadmap.ideas.merge import undo as undo_merge
from roadmap.ideas.models import Idea, Merge
from roadmap.imports import run
from roadmap.imports.report import Report
from roadmap.imports.run import Wish, import_ideas
from roadmap.imports.undo import undo
from roadmap.stages.models import Move
from tests import ideas, make
from tests.imports import CANNY, FIDER, USERVOICE, backup

pytestmark = pytest.mark.django_db
# Counters and what the search has learnt: they only grow.
NOT_ROWS = {"Site", "OrmQ", "Word", "Shortened", "Frequency", "Corpus", "Index", "Session", "Place"}


def bring(path: Path, **options: Any) -> Report:
    return import_ideas(Wish(path=path, name=options.pop("name", "old"), **options))


def table(folder: Path, text: str | bytes, **options: Any) -> Report:
    file = folder / "ideas.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return bring(file, **options)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that an import could touch."""
    models = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model.__name__ not in NOT_ROWS and not model._meta.proxy
    ]
    return {model._meta.label: list(model._base_manager.order_by("pk").values_list()) for model in models}


def idea(key: str) -> Idea:
    return Idea.objects.select_related("item__place", "item__author", "stage").get(item__external_id=f"idea:{key}")


def voters(one: Idea) -> set[str]:
    return set(Vote.objects.filter(item=one.pk).values_list("member__handle", flat=True))


@pytest.fixture
def people(ann: Member, bo: Member, cy: Member, sam: Member) -> None:
    ideas.area("app", order=1)
    ideas.area("pay", order=2)


def test_canny(people: None, ann: Member) -> None:
    report = bring(CANNY)
    dark, excel, fax = idea("6507a1"), idea("6507a2"), idea("6507a3")
    assert (dark.item.title, dark.item.author, dark.item.source) == ("Dark mode for the calendar", ann, "canny:old")
    assert (dark.stage.slug, excel.stage.slug, fax.stage.slug) == ("building", "considering", "declined")
    assert dark.item.created_at.isoformat() == "2025-03-04T09:30:00+00:00"
    assert excel.item.created_at.isoformat() == "2025-03-05T00:00:00+00:00"
    assert (dark.item.vote_count, dark.item.imported_votes, voters(dark)) == (12, 11, {"bo"})
    assert dark.heat == pytest.approx(heat_of(12, dark.item.created_at, is_ended=False))
    assert fax.heat == pytest.approx(heat_of(1, fax.item.created_at, is_ended=True))
    assert {label.name for label in dark.item.labels.all()} == {"ui", "night"}
    assert "We need **tables**." in excel.item.body
    assert "with totals</li>" in excel.item.html
    assert (excel.item.author, excel.item.place.slug) == (None, "app")
    assert list(Move.objects.filter(item=dark.pk).values_list("before__slug", "stage__slug")) == [("new", "building")]
    assert (report.counts["new"], report.counts["votes"], report.counts["apart"]) == (3, 1, 15)
    assert check().is_none
    assert dark.item.path in Client().get("/search/?q=calendar+eyes").content.decode()
    page = Client().get(dark.item.path).content.decode()
    assert "12 votes" in page


def test_uservoice_has_a_line_for_each_voter(people: None) -> None:
    report = bring(USERVOICE)
    swaps, twin = idea("101"), idea("103")
    assert (report.counts["lines"], report.counts["ideas"]) == (5, 3)
    assert voters(swaps) == {"ann", "bo"}
    assert (swaps.item.vote_count, swaps.item.imported_votes) == (3, 1)
    first = Vote.objects.get(item=swaps.pk, member__handle="bo")
    assert first.created_at.isoformat() == "2024-11-05T08:00:00+00:00"
    assert (swaps.item.place.slug, idea("102").item.place.slug) == ("pay", "app")
    assert (twin.stage.kind, idea("102").item.body) == ("merged", "วันหยุดราชการ")
    assert Merge.objects.get().target_id == swaps.pk
    assert report.counts["merged"] == 1


def test_posts_of_fider_with_the_answers_of_staff(people: None) -> None:
    bring(FIDER)
    night, twin = idea("7"), idea("8")
    answer = Reply.objects.get(about=night.pk)
    assert (answer.item.body, answer.is_official, answer.number) == ("We plan it for autumn.", True, 1)
    assert night.answered_at == answer.item.created_at
    assert Move.objects.get(item=night.pk).answer == answer
    assert (night.item.reply_count, night.item.vote_count, night.item.imported_votes) == (1, 5, 5)
    assert "<strong>Bold</strong>" in night.item.html
    assert Link.objects.get(kind="duplicates").target_id == night.pk
    assert Move.objects.get(item=twin.pk).at.isoformat() == "2023-06-02T10:00:00+00:00"
    page = Client().get(twin.item.path).content.decode()
    assert "Night shifts" in page
    assert "We plan it for autumn." in Client().get(night.item.path).content.decode()


def test_a_backup_of_fider(people: None, tmp_path: Path, ann: Member, sam: Member) -> None:
    report = bring(backup(tmp_path / "backup.zip"))
    night = idea("7")
    below = list(Reply.objects.filter(about=night.pk).order_by("number"))
    assert [(one.item.author, one.is_official) for one in below] == [(None, False), (sam, True), (ann, False)]
    assert below[0].item.body == "Yes, @Ann Okafor!"
    assert (night.item.author, voters(night), night.item.vote_count) == (ann, {"ann"}, 2)
    assert {label.name for label in night.item.labels.all()} == {"night"}  # staff alone see the other there
    assert Move.objects.get(item=night.pk).by == sam
    assert Merge.objects.get().source_id == idea("8").pk
    assert not Idea.objects.filter(item__external_id="idea:9").exists()
    assert (report.counts["not shown there"], report.counts["replies"], report.counts["answers"]) == (2, 2, 1)
    assert (night.item.active_at, night.item.active_by) == (below[2].item.created_at, ann)


@pytest.mark.parametrize("name", ["canny", "uservoice", "fider", "backup"])
def test_twice_is_once_and_undo_leaves_no_row(
    name: str, people: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = {"canny": CANNY, "uservoice": USERVOICE, "fider": FIDER}.get(name) or backup(tmp_path / "backup.zip")
    told: list[Event] = []
    for consumer, _call in consumers.items():
        monkeypatch.setitem(consumers._filled, consumer, told.append)
    empty = everything()
    first_report = bring(path)
    first = everything()
    assert first != empty
    OrmQ.objects.all().delete()
    report = bring(path)
    assert everything() == first
    assert not OrmQ.objects.exists()
    assert (report.counts["known"], report.counts["new"], report.counts["changed"]) == (
        first_report.counts["new"],
        0,
        0,
    )
    done = undo(f"{'fider' if name == 'backup' else name}:old")
    assert everything() == empty
    assert (done.counts["removed"], done.counts["kept"]) == (first_report.counts["new"], 0)
    assert check().is_none
    assert not told
    assert not mail.outbox
    for model in (Notification, OutgoingMail, Follow):
        assert not model.objects.exists()


def test_a_run_that_was_killed_goes_on(people: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "BATCH", 1)

    def die(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_ideas(Wish(path=USERVOICE, name="old"), die)
    assert (Idea.objects.count(), Merge.objects.count()) == (2, 0)
    report = bring(USERVOICE)
    assert (report.counts["known"], report.counts["new"], report.counts["merged"]) == (2, 1, 1)
    assert voters(idea("101")) == {"ann", "bo"}


def test_a_dry_run_says_the_same_and_writes_nothing(people: None) -> None:
    before = everything()
    said = bring(USERVOICE, is_dry=True)
    assert everything() == before
    done = bring(USERVOICE)
    for name in ("lines", "ideas", "new", "votes", "apart", "new labels"):
        assert said.counts[name] == done.counts[name] > 0, name


HEAD = "id,title,text,status,votes,labels,voter_email,answer,created\n"


def test_what_changed_there_changes_here(people: None, tmp_path: Path, bo: Member) -> None:
    table(tmp_path, f"{HEAD}1,Dark mode,Eyes hurt.,open,3,ui,,,2025-01-01\n")
    report = table(tmp_path, f"{HEAD}1,Night mode,Eyes hurt.,planned,5,night,bo@example.com,In May.,2025-01-01\n")
    one = idea("1")
    assert (one.item.title, one.stage.slug, one.item.vote_count, one.item.imported_votes) == (
        "Night mode",
        "planned",
        5,
        4,
    )
    assert one.item.path.endswith("/night-mode/")
    assert [label.name for label in one.item.labels.all()] == ["night"]
    assert one.item.revisions.get().title == "Dark mode"
    assert Reply.objects.get(about=one.pk).item.body == "In May."
    assert (voters(one), report.counts["changed"]) == ({"bo"}, 1)
    assert one.heat == pytest.approx(heat_of(5, one.item.created_at, is_ended=False))
    assert check().is_none
    before = everything()
    assert table(tmp_path, f"{HEAD}1,Night mode,Eyes hurt.,planned,5,night,bo@example.com,In May.,2025-01-01\n").counts[
        "known"
    ]
    assert everything() == before


def test_what_was_changed_here_stays(people: None, tmp_path: Path, bo: Member) -> None:
    table(tmp_path, f"{HEAD}1,Dark mode,Eyes hurt.,open,3,,,,2025-01-01\n")
    ideas.moved(idea("1"), "considering", "We look.")
    before = everything()
    report = table(tmp_path, f"{HEAD}1,Night mode,Eyes hurt.,planned,9,,,,2025-01-01\n")
    assert everything() == before
    assert (report.counts["edited here"], report.counts["changed"]) == (1, 0)


def test_a_vote_taken_back_here_stays_away(people: None, tmp_path: Path, bo: Member) -> None:
    table(tmp_path, f"{HEAD}1,Dark mode,Eyes hurt.,open,,,bo@example.com,,2025-01-01\n")
    withdraw(idea("1").item, by=bo)
    table(tmp_path, f"{HEAD}1,Dark mode!,Eyes hurt.,open,,,bo@example.com,,2025-01-01\n")
    one = idea("1")
    assert (one.item.title, voters(one), one.item.vote_count) == ("Dark mode!", set(), 0)


def test_a_member_who_joins_later_is_known_the_next_time(people: None, tmp_path: Path) -> None:
    text = f"{HEAD}1,Dark mode,Eyes hurt.,open,4,,dan@example.com,,2025-01-01\n"
    table(tmp_path, text)
    assert idea("1").item.imported_votes == 4
    make.member("dan")
    table(tmp_path, text)
    assert (voters(idea("1")), idea("1").item.imported_votes, idea("1").item.vote_count) == ({"dan"}, 3, 4)


def test_undo_keeps_what_people_did_since(people: None, tmp_path: Path, ann: Member, bo: Member, sam: Member) -> None:
    lines = "".join(f"{n},Wish {n},Words {n}.,open,2,kept{n},,,2025-01-01\n" for n in range(1, 8))
    table(tmp_path, f"{HEAD}{lines}8,Wish 8,Words.,open,2,gone,,An answer.,2025-01-01\n")
    vote(idea("1").item, by=bo)
    post_reply(idea("2").item, by=bo, body="Me too.")
    ideas.moved(idea("3"), "planned")
    own = ideas.idea("Ours", by=ann)
    merge(idea("4").item, own.item, by=sam)
    merge(own_twin := ideas.idea("Ours too", by=bo).item, idea("5").item, by=sam)
    gather(ideas.feature(), idea("6"), by=sam)
    vote(Reply.objects.get(about=idea("8").pk).item, by=bo)
    report = undo("csv:old")
    left = set(Item.objects.filter(source="csv:old", kind="idea").values_list("external_id", flat=True))
    assert left == {f"idea:{n}" for n in (1, 2, 3, 4, 5, 6, 8)}
    assert (report.counts["removed"], report.counts["kept"]) == (1, 7)
    assert own_twin.pk
    assert idea("1").item.vote_count == 3
    assert not Label.objects.filter(slug="kept7").exists()
    assert Label.objects.filter(slug="kept1").exists()


def test_a_merge_of_the_file_is_undone_like_any_other(people: None, sam: Member) -> None:
    bring(FIDER)
    undo_merge(Merge.objects.get(), by=sam)
    twin = idea("8")
    assert (twin.stage.kind, twin.item.vote_count, idea("7").item.vote_count) == ("new", 1, 5)
    before = everything()
    bring(FIDER)
    assert everything() == before


def test_merges_that_go_nowhere_or_round_are_told(people: None, tmp_path: Path) -> None:
    head = "id,title,merged into\n"
    report = table(tmp_path, f"{head}1,One,2\n2,Two,1\n3,Three,99\n4,Four,5\n5,Five,6\n6,Six,\n")
    assert report.warned["merged"] == 3
    assert set(Merge.objects.values_list("source__external_id", "target__external_id")) == {
        ("idea:4", "idea:6"), ("idea:5", "idea:6"),
    }  # fmt: skip
    assert idea("1").stage.kind == "merged"
    assert Client().get(idea("1").item.path).status_code == 200


def test_columns_stages_and_area_as_chosen(people: None, tmp_path: Path) -> None:
    text = "Feature name;Notes;Phase;Customer\nGantt charts;Wide ones;Icebox;ann@example.com\n"
    table(
        tmp_path, text, area="pay", stages={"icebox": "declined"},
        columns={"Feature name": "title", "notes": "text", "Phase": "status", "Customer": "voter_email"},
    )  # fmt: skip
    one = Idea.objects.get()
    assert (one.item.title, one.item.body, one.stage.slug, one.item.place.slug) == (
        "Gantt charts", "Wide ones", "declined", "pay",
    )  # fmt: skip
    assert voters(one) == {"ann"}


@pytest.mark.parametrize(
    ("said", "status"),
    [("New", "new"), ("Under consideration", "considering"), ("W planach", "planned"), ("출시됨", "shipped")],
)
def test_stages_are_known_by_our_own_names(said: str, status: str, people: None, tmp_path: Path) -> None:
    table(tmp_path, f"title,status\nA wish,{said}\n")
    assert Idea.objects.get().stage.slug == status


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2025-07-01", "2025-07-01T00:00:00+00:00"),
        ("2025-07-21 03:37:03", "2025-07-21T03:37:03+00:00"),
        ("2025-07-21T03:37:03+02:00", "2025-07-21T01:37:03+00:00"),
        ("2025-07-21 03:37:03 UTC", "2025-07-21T03:37:03+00:00"),
        ("21/07/2025 15:04", "2025-07-21T15:04:00+00:00"),
        ("07/21/2025 3:04 PM", "2025-07-21T15:04:00+00:00"),
        ("21.7.2025", "2025-07-21T00:00:00+00:00"),
        ("Jul 21, 2025", "2025-07-21T00:00:00+00:00"),
        ("July 21st, 2025 at 3:04 PM", "2025-07-21T15:04:00+00:00"),
        ("21 Jul 2025", "2025-07-21T00:00:00+00:00"),
        ("1753068123", "2025-07-21T03:22:03+00:00"),
        ("1753068123000", "2025-07-21T03:22:03+00:00"),
        ("45859", "2025-07-21T00:00:00+00:00"),
        ("21/07/2568", "2025-07-21T00:00:00+00:00"),
        ("2568-07-21", "2025-07-21T00:00:00+00:00"),
    ],
)
def test_dates_in_many_shapes(written: str, meant: str, people: None, tmp_path: Path) -> None:
    report = table(tmp_path, f'title,created\nA wish,"{written}"\n')
    assert Item.objects.get(kind="idea").created_at.isoformat() == meant
    assert not report.warnings


@pytest.mark.parametrize(
    ("line", "about", "what"),
    [
        ('A wish,"31/02/2025",,,', "date", "31/02/2025"),
        ("A wish,soon,,,", "date", "soon"),
        ("A wish,03/04/2025,,,", "date guessed", "03/04/2025"),
        ("A wish,2999-01-01,,,", "future", "2999-01-01T00:00:00+00:00"),
        ("A wish,,many,,", "number", "many"),
        ("A wish,,,perhaps,", "status", "perhaps"),
        ("A wish,,,,nobody", "email", "nobody"),
        ("A wish,,,,,,surplus", "wide", "7"),
        (",,,,", "", ""),
        (",,3,,", "empty", ""),
    ],
)
def test_what_is_wrong_is_told_with_its_line(line: str, about: str, what: str, people: None, tmp_path: Path) -> None:
    report = table(tmp_path, f"title,created,votes,status,voter_email\nFirst,,,,\n{line}\n")
    assert report.warnings == ([(3, about, what)] if about else [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_spreadsheets_write(encoding: str, delimiter: str, people: None, tmp_path: Path) -> None:
    text = f"Tytuł{delimiter}Głosy\r\nZażółć gęślą{delimiter}3\r\n"
    table(tmp_path, text.encode(encoding))
    assert Item.objects.values_list("title", "vote_count").get(kind="idea") == ("Zażółć gęślą", 3)


@pytest.mark.parametrize(
    ("encoding", "title"),
    [("cp1250", "Zażółć gęślą jaźń"), ("cp874", "ขอโหมดมืด"), ("cp949", "다크 모드"), ("cp1256", "الوضع الليلي"), ("cp1252", "Überstunden")],
)  # fmt: skip
def test_older_encodings_are_guessed_and_told(encoding: str, title: str, people: None, tmp_path: Path) -> None:
    report = table(tmp_path, f"title\n{title}\n".encode(encoding))
    assert Item.objects.get(kind="idea").title == title
    assert report.warnings == [(1, "encoding", encoding)]


def test_html_formulas_long_titles_and_control_characters(people: None, tmp_path: Path) -> None:
    text = f'title,text\n"\'=SUM(A1)","a < b and b > c"\n{"x " * 300},"<p>Hi<script>alert(1)</script></p>"\n\x07,"Only\x07 words."\n'
    report = table(tmp_path, text)
    formula, long, wordy = Item.objects.filter(kind="idea").order_by("pk")
    assert (formula.title, formula.body) == ("=SUM(A1)", "a < b and b > c")
    assert len(long.title) <= 200
    assert "<script" not in long.html
    assert (wordy.title, wordy.body) == ("Only words.", "Only words.")
    assert (report.counts["titles cut"], report.counts["cleaned"]) == (1, 1)


def test_broken_quotes_and_lines_twice(people: None, tmp_path: Path) -> None:
    report = table(tmp_path, 'id,title\n1,One\n2,"Tw"o\n1,Again\n3,Three\n')
    assert set(Item.objects.filter(kind="idea").values_list("title", flat=True)) == {"One", "Three"}
    assert [one[:2] for one in report.warnings] == [(3, "broken"), (4, "twice")]


@pytest.mark.parametrize(
    ("text", "options", "why"),
    [
        ("", {}, "The file is empty"),
        ("a,b\n1,2\n", {}, "No column is the title. The first line says: a, b"),
        ("title\nA\n", {"columns": {"nam": "title"}}, "There is no column “nam”"),
        ("title\nA\n", {"columns": {"title": "shoe"}}, "There is no field “shoe”"),
        ("title\nA\n", {"stages": {"x": "shoe"}}, "There is no stage “shoe”"),
        ("title\nA\n", {"area": "shoe"}, "There is no product area “shoe”. There are: "),
        (b"title\n\xff\xfe\x00\x81\n", {"encoding": "klingon"}, "no encoding 'klingon'"),
        (b"\xff\xfet\x00\x00\xd8", {}, "is not written in UTF-16"),
        (b"PK\x03\x04 and nothing", {}, "no zip that can be opened"),
        (",,,\n1,2,3\n", {}, "names no columns"),
        ("x," * 300, {}, "columns; at most"),
    ],
)
def test_a_file_that_cannot_be_taken(
    text: str | bytes, options: dict[str, Any], why: str, people: None, tmp_path: Path
) -> None:
    with pytest.raises(FileRefused, match=why):
        table(tmp_path, text, **options)
    assert not Idea.objects.exists()


def test_a_zip_bomb_is_not_unpacked(people: None, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.zip"
    with ZipFile(bomb, "w", ZIP_DEFLATED) as packed:
        packed.writestr("posts.json", b"[" + b" " * 60 * 1024**2 + b"]")
    with pytest.raises(FileRefused, match="far too large"):
        bring(bomb)


def test_zips_that_hold_something_else(people: None, tmp_path: Path) -> None:
    packed_csv, other = tmp_path / "a.zip", tmp_path / "b.zip"
    with ZipFile(packed_csv, "w") as packed:
        packed.write(FIDER, "export/posts.csv")
    assert bring(packed_csv).counts["new"] == 3
    with ZipFile(other, "w") as packed:
        packed.writestr("readme.md", "Nothing.")
    with pytest.raises(FileRefused, match="neither"):
        bring(other)
    cut = tmp_path / "cut.zip"
    with ZipFile(cut, "w") as packed:
        packed.writestr("posts.json", '[{"id": 1, "number": 1, "title": "A"}, {"id"')
    with pytest.raises(FileRefused, match="cannot be read to its end"):
        bring(cut)


def test_nobody_reads_more_than_over_there(people: None, tmp_path: Path, ann: Member) -> None:
    lines = "1,A,ann@example.com,company\n2,B,,company\n3,C,,members\n4,D,,internal\n5,E,,public\n6,F,,group\n"
    table(tmp_path, f"id,title,author_email,visibility\n{lines}")
    said = dict(Item.objects.filter(kind="idea").values_list("title", "visibility"))
    assert said == {"A": "company", "B": "staff", "C": "members", "D": "staff", "E": "public", "F": "staff"}
    page = Client().get("/ideas/?view=list").content.decode()
    assert "/e/" in page
    assert "/b/" not in page


def test_who_wrote_much_there_counts_as_a_writer(people: None, tmp_path: Path, ann: Member) -> None:
    before = Member.objects.get(pk=ann.pk).post_count
    table(tmp_path, "id,title,author_email\n1,A,ann@example.com\n2,B,ann@example.com\n")
    assert Member.objects.get(pk=ann.pk).post_count == before + 2
    undo("csv:old")
    assert Member.objects.get(pk=ann.pk).post_count == before


def test_many_lines_take_few_queries(
    people: None, tmp_path: Path, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as there are batches, however many ideas are in each."""
    monkeypatch.setattr(run, "BATCH", 50)
    text = "id,title,votes\n" + "".join(f"{n},Wish number {n},{n}\n" for n in range(100))
    with django_assert_max_num_queries(90):
        table(tmp_path, text)
    assert Idea.objects.count() == 100


def test_the_command(people: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "My Ideas.csv"
    file.write_text("Feature,Phase\nGantt,Icebox\nKanban,Hm\n")
    told = ["--map", "Feature=title", "Phase=status", "--stage", "Icebox=declined", "--progress"]
    call_command("import_ideas", file, *told, "--dry-run")
    assert "this was a dry run" in capsys.readouterr().out
    assert not Idea.objects.exists()
    call_command("import_ideas", file, *told, "--report", tmp_path / "r.json")
    shown = capsys.readouterr()
    assert "2  Ideas brought in" in shown.out
    assert "Line 3: “Hm” is no status that is known" in shown.err
    assert "2/2" in shown.err
    assert json.loads((tmp_path / "r.json").read_text())["counts"]["new"] == 2
    assert Item.objects.filter(source="csv:my-ideas", kind="idea").count() == 2
    file.unlink()
    call_command("import_ideas", file, "--undo")
    assert "Undone." in capsys.readouterr().out
    assert not Idea.objects.exists()


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["none.csv"], "There is no file"),
        (["--map", "title"], '--map "title=…"'),
        (["--source", "../x"], "no name for a source"),
        (["--language", "english please"], "--language is a code"),
        (["--undo"], "No ideas of 'a' are here"),
        (["--area", "shoe"], "There is no product area"),
    ],
)
def test_the_command_says_what_is_missing(options: list[str], why: str, people: None, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("title\nA\n")
    named = [tmp_path / options[0]] if options[0].endswith(".csv") else [file, *options]
    with pytest.raises(CommandError) as refused:
        call_command("import_ideas", *named)
    assert why in str(refused.value)
