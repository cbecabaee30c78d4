"""PostgreSQL: every table by COPY, all in one REPEATABLE READ snapshot; docs/adr/0004-backups.md tells why."""

from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from psycopg import IsolationLevel, sql

from config.backup.archive import BLOCK, BackupRefused, Manifest, Writer

_TABLES = """
    SELECT table_name FROM information_schema.tables
    WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name
"""
_COLUMNS = """
    SELECT column_name, pg_get_serial_sequence(quote_ident(table_name), column_name) FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position
"""


def member(table: str) -> str:
    return f"tables/{table}.copy"


def back_up(archive: Writer, manifest: Manifest, folder: Path, without: tuple[str, ...]) -> None:
    # A connection of its own: how this one reads must not become how the next request reads.
    ours: Any = connection.copy()  # type: ignore[attr-defined]
    with closing(ours):
        ours.ensure_connection()
        raw = ours.connection
        raw.isolation_level, raw.read_only = IsolationLevel.REPEATABLE_READ, True
        with raw.transaction(), raw.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
            manifest.migrations = [list(row) for row in cursor.fetchall()]
            for table in _tables(cursor):
                if table not in without:
                    _copy_out(cursor, table, manifest, folder / "table.copy")
                    archive.add(member(table), folder / "table.copy")
        (folder / "table.copy").unlink(missing_ok=True)


def _tables(cursor: Any) -> list[str]:
    """The tables of models. Others, such as a search index, are made anew from these after a restore."""
    ours = {*connection.introspection.django_table_names(), "django_migrations"}
    cursor.execute(_TABLES)
    return [name for (name,) in cursor.fetchall() if name in ours]


def _copy_out(cursor: Any, table: str, manifest: Manifest, path: Path) -> None:
    cursor.execute(_COLUMNS, [table])
    columns = dict(cursor.fetchall())
    for column, sequence in columns.items():
        if sequence:
            # Numbers that were given once are not given again: what was deleted may still be named somewhere.
            cursor.execute(sql.SQL("SELECT last_value, is_called FROM {}").format(sql.SQL(sequence)))
            manifest.sequences.append([table, column, *cursor.fetchone()])
    manifest.columns[table] = list(columns)
    with path.open("wb") as file, cursor.copy(_copy("TO STDOUT", table, columns)) as rows:
        for block in rows:
            file.write(block)
    manifest.tables[table] = cursor.rowcount


def restore(manifest: Manifest, folder: Path) -> None:
    """Drop what is there, make the schema as it was then, fill it: in one transaction, so all or nothing."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '15s'")
            _make_schema(cursor, manifest)
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for table, rows in manifest.tables.items():
                _copy_in(cursor, table, rows, manifest.columns[table], folder / member(table))
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table, column, value, is_called in manifest.sequences:
                name = connection.ops.quote_name(table)
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)", [name, column, value, is_called]
                )
    except OperationalError as error:
        if "lock timeout" not in str(error):
            raise
        raise BackupRefused("Others are working in the database. Stop the site, then restore again.") from error


def _make_schema(cursor: Any, manifest: Manifest) -> None:
    cursor.execute(_TABLES)
    for (table,) in cursor.fetchall():
        cursor.execute(sql.SQL("DROP TABLE {} CASCADE").format(sql.Identifier(table)))
    # Deferred checks that wait would keep migrations from changing their tables.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    executor = MigrationExecutor(connection)
    wanted = {(app, name) for app, name in manifest.migrations}
    nodes = executor.loader.graph.node_map
    # Only the last ones: what is on the way already would be taken for a wish to go back.
    last = [key for key in wanted if not any(child.key in wanted for child in nodes[key].children)]
    executor.migrate(sorted(last))


def _copy_in(cursor: Any, table: str, rows: int, columns: list[str], path: Path) -> None:
    cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))  # what migrations put in
    with path.open("rb") as file, cursor.copy(_copy("FROM STDIN", table, columns)) as copy:
        while block := file.read(BLOCK):
            copy.write(block)
    if cursor.rowcount != rows:
        raise BackupRefused(f"The table {table} has not the rows that the manifest counts.")


def _copy(way: str, table: str, columns: Any) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) {}").format(sql.Identifier(table), names, sql.SQL(way))  # type: ignore[arg-type]
