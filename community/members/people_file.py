"""Reading a CSV file of people: what it says, line by line, and why a line cannot be taken."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from community.lib import csv_files
from community.lib.csv_files import FileRefused
from community.lib.plain_text import MarkdownRefused, check_text, without_direction_overrides
from community.members import handles
from community.members.roles import Role

LARGEST_FILE = 100 * 1024 * 1024  # bytes
LARGEST_CELL = 10_000  # characters
COLUMNS = {
    "email": "email,e mail,mail,email address,e mail address,address,adres e mail,อีเมล,البريد الإلكتروني,이메일",
    "handle": "handle,username,user name,login,user",
    "name": "name,full name,display name,person,contact,imię i nazwisko,ชื่อ,الاسم,이름",
    "company": "company,company name,organisation,organization,account,firm,firma,บริษัท,الشركة,회사",
    "plan": "plan,subscription,tier",
    "monthly_revenue": "monthly revenue,mrr,revenue,monthly recurring revenue",
    "products": "products,product",
    "language": "language,lang,locale",
    "time_zone": "time zone,timezone,tz",
    "role": "role",
    "groups": "groups,group",
}
_BY_HEADING = {heading: column for column, headings in COLUMNS.items() for heading in headings.split(",")}
_LONGEST = {"email": 254, "handle": 30, "name": 80, "company": 120, "plan": 60}


class LineRefused(ValueError):
    """Carries a sentence that says why one line is left out."""


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    email: str
    handle: str
    name: str
    company: str
    plan: str
    monthly_revenue: Decimal | None
    products: tuple[str, ...]
    language: str
    time_zone: str
    role: str
    groups: tuple[str, ...]


def read(path: Path, *, encoding: str = "", columns: dict[str, str] | None = None) -> Iterator[Row | tuple[int, str]]:
    """Each line as a Row, or as its number and the reason why it cannot be taken. Raises FileRefused."""
    if path.stat().st_size > LARGEST_FILE:
        raise FileRefused(f"{path.name} has more than {LARGEST_FILE // 1024**2} MB. Split it into several files.")
    encoding = encoding or csv_files.encoding_of(path)
    csv_files.check_encoding(path, encoding)
    with csv_files.opened(path, encoding, LARGEST_CELL) as (heading, lines):
        found = _columns(heading, columns or {}, path)
        for line in lines:
            try:
                yield (line.number, line.why) if line.why else _row(line.number, line.cells, found, len(heading))
            except LineRefused as refusal:
                yield line.number, str(refusal)


def _columns(heading: list[str], chosen: dict[str, str], path: Path) -> dict[str, int]:
    """Column → its place in a line."""
    names = [csv_files.heading_of(name) for name in heading]
    wished = {csv_files.heading_of(name): column for column, name in chosen.items()}
    found: dict[str, int] = {}
    for known in (wished, _BY_HEADING):
        for place, name in enumerate(names):
            column = known.get(name)
            if column and place not in found.values():
                found.setdefault(column, place)
    missing = [name for column, name in chosen.items() if column not in found]
    if missing:
        raise FileRefused(f"{path.name} has no column {', '.join(missing)}. It has: {', '.join(heading)}.")
    if "email" not in found:
        shown = ", ".join(name[:40] for name in heading[:20]) or "nothing"
        raise FileRefused(
            f"{path.name} has no column for e-mail addresses. Its first line says: {shown}. "
            "Name the column email, or say which one it is: --columns email=…"
        )
    return found


def _row(line: int, cells: list[str], columns: dict[str, int], width: int) -> Row:
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        raise LineRefused(f"it has {len(cells)} cells where the first line has {width}")

    def cell(column: str) -> str:
        place = columns.get(column)
        return _clean(cells[place], column) if place is not None and place < len(cells) else ""

    email = cell("email").removeprefix("mailto:").lower()
    try:
        validate_email(email)
    except ValidationError:
        raise LineRefused(f"{email[:80]!r} is no e-mail address" if email else "there is no e-mail address") from None
    return Row(
        line=line,
        email=email,
        handle=_handle(cell("handle")),
        name=cell("name"),
        company=cell("company"),
        plan=cell("plan"),
        monthly_revenue=_money(cell("monthly_revenue")),
        products=_list(cell("products")),
        language=_one_of(cell("language")[:2].lower(), dict(settings.LANGUAGES), "language"),
        time_zone=_one_of(cell("time_zone"), _time_zones(), "time zone"),
        role=_one_of(cell("role").lower(), Role.values, "role"),
        groups=_list(cell("groups")),
    )


def _clean(value: str, column: str) -> str:
    try:
        value = without_direction_overrides(check_text(value))
    except MarkdownRefused as refusal:
        raise LineRefused(f"the {column} cannot be stored: {refusal}") from refusal
    value = " ".join(value.split())
    if len(value) > _LONGEST.get(column, LARGEST_CELL):
        raise LineRefused(f"the {column} has {len(value)} characters; the limit is {_LONGEST[column]}")
    return value


def _handle(value: str) -> str:
    value = value.lower().removeprefix("@")
    try:
        for validate in handles.validators if value else []:
            validate(value)
    except ValidationError as refusal:
        raise LineRefused(f"the handle {value!r} cannot be used: {refusal.messages[0]}") from refusal
    return value


def _list(value: str) -> tuple[str, ...]:
    parts = tuple(dict.fromkeys(part.strip() for part in value.split("|") if part.strip()))
    long = next((part for part in parts if len(part) > 80), None)
    if long:
        raise LineRefused(f"“{long[:40]}…” has more than 80 characters")
    return parts


def _one_of(value: str, known: "dict[str, str] | set[str] | list[str]", what: str) -> str:
    if value and value not in known:
        few = f"; use one of {', '.join(known)}" if len(known) < 20 else ""
        raise LineRefused(f"{value[:40]!r} is no {what} known here{few}")
    return value


@cache
def _time_zones() -> set[str]:
    """Names from several hundred files of the system: 60 ms, too much for each line."""
    return available_timezones()


def _money(value: str) -> Decimal | None:
    """1234.5, 1,234.50, 1 234,50 and €1.234,50 are all amounts; three digits after a single sign are thousands."""
    plain = re.sub(r"[^\d.,+-]", "", value)
    if not plain:
        if value:
            raise LineRefused(f"{value[:40]!r} is no amount of money")
        return None
    sign = max(plain.rfind("."), plain.rfind(","))
    is_decimal = sign >= 0 and (len(plain) - sign - 1 != 3 or ("." in plain and "," in plain))
    whole, part = (plain[:sign], plain[sign + 1 :]) if is_decimal else (plain, "")
    try:
        amount = Decimal(f"{re.sub('[.,]', '', whole) or '0'}.{part or '0'}").quantize(Decimal("0.01"))
    except InvalidOperation:
        raise LineRefused(f"{value[:40]!r} is no amount of money") from None
    if not 0 <= amount < 10**10:
        raise LineRefused(f"monthly revenue is {amount}; it must be from 0 up to ten digits")
    return amount
