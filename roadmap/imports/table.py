"""Reading a CSV file onto the shelf: an idea for each line, or a line for each of those who voted for it."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from community.lib import csv_files
from community.lib.csv_files import FileRefused, Line
from roadmap.imports import cells
from roadmap.imports.brought import Brought, Voter, key_of, storable
from roadmap.imports.report import Report
from roadmap.imports.shelf import Shelf

LARGEST_FILE = 2 * 1024**3  # bytes
LARGEST_CELL = 500_000  # characters


def encoding_of(path: Path, report: Report) -> str:
    """What the file says or seems to be written in. Raises FileRefused."""
    encoding = csv_files.encoding_of(path)
    try:
        csv_files.check_encoding(path, encoding)
    except FileRefused:
        guessed = csv_files.guess_encoding(path) if encoding == "utf-8-sig" else ""
        if not guessed:
            raise
        csv_files.check_encoding(path, guessed)
        report.warn(1, "encoding", guessed)
        return guessed
    return encoding


@contextmanager
def opened(path: Path, report: Report, encoding: str = "") -> Iterator[tuple[list[str], Iterator[Line]]]:
    """The headings, each once, and the lines. Raises FileRefused."""
    if not path.stat().st_size:
        raise FileRefused(_("The file is empty. Export it again."))
    if path.stat().st_size > LARGEST_FILE:
        raise FileRefused(_("The file has more than 2 GB. Split it into several files."))
    if encoding:
        csv_files.check_encoding(path, encoding)
    with csv_files.opened(path, encoding or encoding_of(path, report), LARGEST_CELL) as (heading, lines):
        if not any(name.strip() for name in heading):
            raise FileRefused(_("The first line of the file names no columns. Put their names there."))
        names = [" ".join(storable(name).split())[:100] or f"column {at}" for at, name in enumerate(heading, 1)]
        yield [name if name not in names[:at] else f"{name} {at + 1}" for at, name in enumerate(names)], lines


class Table:
    """Reads line after line; `most` lines at most."""

    def __init__(self, shelf: Shelf, places: Mapping[str, int], report: Report) -> None:
        self.shelf = shelf
        self.places = places
        self.report = report

    def read(self, lines: Iterator[Line], width: int, most: int = 0) -> bool:
        """Put the ideas onto the shelf; whether that was all of them."""
        for line in lines:
            if most and self.report.counts["lines"] >= most:
                return False
            self.report.counts["lines"] += 1
            if line.why:
                self._leave_out(line, "broken")
            else:
                if len(line.cells) > width and any(cell.strip() for cell in line.cells[width:]):
                    self.report.warn(line.number, "wide", len(line.cells))
                self._read(line)
        return True

    def _leave_out(self, line: Line, about: str, what: object = "") -> None:
        self.report.counts["left out"] += 1
        self.report.warn(line.number, about, what)

    def _cell(self, line: Line, field: str) -> str:
        place = self.places.get(field, -1)
        return csv_files.unsafe(storable(line.cells[place])).strip() if 0 <= place < len(line.cells) else ""

    def _read(self, line: Line) -> None:
        title, text = self._cell(line, "title"), self._cell(line, "markdown") or self._cell(line, "text")
        if not title and not text:
            self._leave_out(line, "empty")
            return
        key = key_of(self._cell(line, "id") or self._cell(line, "url") or _made_of(title, text))
        first = self.shelf.add(self._brought(line, key, title, text))
        is_of_votes = self._add_voters(line, key)
        if first and not is_of_votes:
            self._leave_out(line, "twice", first)

    def _brought(self, line: Line, key: str, title: str, text: str) -> Brought:
        merged_into = self._cell(line, "duplicate_of")
        return Brought(
            key=key, line=line.number, title=title, text=text, is_markdown=bool(self._cell(line, "markdown")),
            status=self._cell(line, "status")[:80], votes=self._number(line),
            labels=cells.listed(self._cell(line, "labels")),
            author=self._email(line, "author_email"), created=self._time(line, "created"),
            area=self._cell(line, "area")[:80], readers=self._cell(line, "readers")[:20],
            answer=self._cell(line, "answer"), answered=self._time(line, "answered"),
            answerer=self._email(line, "answerer_email"),
            duplicate_of=key_of(merged_into) if merged_into not in ("", "0") else "",
        )  # fmt: skip

    def _add_voters(self, line: Line, key: str) -> bool:
        said = cells.emails(self._cell(line, "voter_email"))
        at = self._time(line, "voted") if said else ""
        for number, one in enumerate(said):
            try:
                voter = Voter(cells.email(one), at)
            except cells.CellRefused:
                self.report.warn(line.number, "email", one)
                voter = Voter("", at)
            self.shelf.add_voter(key, voter, line.number * 1_000_000 + number)
        return bool(said)

    def _number(self, line: Line) -> int:
        try:
            return cells.whole(self._cell(line, "votes"))
        except cells.CellRefused as refusal:
            self.report.warn(line.number, "number", refusal)
            return 0

    def _time(self, line: Line, field: str) -> str:
        cell = self._cell(line, field)
        try:
            at, is_guess = cells.when(cell)
        except cells.CellRefused as refusal:
            self.report.warn(line.number, "date", refusal)
            return ""
        if is_guess:
            self.report.warn(line.number, "date guessed", cell)
        return at

    def _email(self, line: Line, field: str) -> str:
        try:
            return cells.email(self._cell(line, field))
        except cells.CellRefused as refusal:
            self.report.warn(line.number, "email", refusal)
            return ""


def _made_of(title: str, text: str) -> str:
    """What tells an idea from others in a file without ids: its title, or its text."""
    return f"~{hashlib.sha256((title or text).casefold().encode()).hexdigest()[:32]}"
