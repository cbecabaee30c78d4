"""What single cells of a table say: times in many shapes, numbers, lists, addresses."""

import re
from datetime import UTC, date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.dateparse import parse_datetime

EXCEL_BEGINS = date(1899, 12, 30)
BUDDHIST = 543  # years that a Thai calendar is ahead
EARLIEST = 1990
_NAMED = ("%b %d %Y", "%B %d %Y", "%d %b %Y", "%d %B %Y")
_DIGITS = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([ap]m)?)?", re.I)
_TIME = re.compile(r"[ ,]+(?:at )?(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([ap]m)?(?: ?(?:utc|gmt))?$", re.I)


class CellRefused(ValueError):
    """A cell that says nothing we understand."""


def when(cell: str, *, is_month_first: bool = False) -> tuple[str, bool]:
    """ISO 8601 in UTC, and whether day and month had to be guessed; "" for an empty cell. Raises CellRefused."""
    said = cell.strip()
    if not said:
        return "", False
    guessed = False
    try:
        found = _moment(said)
        if found is None:
            found, guessed = _slashed(said, is_month_first)
    except (ValueError, OverflowError) as broken:
        raise CellRefused(said) from broken
    if found is None or not EARLIEST <= found.year <= 2999:
        raise CellRefused(said)
    return found.isoformat(), guessed


def _moment(said: str) -> datetime | None:
    """ISO 8601, a number of seconds, a spreadsheet's number of days, or a month by its name."""
    if re.fullmatch(r"\d{10}(\d{3})?(\.\d+)?", said):
        return datetime.fromtimestamp(float(said) / (1000 if len(said.split(".")[0]) == 13 else 1), tz=UTC)
    if re.fullmatch(r"[2-6]\d{4}(\.\d+)?", said):
        begins = datetime.combine(EXCEL_BEGINS, datetime.min.time(), UTC)
        return begins + timedelta(days=float(said))
    iso = re.sub(r" (?:UTC|GMT)$", "Z", said)
    iso = re.sub(r"^(2[45]\d\d|26[0-4]\d)(?=-)", lambda year: str(int(year[1]) - BUDDHIST), iso)
    found = parse_datetime(iso) or _named(said)
    return found and (found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC))


def _named(said: str) -> datetime | None:
    """Jul 21, 2025, 3:04 PM"""
    clock = _TIME.search(said)
    words = re.sub(r"[,.]|(?<=\d)(?:st|nd|rd|th)\b", " ", said[: clock.start()] if clock else said)
    for shape in _NAMED:
        try:
            day = datetime.strptime(" ".join(words.split()), shape)  # noqa: DTZ007 - UTC is put in by the caller
        except ValueError:
            continue
        return day + _clock(*clock.groups()) if clock else day
    return None


def _slashed(said: str, is_month_first: bool) -> tuple[datetime | None, bool]:
    """2025-7-1, 21/07/2025 and 07/21/2025; of two small numbers the first is the day, which is a guess."""
    found = _DIGITS.fullmatch(said)
    if not found:
        return None, False
    one, two, three = (int(part) for part in found.groups()[:3])
    if one > 31:
        year, month, day, guessed = one, two, three, False
    else:
        year, guessed = three + (2000 if three < 100 else 0), one <= 12 and two <= 12 and one != two
        is_american = two > 12 or (is_month_first and one <= 12)
        day, month, guessed = (two, one, False) if is_american else (one, two, guessed and not is_month_first)
    year -= BUDDHIST if 2400 <= year < 2650 else 0
    at = datetime(year, month, day, tzinfo=UTC)
    return at + (_clock(*found.groups()[3:]) if found[4] else timedelta()), guessed


def _clock(hour: str, minute: str, second: str | None, half: str | None) -> timedelta:
    hours = int(hour) % 12 + (12 if half.lower() == "pm" else 0) if half else int(hour)
    return timedelta(hours=hours, minutes=int(minute), seconds=int(second or 0))


def whole(cell: str) -> int:
    """1,234 and 12.0 are numbers; an empty cell is 0. Raises CellRefused."""
    said = re.sub(r"[\s',](?=\d{3}\b)", "", cell.strip()).removesuffix(".0")
    if not said:
        return 0
    if not re.fullmatch(r"\d{1,9}", said):
        raise CellRefused(cell.strip())
    return int(said)


def listed(cell: str) -> list[str]:
    """Names parted by comma, semicolon or bar, each once."""
    return list(dict.fromkeys(" ".join(part.split()) for part in re.split(r"[,;|]", cell) if part.strip()))


def email(cell: str) -> str:
    """In small letters; "" for an empty cell. Raises CellRefused."""
    said = cell.strip().lower().removeprefix("mailto:")
    found = re.fullmatch(r".*<([^<>]+)>", said)
    said = found[1].strip() if found else said
    try:
        if said:
            validate_email(said)
    except ValidationError as broken:
        raise CellRefused(said) from broken
    return said


def emails(cell: str) -> list[str]:
    """Several of them in one cell."""
    return [part for part in re.split(r"[,;|\s]+", cell) if part]
