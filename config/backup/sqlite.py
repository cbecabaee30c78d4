"""SQLite: a copy of the file through the backup API, made in one read transaction while others write."""

import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connection

from config.backup.archive import BackupRefused, Manifest, Writer

MEMBER = "database.sqlite3"
_VIRTUAL = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL%'"


def back_up(archive: Writer, manifest: Manifest, folder: Path, without: tuple[str, ...]) -> None:
    copy = folder / MEMBER
    with closing(_open(str(connection.settings_dict["NAME"]))) as source, closing(_open(str(copy))) as made:
        # The open read transaction holds one state of the database: without it the copy would begin anew whenever
        # somebody writes. In WAL mode it holds nobody up.
        source.execute("BEGIN")
        source.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        source.backup(made, pages=4_096)
        source.execute("ROLLBACK")
        made.execute("PRAGMA journal_mode = DELETE")
        made.execute("PRAGMA secure_delete = ON")
        for (table,) in made.execute(_VIRTUAL).fetchall():
            made.execute(f'DROP TABLE "{table}"')  # the search index: made anew from the items after a restore
        tables = _tables(made)
        for table in set(without) & set(tables):
            made.execute(f'DELETE FROM "{table}"')  # noqa: S608 (a name of ours)
        _check(made)
        manifest.tables = _counts(made, tables)
        manifest.migrations = [list(row) for row in made.execute("SELECT app, name FROM django_migrations ORDER BY id")]
    archive.add(MEMBER, copy)
    copy.unlink()


def restore(manifest: Manifest, folder: Path) -> None:
    """Write the copy over the database in one transaction: processes that run see the old one or the new one."""
    with closing(_open(str(folder / MEMBER))) as copy:
        _check(copy)
        compare(manifest, _counts(copy, _tables(copy)))
        connection.close()
        with closing(_open(str(connection.settings_dict["NAME"]))) as database:
            database.execute("PRAGMA journal_mode = WAL")
            copy.backup(database)


def compare(manifest: Manifest, found: dict[str, int]) -> None:
    wrong = [name for name in {*found, *manifest.tables} if found.get(name) != manifest.tables.get(name)]
    if wrong:
        raise BackupRefused(f"The table {sorted(wrong)[0]} has not the rows that the manifest counts.")


def _open(name: str) -> sqlite3.Connection:
    return sqlite3.connect(name, timeout=60, isolation_level=None)


def _tables(database: sqlite3.Connection) -> list[str]:
    """Those with rows of their own, in order: not SQLite's, and none that only looks like a table."""
    rows = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [name for name, made in rows if not name.startswith("sqlite_") and "VIRTUAL" not in made[:20].upper()]


def _counts(database: sqlite3.Connection, tables: list[str]) -> dict[str, int]:
    return {table: database.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()[0] for table in tables}  # noqa: S608


def _check(database: sqlite3.Connection) -> None:
    said = database.execute("PRAGMA quick_check").fetchone()[0]
    if said != "ok":
        raise BackupRefused(f"The database is damaged: {said}.")
