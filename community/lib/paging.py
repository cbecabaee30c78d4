"""Keyset paging: the next page begins after the last row's key, so a deep page costs what the first costs."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateTimeField,
    F,
    Field,
    FloatField,
    Func,
    Model,
    QuerySet,
    Value,
)
from django.utils.dateparse import parse_datetime

M = TypeVar("M", bound=Model)
_FIELDS: dict[type, type[Field]] = {datetime: DateTimeField, int: BigIntegerField, float: FloatField}


@dataclass(frozen=True)
class Page(Generic[M]):
    rows: list[M]
    after: str | None  # the cursor of the next page, None on the last


def encode(key: Sequence[Any]) -> str:
    values = [value.isoformat() if isinstance(value, datetime) else value for value in key]
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).rstrip(b"=").decode()


def decode(cursor: str, kinds: Sequence[type]) -> list[Any] | None:
    """The key in a cursor, or None when it is not one of ours: then the list begins at its start."""
    try:
        padded = cursor[:200].encode("ascii") + b"=" * (-len(cursor) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, binascii.Error, RecursionError):
        return None
    if not isinstance(values, list) or len(values) != len(kinds):
        return None
    key: list[Any] = []
    for value, kind in zip(values, kinds, strict=True):
        if kind is datetime and isinstance(value, str):
            try:
                value = parse_datetime(value)
                if value is None or value.tzinfo is None:
                    return None
                value = value.astimezone(UTC)
            except (ValueError, OverflowError):  # no such day, or none in UTC
                return None
        elif type(value) is not kind or (isinstance(value, int) and not -(2**63) <= value < 2**63):
            return None
        key.append(value)
    return key


def page(rows: QuerySet[M], order: Sequence[tuple[str, type]], cursor: str, size: int) -> Page[M]:
    """`size` rows from the cursor on, newest or highest first, by the fields of `order` (all descending)."""
    names = [name for name, _ in order]
    key = decode(cursor, [kind for _, kind in order]) if cursor else None
    if key:
        rows = rows.filter(_beyond(order, key))
    found = list(rows.order_by(*(f"-{name}" for name in names))[: size + 1])
    if len(found) <= size:
        return Page(found, None)
    return Page(found[:size], encode([_value(found[size - 1], name) for name in names]))


class _Beyond(Func):
    """(a, b) < (x, y): what stands after the key (x, y) when all is sorted downwards.

    As a comparison of rows it is one range of an index on (a, b) for both databases; written out with OR,
    PostgreSQL would take it for many fewer rows than it is, and plan it anew for every page.
    """

    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        parts = [compiler.compile(one) for one in self.get_source_expressions()]
        half = len(parts) // 2
        names, values = (", ".join(sql for sql, _ in side) for side in (parts[:half], parts[half:]))
        return f"({names}) < ({values})", tuple(param for _, params in parts for param in params)


def _beyond(order: Sequence[tuple[str, type]], key: Sequence[Any]) -> _Beyond:
    values = [Value(value, _FIELDS[kind]()) for value, (_, kind) in zip(key, order, strict=True)]
    return _Beyond(*(F(name) for name, _ in order), *values)


def _value(row: Model, name: str) -> Any:
    value: Any = row
    for part in name.split("__"):
        value = getattr(value, part)
    return value
