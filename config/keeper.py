"""One idle connection to SQLite for as long as a web worker lives.

Requests close theirs, and whoever closes the last one throws the write-ahead log away. A process that opens the
database at that instant may look into a log that is no more and fails with "disk I/O error"
(SQLITE_IOERR_SHORT_READ): once in some 60,000 openings here. While this one stands, nobody is the last.
"""

import sqlite3
from typing import Any


def keep_open(database: dict[str, Any]) -> sqlite3.Connection | None:
    """The connection, for whoever wants it kept to hold; None for another kind of database."""
    if not database["ENGINE"].endswith("sqlite3"):
        return None
    kept = sqlite3.connect(database["NAME"], timeout=20, check_same_thread=False)
    kept.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()  # it joins the others with its first look
    return kept
