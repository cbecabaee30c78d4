"""A backup while people write, restored beside the running site: one state, and the same rows."""

import os
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from bench import WORK
from bench.databases import Database, create, manage
from bench.trial.crowd import Crowd
from bench.trial.site import WRITERS, Running, Trial, connect, forget, post

REPLIES = 50_000


@dataclass(frozen=True)
class Beside(Trial):
    @property
    def name(self) -> str:
        return f"{super().name}_restored"


class Writers(Crowd):
    """Members who reply and vote through the site."""

    def __init__(self, site: Running) -> None:
        super().__init__(WRITERS)
        self.site, self.statuses = site, Counter[int]()

    def live(self, number: int) -> None:
        connection, people, turn = connect(self.site.server.port), self.site.people, 0
        while self.goes_on:
            item, session = people["items"][turn % len(people["items"])], people["sessions"][number]
            turn += 1
            self.statuses[post(connection, f"/items/{item}/reply/", session, f"body=Writer+{number}+{turn}")] += 1
            self.statuses[post(connection, f"/items/{item}/vote/", session)] += 1


def backup(site: Running) -> dict[str, Any]:
    archive = WORK / f"{site.trial.name}.tar.gz"
    beside = Beside(site.trial.engine, 0)
    _fill(site.trial)
    forget(beside)
    try:
        with Writers(site) as writers:
            time.sleep(2)
            before, began = sum(writers.statuses.values()), time.monotonic()
            manage(site.trial, "manage.py", "backup", str(archive), "--verify")
            backing_up = time.monotonic() - began
            written = sum(writers.statuses.values()) - before
            time.sleep(1)
        if beside.engine == "postgresql":
            create(beside.name)
        began = time.monotonic()
        manage(beside, "manage.py", "restore", str(archive))
        restoring = time.monotonic() - began
        found = manage(beside, "-m", "bench.trial.inside", "restored", str(archive)).splitlines()[-1]
        return _judged(found, archive.stat().st_size, backing_up, restoring, written, writers)
    finally:
        archive.unlink(missing_ok=True)
        forget(beside)


def _fill(trial: Database) -> None:
    words = ["--members", "500", "--threads", "2000", "--replies", str(REPLIES)]
    manage(trial, "manage.py", "seed_load", *words, quiet=not os.isatty(2))


def _judged(
    found: str, size: int, backing_up: float, restoring: float, written: int, writers: Writers
) -> dict[str, Any]:
    wrong = {status: times for status, times in writers.statuses.items() if status != 302}
    return {
        "ok": found == "{}" and not wrong and written > WRITERS,
        "wrong_after_restore": found,
        "megabytes": round(size / 1e6, 1),
        "backup_seconds": round(backing_up, 1),
        "restore_seconds": round(restoring, 1),
        "written_meanwhile": written,
        "statuses": dict(writers.statuses),
    }
