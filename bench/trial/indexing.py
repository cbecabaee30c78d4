"""kill -9 while posts are indexed and while the whole index is made anew: afterwards it says what the posts say."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from typing import Any

from bench.trial.crowd import Crowd
from bench.trial.site import Running, connect, kill, post

POSTERS, ROUNDS = 4, 8


class Posters(Crowd):
    """People who reply in one thread after another."""

    def __init__(self, site: Running) -> None:
        super().__init__(POSTERS)
        self.site = site
        self.statuses: Counter[int] = Counter()

    def live(self, number: int) -> None:
        connection = connect(self.site.server.port)
        session, items = self.site.people["sessions"][number], self.site.people["items"]
        turn = 0
        while self.goes_on:
            turn += 1
            path = f"/items/{items[(turn + number * 7) % len(items)]}/reply/"
            status = post(connection, path, session, f"body=Poster+{number}+found+pangolins+{turn}")
            self.statuses[status] += 1
            if status == 0:
                time.sleep(0.05)


def reindexing(site: Running) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", "reindex"]
    return subprocess.Popen(command, env=os.environ | site.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def indexing(site: Running) -> dict[str, Any]:
    """A web worker that posts, and `reindex`, again and again, each at another moment of its work."""
    killed = Counter[str]()
    with Posters(site) as posters:
        time.sleep(2)
        began = time.monotonic()
        reindexing(site).communicate()
        whole = time.monotonic() - began
        for turn in range(ROUNDS):
            reindex = reindexing(site)
            time.sleep(whole * (0.4 + 0.6 * turn / ROUNDS))  # it takes longer with each post
            if reindex.poll() is None:
                reindex.send_signal(signal.SIGKILL)
                killed["reindex"] += 1
            reindex.communicate()
            workers = site.processes("granian")
            if len(workers) > 1:
                killed["web worker"] += kill(workers[-1])
            time.sleep(2)
    drift = site.ask("drift")
    checked = drift.pop("checked")
    return {
        "ok": not any(drift.values())
        and not posters.statuses[500]
        and killed["reindex"] >= ROUNDS // 2
        and killed["web worker"] >= ROUNDS // 2,
        "killed": dict(killed),
        "statuses": dict(posters.statuses),
        "checked": checked,
        "drift": drift,
    }
