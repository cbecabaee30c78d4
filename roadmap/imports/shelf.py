"""Where a file lies in order while it is imported: rows of one idea come together, whatever their order and number.

A small database beside the real one, so that a file of any size takes as much memory as a batch of it.
"""

import json
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType

from roadmap.imports.brought import Brought, Said, Voter

_TABLES = """
CREATE TABLE idea (n INTEGER PRIMARY KEY, key TEXT UNIQUE, line INTEGER, duplicate_of TEXT, status TEXT, said TEXT);
CREATE TABLE voter (key TEXT, email TEXT, at TEXT, PRIMARY KEY (key, email)) WITHOUT ROWID;
CREATE TABLE reply (key TEXT, id TEXT, at TEXT, said TEXT, PRIMARY KEY (key, id)) WITHOUT ROWID;
"""


class Shelf:
    """Use it in a `with`: it is gone at its end."""

    def __enter__(self) -> "Shelf":
        self.folder = tempfile.TemporaryDirectory(prefix="ideas-")
        self.base = sqlite3.connect(Path(self.folder.name) / "shelf.sqlite3", isolation_level=None)
        self.base.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_TABLES} BEGIN;")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.base.close()
        self.folder.cleanup()

    def add(self, brought: Brought) -> int:
        """The line of an idea of the same key that lies there already, which stays; 0 when there is none."""
        row = (brought.key, brought.line, brought.duplicate_of, brought.status, _told(brought))
        put = "INSERT OR IGNORE INTO idea (key, line, duplicate_of, status, said) VALUES (?, ?, ?, ?, ?)"
        if self.base.execute(put, row).rowcount:
            return 0
        found = self.base.execute("SELECT line FROM idea WHERE key = ?", [brought.key]).fetchone()
        return int(found[0])

    def add_voter(self, key: str, voter: Voter, line: int) -> None:
        """Once for each address; who has none counts for each line."""
        row = (key, voter.email or f"?{line}", voter.at)
        self.base.execute("INSERT OR IGNORE INTO voter VALUES (?, ?, ?)", row)

    def add_reply(self, key: str, said: Said) -> None:
        row = (key, said.key, said.at, _told(said))
        self.base.execute("INSERT OR IGNORE INTO reply VALUES (?, ?, ?, ?)", row)

    def count(self) -> int:
        return int(self.base.execute("SELECT COUNT(*) FROM idea").fetchone()[0])

    def batches(self, size: int, most: int = -1) -> Iterator[list[Brought]]:
        """The ideas in the order of the file; `most` is how many of them."""
        after, left = 0, most
        while left:
            ask = "SELECT n, said FROM idea WHERE n > ? ORDER BY n LIMIT ?"
            rows = self.base.execute(ask, [after, size if left < 0 else min(size, left)]).fetchall()
            if not rows:
                return
            yield [Brought(**json.loads(said)) for _n, said in rows]
            after, left = rows[-1][0], left - len(rows) if left > 0 else left

    def voters(self, keys: Sequence[str]) -> dict[str, list[Voter]]:
        """By the key of the idea."""
        found: dict[str, list[Voter]] = defaultdict(list)
        ask = f"SELECT key, email, at FROM voter WHERE key IN ({_signs(keys)}) ORDER BY key, email"  # noqa: S608 (signs alone)
        for key, email, at in self.base.execute(ask, keys):
            found[key].append(Voter("" if email.startswith("?") else email, at))
        return found

    def replies(self, keys: Sequence[str]) -> dict[str, list[Said]]:
        """By the key of the idea, oldest first."""
        found: dict[str, list[Said]] = defaultdict(list)
        ask = f"SELECT key, said FROM reply WHERE key IN ({_signs(keys)}) ORDER BY key, at, id"  # noqa: S608 (signs alone)
        for key, said in self.base.execute(ask, keys):
            found[key].append(Said(**json.loads(said)))
        return found

    def statuses(self) -> list[tuple[str, int]]:
        """Their words and how often each occurs, the commonest first."""
        ask = "SELECT status, COUNT(*) FROM idea WHERE duplicate_of = '' GROUP BY status ORDER BY 2 DESC, 1"
        return [(status, number) for status, number in self.base.execute(ask)]

    def duplicates(self) -> dict[str, str]:
        """Key → key of the idea that it was merged into."""
        return dict(self.base.execute("SELECT key, duplicate_of FROM idea WHERE duplicate_of > '' ORDER BY n"))


def _told(one: Brought | Said) -> str:
    """As JSON; `dataclasses.asdict` copies each value, which takes longer than all else."""
    return json.dumps({name: getattr(one, name) for name in one.__slots__})


def _signs(keys: Iterable[str]) -> str:
    return ", ".join("?" for _key in keys)
