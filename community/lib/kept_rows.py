"""Queries about a list of numbers, whose SQL is made once and is the same however many there are.

Django makes the SQL anew each time, which takes longer than SQLite takes to answer; and PostgreSQL parses and plans
each length of `IN (…)` as a statement of its own.
"""

import json
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import BooleanField, F, Func, QuerySet

_NUMBERS = object()  # stands among the parameters where the list goes


class Among(Func):
    """Whether a column is one of the numbers that `KeptRows` is asked about."""

    output_field = BooleanField()

    def __init__(self, column: str) -> None:
        super().__init__(F(column))

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = compiler.compile(self.source_expressions[0])
        one = "IN (SELECT value FROM json_each(%s))" if connection.vendor == "sqlite" else "= ANY(%s)"
        return f"{column} {one}", (*params, _NUMBERS)


class _Compiled(NamedTuple):
    using: str
    sql: str
    params: tuple[Any, ...]
    converters: list[tuple[int, list[Callable[..., Any]], Any]]  # place in the row, what makes its value, of which


class KeptRows:
    """The rows of a `values_list` that is filtered by `Among`; nothing else in it may differ from time to time."""

    def __init__(self, asked: Callable[[], QuerySet[Any, Any]]) -> None:
        self.asked = asked

    @property
    def using(self) -> str:
        return self._compiled.using

    @cached_property
    def _compiled(self) -> _Compiled:
        rows = self.asked()
        compiler = rows.query.get_compiler(rows.db)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([one[0] for one in compiler.select])
        return _Compiled(rows.db, sql, params, [(at, *found) for at, found in converters.items()])

    def of(self, numbers: Iterable[int]) -> list[tuple[Any, ...]]:
        """One query; none for no numbers."""
        some = list(numbers)
        if not some:
            return []
        using, sql, params, converters = self._compiled
        connection = connections[using]
        given = json.dumps(some) if connection.vendor == "sqlite" else some
        with connection.cursor() as cursor:
            cursor.execute(sql, [given if one is _NUMBERS else one for one in params])
            found = cursor.fetchall()
        for at, converts, expression in converters:
            for convert in converts:
                found = [(*row[:at], convert(row[at], expression, connection), *row[at + 1 :]) for row in found]
        return found
