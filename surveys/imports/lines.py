"""Reading a file of answers, line after line: what each says, or why it is left out."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path

from django.utils import timezone

from community.lib import cells, csv_files
from community.lib.csv_files import FileRefused, Line
from surveys.imports.columns import format_of, places
from surveys.imports.report import Report

LARGEST_FILE = 2 * 1024**3  # bytes
LARGEST_CELL = 500_000  # characters
LONGEST_ID = 100
SAMPLE = 200  # lines by which the columns of questions are known
_NEVER = re.compile("[\x00\ud800-\udfff]")  # what PostgreSQL or UTF-8 cannot hold


@dataclass(frozen=True, slots=True)
class Brought:
    """One answer of the file."""

    line: int
    key: str
    score: int
    at: datetime
    comment: str
    email: str
    person: str  # its number in their product
    name: str
    company: str
    plan: str
    revenue: Decimal | None
    language: str


@contextmanager
def opened(
    path: Path, report: Report, *, format: str, columns: Mapping[str, str], encoding: str
) -> Iterator[tuple[str, dict[str, int], Iterable[Line]]]:
    """Its format, the place of each field, and its lines. Raises FileRefused."""
    if not path.stat().st_size:
        raise FileRefused("The file is empty. Export it again.")
    if path.stat().st_size > LARGEST_FILE:
        raise FileRefused("The file has more than 2 GB. Split it into several files.")
    encoding = _encoding(path, report, encoding)
    with csv_files.opened(path, encoding, LARGEST_CELL) as (heading, lines):
        if not any(name.strip() for name in heading):
            raise FileRefused("The first line of the file names no columns. Put their names there.")
        first = list(islice(lines, SAMPLE))
        format = format or format_of(heading)
        found = places(heading, columns, format, [line.cells for line in first])
        yield format, found, chain(first, lines)


def _encoding(path: Path, report: Report, encoding: str) -> str:
    said = encoding or csv_files.encoding_of(path)
    try:
        csv_files.check_encoding(path, said)
    except FileRefused:
        guessed = csv_files.guess_encoding(path) if said == "utf-8-sig" and not encoding else ""
        if not guessed:
            raise
        report.warn(1, "encoding", guessed)
        return guessed
    return said


class Reader:
    """Takes what a line says; a question that was skipped is no answer."""

    def __init__(self, found: Mapping[str, int], scale: range, report: Report, *, is_month_first: bool) -> None:
        self.places = found
        self.scale = scale
        self.report = report
        self.is_month_first = is_month_first
        self.now = timezone.now()
        self.seen: set[str] = set()
        self.alike: Counter[str] = Counter()

    def read(self, lines: Iterable[Line]) -> Iterator[Brought]:
        for line in lines:
            self.report.counts["lines"] += 1
            if line.why:
                self.report.leave_out(line.number, "broken")
                continue
            one = self._read(line)
            if one and one.key in self.seen:
                self.report.leave_out(line.number, "twice")
            elif one:
                self.seen.add(one.key)
                yield one

    def _read(self, line: Line) -> Brought | None:
        said = self._cell(line, "score")
        if not said:
            self.report.counts["skipped"] += 1
            return None
        score = int(said.partition(".")[0]) if re.fullmatch(r"[0-9]{1,3}(\.0+)?", said) else None
        if score not in self.scale:
            self.report.leave_out(line.number, "score", said)
            return None
        at = self._time(line)
        if score is None or at is None:
            return None
        return Brought(
            line=line.number, key=self._key(line, score), score=score, at=at,
            comment=self._cell(line, "comment"), email=self._email(line), person=self._cell(line, "person")[:120],
            name=" ".join(self._cell(line, "name").split())[:80], company=self._cell(line, "company")[:120],
            plan=self._cell(line, "plan")[:60], revenue=self._revenue(line), language=self._language(line),
        )  # fmt: skip

    def _cell(self, line: Line, field: str) -> str:
        place = self.places.get(field, -1)
        if not 0 <= place < len(line.cells):
            return ""
        return csv_files.unsafe(_NEVER.sub("", line.cells[place])).strip()

    def _time(self, line: Line) -> datetime | None:
        said = self._cell(line, "answered")
        try:
            iso, is_guess = cells.when(said, is_month_first=self.is_month_first)
        except cells.CellRefused:
            self.report.leave_out(line.number, "date", said)
            return None
        at = datetime.fromisoformat(iso) if iso else None
        if at is None:
            self.report.leave_out(line.number, "no date")
        elif at > self.now:
            self.report.leave_out(line.number, "future", said)
            return None
        elif is_guess:
            self.report.warn(line.number, "date guessed", said)
        return at

    def _key(self, line: Line, score: int) -> str:
        """Their id; else what the line says, and which of the lines that say just that it is. The day is read one way
        for it, so that a file which is brought again with the month first changes its answers and adds none."""
        said = self._cell(line, "id")
        if said:
            return said if len(said) <= LONGEST_ID else f"#{hashlib.sha256(said.encode()).hexdigest()}"
        names = ("email", "person", "name", "comment")
        day, _is_guess = cells.when(self._cell(line, "answered"))
        words = "\0".join([day, str(score), *(self._cell(line, name) for name in names)])
        made = hashlib.sha256(words.encode()).hexdigest()[:40]
        self.alike[made] += 1
        return f"~{made}-{self.alike[made]}"

    def _email(self, line: Line) -> str:
        said = self._cell(line, "email")
        try:
            return cells.email(said)[:254]
        except cells.CellRefused:
            self.report.warn(line.number, "email", said)
            return ""

    def _revenue(self, line: Line) -> Decimal | None:
        said = re.sub(r"[\s,'](?=\d{3}\b)", "", self._cell(line, "revenue"))
        if not said:
            return None
        if not re.fullmatch(r"[0-9]{1,10}(\.[0-9]{1,2})?", said):
            self.report.warn(line.number, "revenue", said)
            return None
        return Decimal(said)

    def _language(self, line: Line) -> str:
        said = self._cell(line, "language").replace("_", "-").lower()
        return said.partition("-")[0] if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", said) else ""
