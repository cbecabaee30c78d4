"""Backups: taken while people write, whole or not at all, and the same rows when they are restored (ABUSE I110)."""

import io
import json
import os
import stat
import tarfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, F
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ

from bench.trial.crowd import Crowd
from community.conversations.models import Reply
from community.conversations.post import post_reply
from community.feedback.models import Item, Vote
from community.feedback.vote import vote
from community.members.leave import leave
from community.members.mail import queue_mail
from community.members.models import Member, Site
from community.members.outgoing import OutgoingMail
from community.search import rebuild, tables, write
from community.search.drift import check
from community.search.models import Entry
from config.backup import archive, run
from tests import make
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    settings.DATA_DIR, settings.LEFT_FILE = tmp_path, tmp_path / "left.jsonl"
    return settings.MEDIA_ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


def rows() -> dict[str, list[str]]:
    """Every row of every table but those that are of the moment."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table not in run.WITHOUT and not table.startswith((tables.TABLE, "sqlite_")):
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
                found[table] = sorted(map(repr, cursor.fetchall()))
    return found


def without_changes(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Without the one number that a restore raises on purpose."""
    return {table: lines for table, lines in found.items() if table != "community_site"}


def makes_its_index() -> None:
    """A restore queues the making of the search index, which no backup holds: once that is done, all is as it was."""
    queued = [row for row in OrmQ.objects.all() if row.task["func"] == rebuild.TASK]
    assert len(queued) == 1
    assert not Entry.objects.exists()
    rebuild.add_missing()
    assert check().is_none
    assert Entry.objects.exists()
    made = [row for row in OrmQ.objects.filter(pk__gt=queued[0].pk) if row.task["func"] == write.LEARN]
    OrmQ.objects.filter(pk__in=[queued[0].pk, *(row.pk for row in made)]).delete()


def community() -> Member:
    ann, sam = make.member("ann", name="Ann Okafor"), make.member("sam", role="agent")
    ann.picture.save("me.webp", ContentFile(b"a face"))
    thread = make.thread(
        by=ann, title="Ä title, with 'quotes'\tand a tab", body="Line\\N one\nline two", labels=(make.label("sync"),)
    )
    make.replies(thread, 3, by=sam)
    vote(thread.item, by=sam)
    make.member("bo", company=make.company(attributes={"region": "ไทย", "size": None}))
    return ann


def member_of(path: Path, name: str) -> bytes:
    with tarfile.open(path) as tar:
        file = tar.extractfile(next(info for info in tar if info.name.startswith(name)))
        assert file
        return file.read()


@pytest.mark.parametrize("name", ["one.tar", "one.tar.gz"])
def test_a_restore_brings_back_every_row_and_file(name: str, folder: Path, media: Path) -> None:
    ann = community()
    before, face = rows(), media / ann.picture.name
    call_command("backup", str(folder / name), verify=True)
    make.thread(by=ann, title="Written after it")
    Member.objects.filter(handle="bo").delete()
    face.unlink()
    (media / "faces/later.webp").write_bytes(b"of somebody who came later")
    call_command("restore", str(folder / name), replace=True)
    makes_its_index()
    assert without_changes(rows()) == without_changes(before)
    assert face.read_bytes() == b"a face"
    assert [path.name for path in (media / "faces").iterdir()] == [face.name]
    assert list(folder.iterdir()) == [folder / name]


def test_ids_are_not_given_a_second_time(folder: Path) -> None:
    community()
    last = make.thread(by=make.member("ann")).item
    last_pk = last.pk
    Item.objects.filter(pk=last_pk).delete()
    call_command("backup", str(folder / "one.tar"))
    call_command("restore", str(folder / "one.tar"), replace=True)
    assert make.thread(by=Member.objects.get(handle="ann")).pk > last_pk


class Writers(Crowd):
    """People who reply and vote until they are told to stop."""

    def __init__(self, items: list[Item], number: int = 3) -> None:
        super().__init__(number)
        self.failures: list[BaseException] = []
        self.written = 0
        self._items = items
        self._people = [make.member(f"writer{n}", role="agent") for n in range(number)]

    def live(self, number: int) -> None:
        person = self._people[number]
        try:
            while self.goes_on:
                self.written += 1
                post_reply(self._items[self.written % len(self._items)], by=person, body=f"{person} {self.written}")
                queue_mail("bo@example.com", "A reply", "Words.")
        except BaseException as failure:
            self.failures.append(failure)
        finally:
            connection.close()


def test_a_backup_under_write_load_is_one_state(folder: Path) -> None:
    items = [make.thread().item for _ in range(3)]
    for item in items:
        vote(item, by=make.member("cy"))
    with Writers(items) as writers:
        while writers.written < 6 and not writers.failures:
            pass
        made = run.back_up(folder / "one.tar", verifies=True)
        seen = writers.written
        while writers.written < seen + 6 and not writers.failures:
            pass
    assert writers.failures == []
    assert Reply.objects.count() > made.manifest.tables["community_reply"] >= 3
    call_command("restore", str(folder / "one.tar"), replace=True)
    assert Reply.objects.count() == made.manifest.tables["community_reply"]
    with connection.cursor() as cursor:
        for table, number in made.manifest.tables.items():
            cursor.execute(f'SELECT COUNT(*) FROM "{table}"')  # noqa: S608
            number += table == OrmQ._meta.db_table  # the making of the index, which the restore queued
            assert cursor.fetchone()[0] == number, table
    # A reply, its number, its count and its mail were written together: none is there without the others.
    for item in Item.objects.filter(kind="thread").annotate(n=Count("replies")):
        assert item.n == item.reply_serial == item.reply_count
    assert not Item.objects.annotate(n=Count("votes")).exclude(vote_count=F("n")).exists()
    connection.check_constraints()
    makes_its_index()
    first = rows()
    call_command("backup", str(folder / "two.tar"))
    call_command("restore", str(folder / "two.tar"), replace=True)
    makes_its_index()
    assert without_changes(rows()) == without_changes(first)


def test_I110_a_backup_is_for_its_owner_alone_and_holds_no_keys(folder: Path, settings: Any) -> None:
    browser = signed_in(community())
    key = browser.session.session_key
    made = run.back_up(folder / "one.tar")
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    packed = made.path.read_bytes()
    assert key.encode() not in packed
    assert settings.SECRET_KEY.encode() not in packed
    assert b"Ann Okafor" in packed


def refused(*words: str, **options: Any) -> str:
    with pytest.raises(CommandError) as refusal:
        call_command("restore", *words, **options)
    return str(refusal.value)


def held(path: Path) -> dict[str, list[Any]]:
    """The sum of each thing in an archive; what only fills it up is in none. Nothing where it cannot be read."""
    found: dict[str, list[Any]] = {}
    with suppress(archive.BackupRefused):
        for name, file in archive.members(path):
            file.drain()
            found[name] = file.told
        return found
    return {}


@pytest.mark.parametrize("name", ["one.tar", "one.tar.gz"])
def test_what_was_cut_or_changed_is_refused_before_anything_is_touched(name: str, folder: Path) -> None:
    community()
    whole = run.back_up(folder / name).path.read_bytes()
    before = rows()
    # Behind the manifest a tar is only filled up: without that nothing is missing.
    end = whole.find(b"manifest-") + 600 if name == "one.tar" else len(whole) * 9 // 10
    for at in (0, 100, len(whole) // 3, len(whole) // 2, end):
        (folder / "cut.tar").write_bytes(whole[:at])
        said = refused(str(folder / "cut.tar"), replace=True)
        assert "cut" in said, (at, said)
    inside = (b"Ann Okafor", b'"made_at"', b"manifest-") if name == "one.tar" else ()
    for at in [whole.find(words) + 1 for words in inside] or range(len(whole) // 9, len(whole), len(whole) // 5):
        changed = bytearray(whole)
        changed[at] ^= 0x20
        (folder / "changed.tar").write_bytes(changed)
        if name == "one.tar.gz" and held(folder / "changed.tar") == held(folder / name):
            continue  # one of the few bits by which nothing in it changes
        said = refused(str(folder / "changed.tar"), replace=True)
        assert "changed" in said or "cut" in said, (at, said)
    assert rows() == before
    assert "There is no" in refused(str(folder / "none.tar"))


def forged(path: Path, source: Path, **changes: Any) -> Path:
    """The same archive with a manifest that says something else, and is vouched for."""
    manifest = archive.check(source)
    extra = changes.pop("extra", {})
    with archive.written(path) as made, tarfile.open(source) as tar:
        for info in tar:
            if not info.name.startswith("manifest-"):
                file = tar.extractfile(info)
                assert file
                made._add(info.name, file, info.size)
        for name, words in extra.items():
            made._add(name, io.BytesIO(words), len(words))
        for name, value in changes.items():
            setattr(manifest, name, value)
        made.finish(manifest)
    return path


def test_a_backup_that_does_not_fit_is_refused(folder: Path, tmp_path: Path) -> None:
    community()
    source = run.back_up(folder / "one.tar").path
    before = rows()
    assert "--replace" in refused(str(source))
    newer = forged(folder / "newer.tar", source, migrations=[["community", "0999_later"]], version="9.9")
    assert "9.9" in refused(str(newer), replace=True)
    other = forged(folder / "other.tar", source, engine="oracle")
    assert "oracle" in refused(str(other), replace=True)
    later = forged(folder / "later.tar", source, format=2)
    assert "newer" in refused(str(later), replace=True)
    fewer = forged(folder / "fewer.tar", source, tables=archive.check(source).tables | {"community_item": 1})
    assert "community_item" in refused(str(fewer), replace=True)
    for name in ("files/default/../../out.txt", "files/elsewhere/x.webp", "files/x"):
        out = forged(folder / f"{len(name)}.tar", source, extra={name: b"x"})
        assert "holds" in refused(str(out), replace=True)
    assert not list(tmp_path.rglob("out.txt"))
    assert rows() == before


def test_a_check_reads_all_and_touches_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    community()
    call_command("backup", str(folder))
    (path,) = folder.iterdir()
    before = rows()
    call_command("restore", str(path), check=True)
    assert "is whole" in capsys.readouterr().out
    assert rows() == before


def test_the_newest_are_kept_and_nothing_else_is_deleted(folder: Path) -> None:
    make.member("ann")
    for day in range(1, 6):
        (folder / f"hearback-2026010{day}-030000.tar.gz").write_bytes(b"old")
    (folder / "hearback-by-hand.tar.gz").write_bytes(b"mine")
    call_command("backup", str(folder), keep=3)
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 4
    assert names[:2] == ["hearback-20260104-030000.tar.gz", "hearback-20260105-030000.tar.gz"]
    assert names[-1] == "hearback-by-hand.tar.gz"
    for wrong in ({"keep": 0}, {"keep": -1}):
        with pytest.raises(CommandError, match="--keep"):
            call_command("backup", str(folder), **wrong)
    with pytest.raises(CommandError, match="--keep"):
        call_command("backup", str(folder / "one.tar"), keep=2)


def test_a_backup_that_fails_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    community()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(archive.Writer, "add", full)
        with pytest.raises(CommandError, match="No space left"):
            call_command("backup", str(folder / "one.tar"))
    assert list(folder.iterdir()) == []
    (folder / "there.tar").write_bytes(b"x")
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", str(folder / "there.tar"))
    with pytest.raises(CommandError, match="no folder"):
        call_command("backup", str(folder / "none" / "one.tar"))


def test_what_a_killed_backup_left_goes_with_the_next(folder: Path) -> None:
    make.member("ann")
    day = time.time() - run.LEFTOVERS_AFTER - 60
    for name, is_old in (("old", True), ("new", False)):
        (folder / f".hearback-{name}").mkdir()
        (folder / f".hearback-{name}" / "database.sqlite3").write_bytes(b"rows")
        (folder / f".{name}.tar.ab.part").write_bytes(b"rows")
        for left in (folder / f".hearback-{name}", folder / f".{name}.tar.ab.part"):
            os.utime(left, (day, day) if is_old else None)
    call_command("backup", str(folder / "one.tar"))
    assert sorted(path.name for path in folder.iterdir()) == [".hearback-new", ".new.tar.ab.part", "one.tar"]


def test_a_file_deleted_meanwhile_is_told_and_the_rest_is_there(
    folder: Path, media: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    community()
    listed = run.files.listed

    def then_delete() -> list[tuple[str, Path]]:
        names = listed()
        names[0][1].unlink()
        return names

    (media / "faces/other.webp").write_bytes(b"another")
    monkeypatch.setattr(run.files, "listed", then_delete)
    call_command("backup", str(folder / "one.tar"))
    assert "1 files were deleted" in capsys.readouterr().err
    assert archive.check(folder / "one.tar").files == 1


def test_what_was_of_the_moment_does_not_come_back(folder: Path) -> None:
    ann = community()
    browser, guest = signed_in(ann), Client()
    queue_mail("bo@example.com", "Old news", "Words.")
    call_command("backup", str(folder / "one.tar"))
    thread = make.thread(by=ann, title="Written after it")
    assert guest.get(thread.item.path).status_code == 200
    changes = Site.current().changes
    call_command("restore", str(folder / "one.tar"), replace=True)
    assert Site.current().changes > changes
    assert guest.get(thread.item.path).status_code == 404
    assert browser.get("/me/settings/").status_code == 302
    assert not OutgoingMail.objects.waiting().exists()


def test_a_fresh_database_takes_a_backup_without_a_word(folder: Path) -> None:
    community()
    before = rows()
    call_command("backup", str(folder / "one.tar"))
    call_command("flush", interactive=False, verbosity=0)
    call_command("restore", str(folder / "one.tar"))
    makes_its_index()
    assert without_changes(rows()) == without_changes(before)
    manifest = json.loads(member_of(folder / "one.tar", "manifest-"))
    assert manifest["tables"]["community_vote"] == Vote.objects.count() == 1
    assert manifest["made_at"] < timezone.now().isoformat()


def test_who_left_since_the_backup_does_not_come_back(folder: Path, tmp_path: Path) -> None:
    cy = make.member("cy", name="Cy Mehta")
    leave(cy, erases=False)  # before it: nothing to do
    ann = community()
    call_command("backup", str(folder / "one.tar"))
    leave(ann, erases=True)
    call_command("restore", str(folder / "one.tar"), replace=True)
    assert not Member.objects.filter(handle="ann").exists()
    assert Member.objects.filter(handle__in=("bo", "sam")).count() == 2
    assert not any("Ann Okafor" in line or "quotes" in line for lines in rows().values() for line in lines)
    assert stat.S_IMODE((tmp_path / "left.jsonl").stat().st_mode) == 0o600
    assert "Ann" not in (tmp_path / "left.jsonl").read_text()
