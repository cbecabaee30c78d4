"""Reading the backup zip of Fider onto the shelf: a JSON file for each of its tables, as its own export writes them."""

import json
import lzma
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.lib.csv_files import FileRefused
from roadmap.imports import cells
from roadmap.imports.brought import Brought, Said, Voter, key_of, storable
from roadmap.imports.report import Report
from roadmap.imports.shelf import Shelf

LARGEST_TABLE = 512 * 1024**2  # bytes, unpacked
STEEPEST = 200  # times that a table may be larger than it is packed
SMALL = 10 * 1024**2  # bytes that may be packed as well as they like
LONGEST_ROW = 4 << 20  # characters
STATUSES = {0: "open", 1: "started", 2: "completed", 3: "declined", 4: "planned", 5: "duplicate", 6: "deleted"}
# What reading a damaged zip raises, from its directory to the packed bytes and the JSON in them.
_BROKEN = (
    BadZipFile, OSError, EOFError, ValueError, LookupError, ArithmeticError, TypeError, RuntimeError, struct.error,
    zlib.error, lzma.LZMAError, MemoryError,
)  # fmt: skip
_TOO_LARGE = gettext_lazy(
    "%(name)s in the zip is far too large when it is unpacked. Export it again, or look what it is."
)

Row = dict[str, Any]


class Backup:
    """Use it in a `with`. Raises FileRefused for what is no such zip, or too large to be one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> "Backup":
        try:
            self.packed = ZipFile(self.path)
        except _BROKEN as broken:
            raise FileRefused(_("This is no zip that can be opened. Export it again.")) from broken
        self.tables = {storable(info.filename).rpartition("/")[2].lower(): info for info in self.packed.infolist()}
        return self

    def __exit__(self, *_error: object) -> None:
        self.packed.close()

    @property
    def is_backup(self) -> bool:
        return "posts.json" in self.tables

    def csv_name(self) -> str:
        """The table in a zip that holds nothing but one; "" for none."""
        found = [name for name in self.tables if name.endswith((".csv", ".tsv", ".txt")) and name[0] != "."]
        return "posts.csv" if "posts.csv" in found else found[0] if len(found) == 1 else ""

    def unpack(self, name: str, to: Path) -> Path:
        info = self._checked(self.tables[name])
        with to.open("wb") as file, _readable(name), self.packed.open(info) as source:
            while block := source.read(1 << 20):
                file.write(block)
                if file.tell() > LARGEST_TABLE:
                    raise FileRefused(_TOO_LARGE % {"name": name})
        return to

    def rows(self, table: str) -> Iterator[Row]:
        """The rows of a table, one at a time; none where the zip has no such table."""
        info = self.tables.get(f"{table}.json")
        if info is None:
            return
        self._checked(info)
        with _readable(f"{table}.json"), self.packed.open(info) as packed, TextIOWrapper(packed, "utf-8-sig") as text:
            yield from _objects(text)

    def _checked(self, info: ZipInfo) -> ZipInfo:
        steep = info.file_size > SMALL and info.file_size > STEEPEST * max(info.compress_size, 1)
        if info.file_size > LARGEST_TABLE or steep:
            raise FileRefused(_TOO_LARGE % {"name": storable(info.filename)})
        if info.flag_bits & 1:
            raise FileRefused(_("%(name)s needs a password. Pack it without one.") % {"name": storable(info.filename)})
        return info


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """Whatever goes wrong in it is said of this file in the zip. Raises FileRefused."""
    try:
        yield
    except FileRefused:
        raise
    except _BROKEN as broken:
        words = _("%(name)s in the zip cannot be read to its end. Export it again.")
        raise FileRefused(words % {"name": name}) from broken


def _objects(text: TextIOWrapper) -> Iterator[Row]:
    """The objects of a JSON list without reading all of it. Raises ValueError."""
    decoder = json.JSONDecoder()
    rest, at, is_last = "", 0, False
    while True:
        while rest[at : at + 1] and rest[at] in " \t\r\n,[":
            at += 1
        if rest[at : at + 1] == "]" or (at >= len(rest) and is_last):
            return
        try:
            row, at = decoder.raw_decode(rest, at)
        except ValueError:
            if is_last or len(rest) - at > LONGEST_ROW:
                raise
            more = text.read(1 << 18)
            rest, at, is_last = rest[at:] + more, 0, not more
            continue
        if isinstance(row, dict):
            yield row


@dataclass(slots=True)
class Numbers:
    """What the ids in one table mean by those of another."""

    people: dict[int | str, str]  # id → e-mail address
    posts: dict[int | str, str]  # id → key
    shown: set[int | str] = field(default_factory=set)  # ids of posts


def read(backup: Backup, shelf: Shelf, report: Report) -> None:
    """Put ideas, votes and comments onto the shelf. Raises FileRefused."""
    people = {known: _words(row.get("email")).lower() for known, row in _with_ids(backup.rows("users"))}
    posts = {known: key_of(row.get("number")) for known, row in _with_ids(backup.rows("posts"))}
    numbers, tags = Numbers(people, posts), _tags(backup)
    for line, row in enumerate(backup.rows("posts"), 1):
        report.counts["lines"] += 1
        if row.get("status") == 6 or row.get("is_approved") is False:
            report.counts["not shown there"] += 1
            continue
        post = _id(row, "id")
        if post is not None:
            numbers.shown.add(post)
        shelf.add(_brought(row, line, numbers, tags.get(post, []) if post is not None else [], report))
    _votes(backup, shelf, numbers)
    _comments(backup, shelf, numbers, report)


def _id(row: Row, name: str) -> int | str | None:
    """As a key of a dictionary, which a list, say, could not be."""
    said = row.get(name)
    return said if isinstance(said, int | str) else None


def _with_ids(rows: Iterator[Row]) -> Iterator[tuple[int | str, Row]]:
    for row in rows:
        known = _id(row, "id")
        if known is not None:
            yield known, row


def _brought(row: Row, line: int, numbers: Numbers, labels: list[str], report: Report) -> Brought:
    status, original = row.get("status"), _id(row, "original_id")
    return Brought(
        key=key_of(row.get("number")), line=line, title=_words(row.get("title")), text=_words(row.get("description")),
        is_markdown=True, status=_words(STATUSES.get(status, status) if isinstance(status, int) else status)[:80],
        labels=labels, author=_address(row, "user_id", numbers), created=_time(row, "created_at", line, report),
        answer=_words(row.get("response")), answered=_time(row, "response_date", line, report),
        answerer=_address(row, "response_user_id", numbers),
        duplicate_of=numbers.posts.get(original, "") if original else "",
    )  # fmt: skip


def _tags(backup: Backup) -> dict[int | str, list[str]]:
    """Post → names of its tags; those that only staff see there stay behind."""
    rows = _with_ids(backup.rows("tags"))
    names = {known: _words(row.get("name")) for known, row in rows if row.get("is_public") is not False}
    found: dict[int | str, list[str]] = {}
    for row in backup.rows("post_tags"):
        tag, post = _id(row, "tag_id"), _id(row, "post_id")
        if tag is not None and post is not None and names.get(tag):
            found.setdefault(post, []).append(names[tag])
    return {post: sorted(set(labels)) for post, labels in found.items()}


def _votes(backup: Backup, shelf: Shelf, numbers: Numbers) -> None:
    for number, row in enumerate(backup.rows("post_votes"), 1):
        post = _id(row, "post_id")
        if post in numbers.shown:
            voter = Voter(_address(row, "user_id", numbers), _time(row, "created_at", 0, None))
            shelf.add_voter(numbers.posts[post], voter, number)


def _comments(backup: Backup, shelf: Shelf, numbers: Numbers, report: Report) -> None:
    for row in backup.rows("comments"):
        text, post = _plain_mentions(_words(row.get("content"))), _id(row, "post_id")
        if row.get("deleted_at") or row.get("is_approved") is False or not text.strip():
            report.counts["not shown there"] += 1
        elif post in numbers.shown:
            at = _time(row, "created_at", 0, None)
            said = Said(key_of(row.get("id")), text, _address(row, "user_id", numbers), at)
            shelf.add_reply(numbers.posts[post], said)


def _plain_mentions(text: str) -> str:
    """`@{"id":5,"name":"Jane"}` is how Fider keeps a mention."""
    return re.sub(r'@\{[^{}]*?\\?"name\\?":\\?"([^"\\{}]*)\\?"[^{}]*\}', r"@\1", text)


def _words(said: object) -> str:
    return storable(said if said is not None else "").strip()


def _address(row: Row, name: str, numbers: Numbers) -> str:
    """Of the person whose id stands there; "" for nobody."""
    person = _id(row, name)
    try:
        return cells.email(numbers.people.get(person, "") if person is not None else "")
    except cells.CellRefused:
        return ""


def _time(row: Row, name: str, line: int, report: Report | None) -> str:
    try:
        return cells.when(_words(row.get(name)))[0]
    except cells.CellRefused as refusal:
        if report:
            report.warn(line, "date", refusal)
        return ""
