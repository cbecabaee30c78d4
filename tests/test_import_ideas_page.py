"""/desk/import-ideas/: upload, see what it becomes, choose otherwise, import by the task queue, undo."""

import json
import random
import stat
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_q.models import OrmQ, Task

from community.feedback.models import Item
from community.members.cleaning import clean
from community.members.models import Member
from community.members.privacy import exporters
from roadmap.ideas.models import Idea
from roadmap.imports import preview, task
from roadmap.imports.models import Import
from tests import ideas, make
from tests.conftest import signed_in
from tests.imports import FIDER, TABLES, backup
from tests.tasks import run_all

pytestmark = pytest.mark.django_db
PAGE = "/desk/import-ideas/"
TEXT = "Feature;Notes;Phase;Votes\nGantt charts;Wide ones.;Icebox;7\nKanban;Narrow ones.;Done;2\n"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.IMPORT_ROOT = tmp_path / "imports"
    ideas.area("app")
    return tmp_path / "imports"


@pytest.fixture
def mia(db: None) -> Client:
    return signed_in(make.member("mia", name="Mia Okoro", role="manager"))


def upload(browser: Client, text: str | bytes = TEXT, name: str = "My Ideas.csv", **fields: str) -> Import:
    content = text if isinstance(text, bytes) else text.encode()
    answer = browser.post(PAGE, {"file": SimpleUploadedFile(name, content), **fields})
    assert answer.status_code == 302, answer.content.decode()
    one = Import.objects.latest("pk")
    assert answer["Location"] == one.get_absolute_url()
    return one


def mapping(one: Import, **fields: str) -> dict[str, str]:
    said = {"area": str(ideas.area("app").pk), "language": "en", "name": one.name}
    return said | {name.replace("_", "-"): value for name, value in fields.items()}


def test_from_the_upload_to_the_undo(mia: Client, folder: Path) -> None:
    one = upload(mia)
    assert (one.format, one.columns) == ("csv", {"Feature": "title", "Notes": "text", "Votes": "votes"})
    assert stat.S_IMODE(one.path.stat().st_mode) == 0o600
    page = mia.get(one.get_absolute_url()).content.decode()
    for words in ("Gantt charts", "Wide ones.", "Icebox", "7 votes", "What each column is", "Where their statuses go"):
        assert words in page, words
    assert not Idea.objects.exists()
    said = mapping(one, column_0="title", column_1="text", column_2="status", column_3="votes", status_0="shipped")
    page = mia.get(mia.post(one.get_absolute_url(), said)["Location"]).content.decode()
    one.refresh_from_db()
    assert one.columns["Phase"] == "status"
    said = mapping(one, column_0="title", column_1="text", column_2="status", column_3="votes")
    mia.post(one.get_absolute_url(), said | {"status-0": "shipped", "status-1": "declined"})
    one.refresh_from_db()
    assert one.stages == {"Done": "shipped", "Icebox": "declined"}
    assert mia.post(f"{one.get_absolute_url()}run/").status_code == 302
    page = mia.get(one.get_absolute_url()).content.decode()
    assert "The ideas are being imported" in page
    assert f'<noscript><a class="button" href="{one.get_absolute_url()}">' in page
    run_all()
    one.refresh_from_db()
    assert (one.state, one.done, one.total) == ("done", 2, 2)
    assert not one.path.exists()
    gantt = Item.objects.get(title="Gantt charts")
    assert (gantt.stage, gantt.vote_count, gantt.source) == ("declined", 7, "csv:my-ideas")
    page = mia.get(one.get_absolute_url()).content.decode()
    assert "Ideas brought in" in page
    assert "Undo this import" in page
    mia.post(f"{one.get_absolute_url()}withdrawal/")
    assert "being undone" in mia.get(one.get_absolute_url()).content.decode()
    run_all()
    one.refresh_from_db()
    assert (one.state, Idea.objects.exists()) == ("undone", False)
    assert "Undo this import" not in mia.get(one.get_absolute_url()).content.decode()


def test_a_backup_has_no_columns_to_choose(mia: Client, tmp_path: Path) -> None:
    one = upload(mia, backup(tmp_path / "b.zip").read_bytes(), "backup.zip")
    page = mia.get(one.get_absolute_url()).content.decode()
    assert "Night shifts" in page
    assert "What each column is" not in page
    assert mia.post(one.get_absolute_url(), mapping(one, status_0="considering")).status_code == 302
    mia.post(f"{one.get_absolute_url()}run/")
    run_all()
    assert Idea.objects.get(item__title="Night shifts").stage.slug == "considering"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.csv", b"", "This file is empty"),
        ("a.csv", b",,\n1,2,3\n", "names no columns"),
        ("a.zip", b"PK\x03\x04nothing", "no zip that can be opened"),
    ],
)
def test_an_upload_that_is_refused_leaves_nothing(
    name: str, content: bytes, why: str, mia: Client, folder: Path
) -> None:
    answer = mia.post(PAGE, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert not Import.objects.exists()
    assert not list(folder.glob("*"))


def test_a_file_without_a_title_is_asked_for_its_columns(mia: Client) -> None:
    one = upload(mia, "a,b\n1,2\n")
    page = mia.get(one.get_absolute_url()).content.decode()
    assert "No column is the title. The first line says: a, b." in page
    answer = mia.post(one.get_absolute_url(), mapping(one, column_0="votes", column_1="votes"))
    assert answer.status_code == 422
    assert "Two columns are “Number of votes”" in answer.content.decode()
    answer = mia.post(one.get_absolute_url(), mapping(one, column_0="-", column_1="votes"))
    assert "Say which column is the title" in answer.content.decode()
    answer = mia.post(one.get_absolute_url(), mapping(one, column_0="title", column_1="-") | {"name": "../x"})
    assert "Use small letters and digits" in answer.content.decode()
    assert mia.post(one.get_absolute_url(), mapping(one, column_0="title", column_1="-")).status_code == 302
    assert "1</p>" in mia.get(one.get_absolute_url()).content.decode()


def test_warnings_name_their_lines(mia: Client) -> None:
    one = upload(mia, "title,created\nA,soon\n")
    page = mia.get(one.get_absolute_url()).content.decode()
    assert "Line 2:" in page
    assert "“soon” is no date" in page


def test_a_second_click_starts_nothing(mia: Client) -> None:
    one = upload(mia)
    for _click in range(2):
        mia.post(f"{one.get_absolute_url()}run/")
    assert OrmQ.objects.count() == 1
    task.perform(one.pk)
    before = Idea.objects.count()
    task.perform(one.pk)
    assert Idea.objects.count() == before == 2


def test_what_was_lost_can_be_started_again(mia: Client) -> None:
    one = upload(mia)
    mia.post(f"{one.get_absolute_url()}run/")
    Import.objects.filter(pk=one.pk).update(told_at=timezone.now() - timedelta(hours=1))
    assert "It ended before its time" in mia.get(one.get_absolute_url()).content.decode()
    mia.post(f"{one.get_absolute_url()}run/")
    assert OrmQ.objects.count() == 2
    run_all()
    assert (Idea.objects.count(), Import.objects.get(pk=one.pk).state) == (2, "done")


def test_an_import_that_fails_says_why(mia: Client, settings: Any) -> None:
    one = upload(mia)
    mia.post(f"{one.get_absolute_url()}run/")
    one.path.write_bytes(b"")
    run_all()
    page = mia.get(one.get_absolute_url()).content.decode()
    assert "The file is empty" in page
    mia.post(f"{one.get_absolute_url()}run/")
    broken = Task(args=(one.pk,), success=False, attempt_count=settings.Q_CLUSTER["max_attempts"])
    task.after_attempt(broken)
    assert Import.objects.get(pk=one.pk).state == "failed"


def test_a_file_is_kept_for_a_day(mia: Client, folder: Path) -> None:
    one, fresh = upload(mia), upload(mia)
    Import.objects.filter(pk=one.pk).update(at=timezone.now() - timedelta(days=2))
    with_commit = connection.run_on_commit
    clean()
    for _sids, call, _robust in with_commit:
        call()
    assert not Import.objects.filter(pk=one.pk).exists()
    assert [file.name for file in folder.glob("*")] == [fresh.stored]


def test_a_draft_can_be_deleted(mia: Client, folder: Path, django_capture_on_commit_callbacks: Any) -> None:
    one = upload(mia)
    with django_capture_on_commit_callbacks(execute=True):
        assert mia.post(f"{one.get_absolute_url()}discard/")["Location"] == PAGE
    assert not Import.objects.exists()
    assert not list(folder.glob("*"))


def test_only_managers_come_here(ann: Member, sam: Member, mia: Client) -> None:
    one = upload(mia)
    for member in (ann, sam):
        browser = signed_in(member)
        for url in (PAGE, one.get_absolute_url()):
            answer = browser.get(url)
            assert answer.status_code == 403
            assert "Only managers and administrators import ideas" in answer.content.decode()
        assert browser.post(f"{one.get_absolute_url()}run/").status_code == 403
    assert PAGE not in signed_in(sam).get("/desk/").content.decode()
    assert PAGE in mia.get("/desk/").content.decode()


def test_the_list_takes_as_many_queries_for_many(mia: Client) -> None:
    counts = []
    for _size in range(2):
        for _one in range(3):
            upload(mia)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert mia.get(PAGE).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def test_a_preview_takes_as_many_queries_for_many_lines(mia: Client) -> None:
    counts = []
    for size in (10, 150):
        one = upload(mia, "title,voter email\n" + "".join(f"Wish {n},w{n}@example.org\n" for n in range(size)))
        with CaptureQueriesContext(connection) as queries:
            assert mia.get(one.get_absolute_url()).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_imports_of_somebody_are_in_their_copy(mia: Client) -> None:
    upload(mia, FIDER.read_bytes(), "posts.csv")
    member = Member.objects.get(handle="mia")
    records = list(exporters.get("imports")(member))  # type: ignore[misc]
    assert [(one["file_name"], one["format"]) for one in records] == [("posts.csv", "fider")]


def test_a_long_file_is_previewed_in_part(mia: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "MOST_LINES", 2)
    one = upload(mia, "title,board\nA,Cellar\nB,Cellar\nC,Cellar\n")
    page = mia.get(one.get_absolute_url()).content.decode()
    assert "were read for this" in page
    assert "1 warning<" in page  # an area that is not there is told once
    mia.post(f"{one.get_absolute_url()}run/")
    run_all()
    assert Idea.objects.count() == 3


def test_progress_says_how_long_it_takes(mia: Client) -> None:
    one = upload(mia)
    now = timezone.now()
    one.put(state="running", done=100, total=400, started_at=now - timedelta(minutes=2), told_at=now)
    page = mia.get(one.get_absolute_url()).content.decode()
    assert "100 of 400, about 6 minutes left" in page
    assert 'value="100" max="400"' in page
    assert mia.post(f"{one.get_absolute_url()}withdrawal/").status_code == 302
    assert not OrmQ.objects.exists()  # not while it is under way


def imported(mia: Client, text: str | bytes, name: str = "export.csv", **fields: str) -> Import:
    one = upload(mia, text, name)
    assert mia.post(f"{one.get_absolute_url()}run/", fields).status_code == 302
    run_all()
    one.refresh_from_db()
    return one


def titles() -> list[str]:
    return sorted(Item.objects.filter(kind="idea").values_list("title", flat=True))


def test_undo_takes_back_this_import_alone(mia: Client) -> None:
    first = imported(mia, "id,title\n1,A\n2,B\n")
    second = upload(mia, "id,title\n1,A\n3,C\n", "export.csv")
    mia.post(
        f"{second.get_absolute_url()}run/",
        mapping(second, column_0="id", column_1="title", newer="export", status_0="new"),
    )
    run_all()
    assert titles() == ["A", "B", "C"]
    mia.post(f"{second.get_absolute_url()}withdrawal/")
    run_all()
    assert titles() == ["A", "B"]
    mia.post(f"{first.get_absolute_url()}withdrawal/")
    run_all()
    assert titles() == []


def test_what_made_nothing_has_nothing_to_undo(mia: Client) -> None:
    imported(mia, "id,title\n1,A\n2,B\n")
    failed = upload(mia, "id,title\n7,X\n", "export.csv")
    Import.objects.filter(pk=failed.pk).update(name="export")
    mia.post(f"{failed.get_absolute_url()}run/")
    failed.path.write_bytes(b"")
    run_all()
    assert "Undo this import" not in mia.get(failed.get_absolute_url()).content.decode()
    mia.post(f"{failed.get_absolute_url()}withdrawal/")
    run_all()
    assert titles() == ["A", "B"]


def test_two_files_of_one_name_are_two_sets_of_ideas(mia: Client) -> None:
    imported(mia, "id,title\n1,A wish\n")
    other = upload(mia, "id,title\n1,Another wish\n", "export.csv")
    assert other.name == "export-2"
    assert upload(mia, "id,title\n1,A third\n", "export.csv").name == "export-3"  # that one may become ideas too
    mia.post(
        f"{other.get_absolute_url()}run/", mapping(other, column_0="id", column_1="title", status_0="new", newer="-")
    )
    run_all()
    assert titles() == ["A wish", "Another wish"]


def test_a_newer_version_is_chosen(mia: Client) -> None:
    imported(mia, "id,title\n1,A wish\n")
    newer = upload(mia, "id,title\n1,A better wish\n", "export.csv")
    page = mia.get(newer.get_absolute_url()).content.decode()
    assert "(optional)" not in page
    assert "A newer version of \u2068export\u2069" in page
    said = mapping(newer, column_0="id", column_1="title", status_0="new")
    answer = mia.post(newer.get_absolute_url(), said | {"name": "export", "newer": "-"})
    assert answer.status_code == 422
    assert "There are ideas of this name." in answer.content.decode()
    assert mia.post(newer.get_absolute_url(), said).status_code == 422  # a page of before there were any
    mia.post(newer.get_absolute_url(), said | {"newer": "export", "name": ""})
    newer.refresh_from_db()
    assert newer.name == "export"
    page = mia.get(newer.get_absolute_url()).content.decode()
    assert '<option value="export" selected>' in page
    assert 'value="export-2"' in page  # back to new ideas without typing
    mia.post(f"{newer.get_absolute_url()}run/", said | {"newer": "export"})
    run_all()
    assert titles() == ["A better wish"]


def test_the_first_file_has_no_older_version(mia: Client) -> None:
    one = upload(mia)
    assert "A newer version of" not in mia.get(one.get_absolute_url()).content.decode()
    assert (
        mia.post(
            one.get_absolute_url(),
            mapping(one, column_0="title", newer="shoe", status_0="new", column_1="-", column_2="-", column_3="-"),
        ).status_code
        == 302
    )
    one.refresh_from_db()
    assert one.name == "my-ideas"


def test_import_takes_what_the_page_says(mia: Client) -> None:
    """One form: what was chosen and not shown again counts too."""
    one = upload(mia, "id,title,status\n1,A,Icebox\n")
    page = mia.get(one.get_absolute_url()).content.decode()
    form = next(part for part in page.split("<form")[1:] if "status-0" in part).split("</form>")[0]
    run = f'formaction="{one.get_absolute_url()}run/"'
    assert form.index("<button") < form.index(run)  # Enter presses the first button, which only shows
    assert page.count(f"{one.get_absolute_url()}run/") == 1
    said = mapping(one, column_0="id", column_1="title", column_2="status", status_0="declined")
    answer = mia.post(f"{one.get_absolute_url()}run/", said | {"column-1": "id"})
    assert answer.status_code == 422
    assert "Two columns are “Number or id”" in answer.content.decode()
    assert '<option value="declined" selected>' in answer.content.decode()
    assert not OrmQ.objects.exists()
    assert mia.post(f"{one.get_absolute_url()}run/", said).status_code == 302
    run_all()
    assert Item.objects.get(kind="idea").stage == "declined"
    assert mia.post(f"{one.get_absolute_url()}run/", said).status_code == 302  # ended by now
    assert not OrmQ.objects.exists()


def test_headings_that_differ_in_capitals_are_two_columns(mia: Client) -> None:
    one = upload(mia, "Name,name\nA,B\n")
    for chosen, title in (({"column_0": "title", "column_1": "-"}, "A"), ({"column_0": "-", "column_1": "title"}, "B")):
        assert mia.post(one.get_absolute_url(), mapping(one, status_0="new", **chosen)).status_code == 302
        page = mia.get(one.get_absolute_url()).content.decode()
        assert f'<p class="row-title" dir="auto">{title}</p>' in page


def test_a_damaged_zip_is_refused_in_words(mia: Client, tmp_path: Path) -> None:
    """Bytes turned at random: each is refused or read, on the page as in the task."""
    good, chance, seen = backup(tmp_path / "b.zip").read_bytes(), random.Random(3), Counter[str]()
    for number in range(64):
        broken = bytearray(good)
        for _byte in range(3):
            broken[chance.randrange(4 if number % 4 else 0, len(good))] = chance.randrange(256)
        answer = mia.post(PAGE, {"file": SimpleUploadedFile("b.zip", bytes(broken))})
        seen[str(answer.status_code)] += 1
        if answer.status_code == 302:
            page = mia.get(answer["Location"])
            assert page.status_code == 200
            seen["said"] += 'role="alert"' in page.content.decode()
            one = Import.objects.latest("pk")
            if number % 4 == 0:
                assert mia.post(f"{one.get_absolute_url()}run/").status_code == 302
                run_all()
                one.refresh_from_db()
                assert one.state in ("done", "failed")
    assert set(seen) == {"302", "422", "said"}
    assert seen["said"] > 12


def test_a_zip_with_odd_words_in_it_is_read_without_them(mia: Client, tmp_path: Path) -> None:
    """Lists where numbers stand, halves of signs, numbers without an end."""
    odd: tuple[Any, ...] = ([1], {"a": 1}, "\ud800", None, True, 1e999, -1, 10**30, "x" * 300, "\0", 2.5, [])
    chance = random.Random(5)
    for _number in range(16):
        tables = json.loads(json.dumps(TABLES))
        for _word in range(6):
            row = chance.choice(tables[chance.choice(list(tables))])
            row[chance.choice(list(row))] = chance.choice(odd)
        one = upload(mia, backup(tmp_path / "b.zip", **tables).read_bytes(), "b.zip")
        assert mia.get(one.get_absolute_url()).status_code == 200
        mia.post(f"{one.get_absolute_url()}run/")
        run_all()
        one.refresh_from_db()
        assert one.state == "done", one.problem


def test_another_zip_is_refused_in_the_language_of_the_reader(tmp_path: Path) -> None:
    zipped = backup(tmp_path / "b.zip").read_bytes().replace(b"posts.json", b"notes.json")
    browser = signed_in(make.member("ola", role="manager", language="pl"))
    answer = browser.post(PAGE, {"file": SimpleUploadedFile("b.zip", zipped)})
    assert answer.status_code == 422
    assert "This zip is no backup" not in answer.content.decode()


def test_what_was_wrong_in_which_line_is_forgotten_after_a_day(mia: Client) -> None:
    one = imported(mia, "title,created\nA,ann@example.com\n")
    assert "ann@example.com" in mia.get(one.get_absolute_url()).content.decode()
    clean()
    one.refresh_from_db()
    assert one.report["warnings"]
    one.put(told_at=timezone.now() - timedelta(days=2))
    clean()
    one.refresh_from_db()
    assert "ann@example.com" not in str(one.report)
    assert one.report["counts"]["new"] == 1
    page = mia.get(one.get_absolute_url()).content.decode()
    assert "1 warning; its words were kept for a day." in page
    assert "Ideas brought in" in page
