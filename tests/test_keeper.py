"""A web worker holds SQLite open, so that the log that others are about to read is not thrown away."""

import sqlite3
from contextlib import closing
from pathlib import Path

from config.keeper import keep_open


def test_the_log_outlives_a_request_while_a_worker_lives(tmp_path: Path) -> None:
    file = tmp_path / "site.sqlite3"
    log = tmp_path / "site.sqlite3-wal"

    def request() -> None:
        with closing(sqlite3.connect(file, isolation_level=None)) as one:
            one.execute("PRAGMA journal_mode = WAL")
            one.execute("CREATE TABLE IF NOT EXISTS said (words TEXT)")
            one.execute("INSERT INTO said VALUES ('hello')")
            assert log.exists()

    request()
    assert not log.exists()  # it was the last one
    kept = keep_open({"ENGINE": "django.db.backends.sqlite3", "NAME": str(file)})
    assert kept is not None
    with closing(kept):
        request()
        assert log.exists()


def test_other_databases_need_none() -> None:
    assert keep_open({"ENGINE": "django.db.backends.postgresql", "NAME": "hearback"}) is None
