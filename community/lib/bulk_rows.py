"""Rows by the hundred thousand: COPY on PostgreSQL, one prepared INSERT on SQLite. No model sees them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, models, transaction

BATCH = 20_000  # rows per transaction, whose checks of foreign keys wait in memory


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write the rows, with the values as the database keeps them (see `stamp`); answers how many."""
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    written = 0
    rest = iter(rows)
    while batch := list(islice(rest, BATCH)):
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    for row in batch:
                        copy.write_row(row)
            else:
                signs = ", ".join(["?"] * len(columns))
                # The driver's own method: Django's would rewrite the statement for each batch.
                cursor.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({signs})", batch)  # noqa: S608
        written += len(batch)
    return written


def stamp(at: datetime) -> str:
    """A moment in UTC as this database keeps it."""
    return at.isoformat() if connection.vendor == "postgresql" else str(at.replace(tzinfo=None))


def analyse() -> None:
    """Let the planner know what is there now; PostgreSQL also learns which pages all may see."""
    with connection.cursor() as cursor:
        is_free = connection.vendor == "postgresql" and not connection.in_atomic_block
        cursor.execute("VACUUM ANALYZE" if is_free else "ANALYZE")


def counted(rows: Iterable[Any], progress: Any) -> Iterator[Any]:
    """The same rows, moving a progress bar."""
    for row in rows:
        yield row
        progress.update(1)
