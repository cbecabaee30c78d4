"""Databases of a given size: made by `seed_load`, kept for the next run, copied into the floor's tables."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

from bench import BASE, WORK

# user:password@host:port of a PostgreSQL server on this machine; databases named hb_bench_… are made there.
POSTGRES = os.environ.get("BENCH_POSTGRES", "postgres@127.0.0.1:5432")
PREFIX = os.environ.get("BENCH_PREFIX", "hb_bench")

FLOOR_TABLES = """
CREATE TABLE member (id bigint PRIMARY KEY, name varchar(60) NOT NULL, posts integer NOT NULL);
CREATE TABLE category (id bigint PRIMARY KEY, name varchar(60) NOT NULL);
CREATE TABLE thread (id bigint PRIMARY KEY, category_id bigint NOT NULL, starter_id bigint NOT NULL,
    last_user_id bigint NOT NULL, title varchar(200) NOT NULL, posts integer NOT NULL, views integer NOT NULL,
    created timestamptz NOT NULL, last_at timestamptz NOT NULL, last_post_id bigint NOT NULL);
CREATE TABLE post (id bigint PRIMARY KEY, thread_id bigint NOT NULL, author_id bigint NOT NULL,
    seq integer NOT NULL, html text NOT NULL, created timestamptz NOT NULL);
"""
FLOOR_INDEXES = """
CREATE UNIQUE INDEX ON post (thread_id, seq);
CREATE INDEX ON thread (last_post_id);
"""
# What fills each table, asked of the product. The opening of a thread is its post 1, reply n its post n + 1.
FLOOR_ROWS = {
    "member": "SELECT id, left(coalesce(nullif(name, ''), handle), 60), post_count FROM community_member",
    "category": "SELECT id, left(name, 60) FROM community_place",
    "thread": """
        SELECT i.id, i.place_id, i.author_id, coalesce(i.active_by_id, i.author_id), i.title, i.reply_serial + 1,
            i.view_count, i.created_at, i.active_at, i.id
        FROM community_item i WHERE i.kind = 'thread' AND i.author_id IS NOT NULL""",
    "post": """
        SELECT i.id, i.id, i.author_id, 1, i.html, i.created_at
        FROM community_item i WHERE i.kind = 'thread' AND i.author_id IS NOT NULL
        UNION ALL
        SELECT i.id, r.about_id, i.author_id, r.number + 1, i.html, i.created_at
        FROM community_reply r JOIN community_item i ON i.id = r.item_id WHERE i.author_id IS NOT NULL""",
}


@dataclass(frozen=True)
class Database:
    """One database of the product."""

    engine: str  # postgresql or sqlite
    size: int  # in replies

    @property
    def name(self) -> str:
        return f"{PREFIX}_{self.size}"

    @property
    def title(self) -> str:
        return f"{self.size:,} replies"

    @property
    def url(self) -> str:
        if self.engine == "sqlite":
            return f"sqlite:///{WORK / f'{self.name}.sqlite3'}"
        return f"postgres://{POSTGRES}/{self.name}"

    @property
    def env(self) -> dict[str, str]:
        """The environment of production, but for https, which a proxy would speak."""
        return {
            "DATABASE_URL": self.url,
            "DATA_DIR": str(WORK),
            "DEBUG": "0",
            "SITE_URL": "https://127.0.0.1",
            "SSL_REDIRECT": "0",
            "SECRET_KEY": "for the benchmark only, on this machine only",
            "EMAIL_URL": "file:///dev/null",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "LOG_LEVEL": "INFO",  # as it is served by default: a line for each request
        }


def manage(database: Database, *arguments: str, quiet: bool = False) -> str:
    """Run a command of the product against a database; gives what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=BASE,
        env={**os.environ, **database.env, "LOG_LEVEL": "WARNING"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if quiet else None,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed on {database.url}:\n{done.stdout[-2_000:]}{done.stderr or ''}")
    return done.stdout


@contextmanager
def postgres(name: str = "postgres") -> Iterator[psycopg.Connection]:
    """A connection to the server of the benchmark."""
    try:
        with psycopg.connect(f"postgres://{POSTGRES}/{name}", autocommit=True, connect_timeout=10) as db:
            yield db
    except psycopg.OperationalError as error:
        raise SystemExit(f"PostgreSQL cannot be reached (BENCH_POSTGRES={POSTGRES}): {error}") from error


def exists(name: str) -> bool:
    with postgres() as db:
        return bool(db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone())


def create(name: str) -> None:
    if not exists(name):
        with postgres() as db:
            db.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def drop(name: str) -> None:
    with postgres() as db:
        db.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def fill(database: Database) -> None:
    """Make the database and fill it, unless an earlier run did."""
    WORK.mkdir(parents=True, exist_ok=True)
    if database.engine == "postgresql":
        create(database.name)
    manage(database, "manage.py", "migrate", "--verbosity", "0")
    there = int(manage(database, "-m", "bench.inside", "replies"))
    if there >= database.size * 0.95:
        return
    if there:
        raise SystemExit(f"{database.url} holds {there} replies, not {database.size}: drop it, or set BENCH_PREFIX.")
    members, threads = max(200, database.size // 100), max(200, database.size // 20)
    print(f"Filling {database.url} …", flush=True)
    manage(
        database, "manage.py", "seed_load",
        "--members", str(members), "--threads", str(threads), "--replies", str(database.size),
    )  # fmt: skip


def fill_floor(database: Database) -> str:
    """The floor's tables with the threads and bodies of a product's database; gives the name of theirs."""
    name = f"{database.name}_floor"
    if exists(name):
        with postgres(name) as floor:
            if floor.execute("SELECT to_regclass('post_thread_id_seq_idx')").fetchone()[0]:
                return name
        drop(name)
    create(name)
    print(f"Filling {name} …", flush=True)
    with postgres(database.name) as product, postgres(name) as floor:
        floor.execute(FLOOR_TABLES)
        for table, rows in FLOOR_ROWS.items():
            with (
                product.cursor().copy(f"COPY ({rows}) TO STDOUT") as source,
                floor.cursor().copy(f"COPY {table} FROM STDIN") as target,
            ):
                for block in source:
                    target.write(block)
        floor.execute(FLOOR_INDEXES)
        floor.execute("VACUUM ANALYZE")
    return name
