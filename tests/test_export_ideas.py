"""Everything about ideas as CSV and JSON, for administrators; what was exported comes in again."""

import csv
import errno
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.feedback.models import Item, Vote
from community.members.models import Member
from roadmap.features.plan import gather
from roadmap.ideas.behalf import Heard, vote_for
from roadmap.ideas.merge import merge
from roadmap.ideas.models import Idea
from roadmap.imports import export
from roadmap.imports.run import Wish, import_ideas
from roadmap.management.commands import export_ideas as export_command
from roadmap.releases.write import Line, Told, draft_release, write_entry
from tests import ideas, make
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def board(ann: Member, bo: Member, sam: Member) -> Idea:
    bo.company = make.company("Acme")
    bo.save()
    dark = ideas.idea("=Dark mode", "Eyes, *hurt*.\n\n`<p>`", by=ann, labels=(make.label("night"), make.label("ui")))
    ideas.voted(dark, bo)
    Item.objects.filter(pk=dark.pk).update(imported_votes=5, vote_count=7)
    ideas.moved(dark, "planned", "In autumn.")
    twin = ideas.idea("Night mode", "The same.", by=bo)
    merge(twin.item, dark.item, by=sam)
    ideas.idea("A secret", "Ours.", by=ann, is_private=True)
    gather(ideas.feature("A night theme"), dark, by=sam)
    write_entry(
        draft_release(Told("Version 5", "New.", "5.0"), by=sam), Line("new", "Night", "", ideas=(dark,)), by=sam
    )
    return dark


def story() -> list[tuple[Any, ...]]:
    """All that is said, without the ids that our own rows happen to have."""
    return [
        (
            one.item.title, one.item.body, one.stage.slug, one.item.vote_count, one.item.imported_votes,
            one.item.visibility, one.item.created_at, one.item.place.slug, one.item.author.handle,
            sorted(label.slug for label in one.item.labels.all()),
            sorted(Vote.objects.filter(item=one.pk).values_list("member__handle", flat=True)),
            [(reply.item.body, reply.is_official, reply.item.author.handle) for reply in one.item.replies.all()],
        )
        for one in Idea.objects.select_related("item__place", "item__author", "stage").order_by("item__title")
    ]  # fmt: skip


def test_what_was_exported_comes_in_again(board: Idea, tmp_path: Path) -> None:
    before = story()
    call_command("export_ideas", tmp_path / "ideas.csv")
    Idea.objects.all().delete()
    Item.objects.filter(kind__in=["idea", "reply"]).delete()
    report = import_ideas(Wish(path=tmp_path / "ideas.csv", name="again"))
    assert report.counts["new"] == 3
    assert not report.warnings
    assert story() == before
    assert Idea.objects.get(item__title="Night mode").stage.kind == "merged"


def test_cells_are_safe_in_a_spreadsheet(board: Idea, tmp_path: Path) -> None:
    call_command("export_ideas", tmp_path / "ideas.csv")
    raw = (tmp_path / "ideas.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines(keepends=True)))
    first = rows[0]
    assert (first["title"], first["status"], first["votes"]) == ("'=Dark mode", "planned", "7")
    assert (first["companies"], first["features"], first["releases"]) == ("Acme", "A night theme", "Version 5")
    assert first["voter_email"].split("|") == ["ann@example.com", "bo@example.com"]
    assert [row["visibility"] for row in rows] == ["public", "public", "company"]
    assert rows[1]["duplicate_of"] == first["id"]


def test_json_has_features_and_releases(board: Idea, tmp_path: Path) -> None:
    call_command("export_ideas", tmp_path / "all.json")
    told = json.loads((tmp_path / "all.json").read_text())
    assert [one["title"] for one in told["ideas"]] == ["=Dark mode", "Night mode", "A secret"]
    assert told["ideas"][0]["voters"][1]["company"] == "Acme"
    assert told["features"][0]["ideas"] == [board.pk]
    assert told["releases"][0]["entries"][0]["ideas"] == [board.pk]


def test_an_empty_board_is_a_valid_file(tmp_path: Path) -> None:
    call_command("export_ideas", tmp_path / "a.json")
    assert json.loads((tmp_path / "a.json").read_text()) == {"ideas": [], "features": [], "releases": []}


def test_only_administrators_take_it_along(board: Idea, root: Member, sam: Member) -> None:
    mia = signed_in(make.member("mia", role="manager"))
    assert Client().get("/desk/export-ideas/").status_code == 302
    for browser in (signed_in(sam), mia):
        assert browser.get("/desk/export-ideas/").status_code == 403
    assert "/desk/export-ideas/" not in mia.get("/desk/import-ideas/").content.decode()
    admin = signed_in(root)
    assert "/desk/export-ideas/?format=json" in admin.get("/desk/import-ideas/").content.decode()
    answer = admin.get("/desk/export-ideas/?format=json")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"].startswith('attachment; filename="ideas-')
    assert len(json.loads(b"".join(answer))["ideas"]) == 3  # type: ignore[arg-type]
    assert admin.get("/desk/export-ideas/?format=exe").status_code == 404


def test_a_batch_takes_as_many_queries_for_many(board: Idea, ann: Member) -> None:
    counts = []
    for _size in range(2):
        for number in range(4):
            ideas.idea(f"Wish {_size} {number}", "Words.", by=make.member(f"w{_size}{number}"))
        with CaptureQueriesContext(connection) as queries:
            "".join(export.export_of("json"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("name", "why"), [("ideas.doc", "Call the file"), ("there.csv", "already")])
def test_the_command_says_what_is_wrong(name: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "there.csv").touch()
    with pytest.raises(CommandError, match=why):
        call_command("export_ideas", tmp_path / name)


def test_a_vote_on_behalf_of_a_company_is_exported_with_where_it_was_heard(board: Idea, sam: Member) -> None:
    heard = Heard("ticket", "T-12", "blocking", "Our shift starts at ten.", "Vera", "vera@fjord.example")
    vote_for(board.item, make.company("Fjord"), heard, by=sam)
    record = next(one for one in json.loads("".join(export.export_of("json")))["ideas"] if one["id"] == board.pk)
    assert record["companies"] == ["Acme", "Fjord"]
    voter = record["voters"][-1]
    assert (voter["handle"], voter["email"], voter["company"]) == ("", "", "Fjord")
    assert (voter["on_behalf"], voter["reference"], voter["person"]) == ("ticket", "T-12", "Vera")
    assert (voter["importance"], voter["why"]) == ("blocking", "Our shift starts at ten.")


def test_only_who_runs_the_command_reads_the_file(board: Idea, tmp_path: Path) -> None:
    call_command("export_ideas", tmp_path / "ideas.csv")
    assert stat.S_IMODE((tmp_path / "ideas.csv").stat().st_mode) == 0o600


def test_a_full_disk_leaves_no_half_a_file(board: Idea, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_format: str) -> Iterator[str]:
        yield "id,title"
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(export_command, "export_of", full)
    with pytest.raises(CommandError, match="cannot be written: No space left on device"):
        call_command("export_ideas", tmp_path / "ideas.csv")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_said(board: Idea, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written: No such file or directory"):
        call_command("export_ideas", tmp_path / "none" / "ideas.csv")
