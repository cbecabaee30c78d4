"""The index: which entries hold a term, by its number. FTS5 on SQLite, a GIN index on PostgreSQL.

Made by `ensure` after every migration, without triggers: SQLite drops those when Django rebuilds a table, and none
could run the analyser. No word stands in here, so that a word taken out of an entry is gone.
"""

from collections.abc import Iterable, Sequence, Set
from typing import Any, NamedTuple

from django.db import connections, router

from community.feedback.models import Item
from community.feedback.places import Place
from community.search.models import Corpus, Entry, Frequency, Shortened, Word

TABLE = "community_searchindex"
MOST = 3_000  # entries that one term brings: with more it tells nothing, and counting them takes time
_SQLITE = f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} USING fts5(terms, content='', detail=none, tokenize='ascii')"
HOLDING = "community_holding"  # a function of PostgreSQL: ids of the entries that hold all these terms, up to so many
_POSTGRES = (
    f"CREATE TABLE IF NOT EXISTS {TABLE} (item_id bigint PRIMARY KEY, terms integer[] NOT NULL)",
    # Each entry that holds a term costs a look at its row. With terms in the row, hardly two of those stand on one page
    # of the table, and reading the pages took most of a search. PostgreSQL puts elsewhere only what is in rows of more
    # than 2,000 bytes; the padding makes them so long, and takes 40 once it is compressed.
    f"ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS padding text NOT NULL DEFAULT repeat('.', 2100)",
    f"ALTER TABLE {TABLE} ALTER terms SET STORAGE EXTERNAL",
    f"ALTER TABLE {TABLE} SET (toast_tuple_target = 128)",
    f"CREATE INDEX IF NOT EXISTS {TABLE}_terms ON {TABLE} USING gin (terms)",
    # Knowing that a term is common, the planner would read the table row by row until it has enough that hold it, which
    # takes three times as long as its index: it does not know what comparing arrays of 400 numbers costs.
    f"ALTER TABLE {TABLE} ALTER terms SET STATISTICS 0",
    # As a function, since each session plans it once, and the planner must not take the short table for one that is
    # soon read: it does not know that the terms stand elsewhere.
    f"""
    CREATE OR REPLACE FUNCTION {HOLDING}(wanted integer[], most integer) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE ROWS 300 SET enable_seqscan = off AS $$
    BEGIN
        RETURN QUERY SELECT item_id FROM {TABLE} WHERE terms @> wanted LIMIT most;
    END $$
    """,  # noqa: S608 (names of ours)
)


def ensure(using: str) -> None:
    """Make what is not there."""
    with connections[using].cursor() as cursor:
        for statement in [_SQLITE] if connections[using].vendor == "sqlite" else _POSTGRES:
            cursor.execute(statement)


def empty() -> None:
    connection = connections[router.db_for_write(Entry)]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"INSERT INTO {TABLE}({TABLE}) VALUES ('delete-all')")  # noqa: S608
        else:
            cursor.execute(f"TRUNCATE {TABLE}")


def add(rows: Iterable[tuple[int, Set[int]]]) -> None:
    """Id of an entry → the numbers of its terms. On SQLite it must not be there yet."""
    connection = connections[router.db_for_write(Entry)]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            tokens = [(pk, _tokens(numbers)) for pk, numbers in rows]
            cursor.executemany(f"INSERT INTO {TABLE}(rowid, terms) VALUES (%s, %s)", tokens)  # noqa: S608
            return
        cursor.executemany(
            f"INSERT INTO {TABLE} VALUES (%s, %s) ON CONFLICT (item_id) DO UPDATE SET terms = excluded.terms",  # noqa: S608
            [(pk, sorted(numbers)) for pk, numbers in rows],
        )


def take_out(rows: Iterable[tuple[int, Set[int]]]) -> None:
    """FTS5 without content wants to hear which terms it put in."""
    connection = connections[router.db_for_write(Entry)]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            tokens = [(pk, _tokens(numbers)) for pk, numbers in rows]
            cursor.executemany(
                f"INSERT INTO {TABLE}({TABLE}, rowid, terms) VALUES ('delete', %s, %s)",  # noqa: S608
                tokens,
            )
        else:
            cursor.execute(f"DELETE FROM {TABLE} WHERE item_id = ANY(%s)", [[pk for pk, _numbers in rows]])  # noqa: S608


def settle() -> None:
    """Let PostgreSQL put into its index what it has only noted. Its planner takes those notes for so dear that it reads
    the whole table instead: with 480 entries that was three milliseconds a term, and is less than a tenth now."""
    connection = connections[router.db_for_write(Entry)]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT gin_clean_pending_list(%s)", [f"{TABLE}_terms"])


def analyse() -> None:
    """Tell PostgreSQL's planner what is there, after much has come in: without it the first who ask wait half a second,
    and a server that has planned once keeps that plan. SQLite's needs no numbers for what is asked here."""
    connection = connections[router.db_for_write(Entry)]
    if connection.vendor == "postgresql":
        models = (Item, Place, Entry, Corpus, Frequency, Word, Shortened)
        tables = {TABLE, *(model._meta.db_table for model in models)}
        settle()
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(sorted(tables))}")


class Asked(NamedTuple):
    """Terms that an entry must have all of, by their numbers, and what it gains by that."""

    numbers: Sequence[int]
    weight: float


def holding(asked: Sequence[Asked], most: int = MOST) -> tuple[str, list[Any]]:
    """SQL with its parameters that gives, for each of these, `id` and `weight` of up to `most` entries, the newest."""
    if connections[router.db_for_read(Entry)].vendor == "sqlite":
        return " UNION ALL ".join(_matching(one, most) for one in asked), []
    # In arrays, so that it is one statement for all that is ever asked, which each session parses and plans once.
    every = [f"{{{','.join(map(str, one.numbers))}}}" for one in asked]
    given = "unnest(%s::text[], %s::double precision[]) AS asked(numbers, weight)"
    sql = f"SELECT id, weight FROM {given}, {HOLDING}(asked.numbers::integer[], %s) AS found(id)"  # noqa: S608
    return sql, [every, [round(one.weight, 4) for one in asked], most]


def _matching(asked: Asked, most: int) -> str:
    wanted = " AND ".join(map(_token, asked.numbers))
    newest = f"SELECT rowid AS id FROM {TABLE} WHERE {TABLE} MATCH '{wanted}' ORDER BY rowid DESC LIMIT {most}"  # noqa: S608
    return f"SELECT id, CAST({asked.weight:.4f} AS REAL) AS weight FROM ({newest})"  # noqa: S608 (numbers of ours)


def ids() -> list[int]:
    """Of all entries in the index, for the check."""
    column = "rowid" if connections[router.db_for_read(Entry)].vendor == "sqlite" else "item_id"
    return [pk for (pk,) in _rows(f"SELECT {column} FROM {TABLE}")]  # noqa: S608


def _rows(statement: str) -> list[Any]:
    with connections[router.db_for_read(Entry)].cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def _token(number: int) -> str:
    return format(number + 2**31, "08x")


def _tokens(numbers: Set[int]) -> str:
    return " ".join(map(_token, sorted(numbers)))
