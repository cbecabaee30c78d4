"""CSV files of any size: encoding and delimiter are found out; lines come one at a time, or why they cannot be read."""

import codecs
import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

MOST_COLUMNS = 200
BLOCK = 1 << 20  # bytes read at once
LONGEST_LINE = 64 << 20  # characters; what is longer is no line of a table
FORMULA = "=+-@＝＋－＠\t\r\n"  # a cell that begins so is run by spreadsheets
# Encoding, letters that its language writes and the share of foreign letters that must be such, which of them are
# common and their share, whether they stand among Latin ones. In this order: Arabic would pass for Thai as well.
_GUESSES = (
    ("cp949", "[가-힣]", 0.9, "", 0.0, False),
    ("cp1256", "[\u0621-\u064a]", 0.8, "ال", 0.15, False),
    ("cp874", "[\u0e01-\u0e5b]", 0.95, "", 0.0, False),
    ("cp1250", "[ąćęłńóśźżĄĆĘŁŃÓŚŹŻ]", 0.8, "", 0.0, True),
)
_AMONG_LATIN = re.compile("(?<=[A-Za-z])[^\x00-\x7f]|[^\x00-\x7f](?=[A-Za-z])")


class FileRefused(ValueError):
    """Carries a sentence that says what is wrong with the whole file, and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    cells: list[str] = field(default_factory=list)
    why: str = ""  # it cannot be read


def encoding_of(path: Path) -> str:
    """By how the file begins; what says nothing is taken as UTF-8."""
    with path.open("rb") as stream:
        start = stream.read(400)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if start.count(b"\0") > len(start) // 4:
        return "utf-16-le" if start[1:2] == b"\0" else "utf-16-be"
    return "utf-8-sig"


def check_encoding(path: Path, encoding: str) -> None:
    """Read it once, whatever its size. Raises FileRefused, which names the line and the byte."""
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
    except LookupError as unknown:
        words = _("There is no encoding '%(encoding)s'. Polish files are often cp1250, Thai ones cp874.")
        raise FileRefused(words % {"encoding": encoding}) from unknown
    lines, block = 1, b""
    with path.open("rb") as stream:
        try:
            while block := stream.read(BLOCK):
                decoder.decode(block)
                lines += block.count(b"\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as broken:
            # What the decoder held back of the block before has no line end in it.
            line = lines + broken.object.count(b"\n", 0, broken.start)
            words = _(
                "The file is not written in %(encoding)s: line %(line)d has the byte %(byte)s. Save it as “CSV UTF-8” "
                "in the spreadsheet; a command can be told, such as --encoding cp1250 (Polish), cp874 (Thai), cp1256 "
                "(Arabic), cp949 (Korean), cp1252 (Western)."
            )
            name, byte = encoding.removesuffix("-sig").upper(), f"0x{broken.object[broken.start]:02X}"
            raise FileRefused(words % {"encoding": name, "line": line, "byte": byte}) from broken


def guess_encoding(path: Path) -> str:
    """What a file that is no Unicode may be written in, by the letters of its first megabyte; "" for no idea."""
    with path.open("rb") as stream:
        start = stream.read(BLOCK)
    start = start[: start.rfind(b"\n") + 1] or start
    for encoding, letters, share, common, least, is_latin in _GUESSES:
        try:
            text = start.decode(encoding)
        except UnicodeDecodeError:
            continue
        foreign = "".join(sign for sign in text if sign > "\x7f" and sign.isalnum())
        ours, often = len(re.findall(letters, foreign)), sum(foreign.count(sign) for sign in common)
        is_apart = is_latin or len(_AMONG_LATIN.findall(text)) < len(foreign) / 3
        if foreign and is_apart and ours >= share * len(foreign) and often >= least * len(foreign):
            return encoding
    return "" if b"\0" in start else "cp1252"


def delimiter_of(start: str) -> str:
    """The sign that parts the headings of the first line."""
    heading = re.sub(r'"[^"]*"', "", start[:20_000].lstrip().partition("\n")[0])
    return max(",;\t|", key=heading.count)


@contextmanager
def opened(path: Path, encoding: str, largest_cell: int) -> Iterator[tuple[list[str], Iterator[Line]]]:
    """The headings and the lines below them; empty lines are left out. Raises FileRefused."""
    with path.open(encoding=encoding, newline="") as stream, _cells_of(largest_cell):
        start = stream.read(20_000)
        stream.seek(0)
        # No str.splitlines: it also splits at signs that stand inside cells.
        parts = iter(lambda: stream.readline(LONGEST_LINE), "")
        reader = csv.reader(parts, delimiter=delimiter_of(start), strict=True)
        try:
            heading = next(reader, [])
        except csv.Error as broken:
            words = _("The first line of the file is no list of columns: %(why)s.")
            raise FileRefused(words % {"why": broken}) from broken
        if len(heading) > MOST_COLUMNS:
            words = _("The file has %(n)d columns; at most %(most)d can be read.")
            raise FileRefused(words % {"n": len(heading), "most": MOST_COLUMNS})
        yield heading, _lines(reader, largest_cell)


def _lines(reader: Any, largest_cell: int) -> Iterator[Line]:
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as broken:
            too_large = f"a cell has more than {largest_cell:,} characters; is a quotation mark missing?"
            is_large = "field larger" in str(broken)
            yield Line(first, why=too_large if is_large else f"the quotation marks are wrong ({broken})")
            continue
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield Line(first, cells)


@contextmanager
def _cells_of(limit: int) -> Iterator[None]:
    """The limit of the csv module is one for the whole process: leave it as it was."""
    before = csv.field_size_limit(limit)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def heading_of(words: str) -> str:
    """A heading as headings are compared: `suggestion.status_name` → `suggestion status name`."""
    return re.sub(r"[\s_.:/-]+", " ", words).strip().casefold()


def count(path: Path) -> int:
    """About how many lines there are, for a progress bar."""
    with path.open("rb") as stream:
        return max(0, sum(block.count(b"\n") for block in iter(lambda: stream.read(BLOCK), b"")) - 1)


def safe(cell: object) -> str:
    """A cell for a spreadsheet, which would run a formula: an apostrophe before it says that it is words."""
    words = str(cell)
    return f"'{words}" if words[:1] and words[0] in FORMULA else words


def unsafe(cell: str) -> str:
    """What `safe` was given."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] and cell[1] in FORMULA else cell
