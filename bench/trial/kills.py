"""kill -9 under load: the service stays up, and every task is done once."""

import time
from collections import Counter
from http.client import HTTPException
from typing import Any

from bench.trial.crowd import Crowd
from bench.trial.site import Running, connect, kill
from bench.trial.smtp_sink import Sink

MAILS = 200
READERS = 3
BACK_WITHIN = 20.0  # seconds until the site answers again after the loss of its whole web server


class Readers(Crowd):
    """People who read while things are killed, each asking again after a failure."""

    def __init__(self, site: Running) -> None:
        super().__init__(READERS)
        self.site = site
        self.statuses: Counter[int] = Counter()
        self.longest_outage = 0.0

    def live(self, number: int) -> None:
        connection = connect(self.site.server.port)
        down_since = None
        turn = 0
        while self.goes_on:
            turn += 1
            path = self.site.people["paths"][turn % len(self.site.people["paths"])]
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                answer.read()
                status = answer.status
            except (OSError, HTTPException):
                connection.close()
                status = 0
            self.statuses[status] += 1
            if status == 200:
                down_since = None
            else:
                down_since = down_since or time.monotonic()
                self.longest_outage = max(self.longest_outage, time.monotonic() - down_since)
                time.sleep(0.05)


def web(site: Running, rounds: int = 4) -> dict[str, Any]:
    """A web worker, then the whole web server's parent, again and again."""
    killed = Counter[str]()
    with Readers(site) as readers:
        for _round in range(rounds):
            time.sleep(2)
            workers = site.processes("granian")
            if len(workers) > 1:
                killed["web worker"] += kill(workers[-1])
            time.sleep(5)
            workers = site.processes("granian")
            if workers:
                killed["web parent"] += kill(workers[0])
            time.sleep(6)
    asked = sum(readers.statuses.values())
    failed = asked - readers.statuses[200]
    return {
        "ok": failed < asked * 0.05 and readers.longest_outage < BACK_WITHIN and readers.statuses[500] == 0,
        "killed": dict(killed),
        "asked": asked,
        "failed": failed,
        "statuses": dict(readers.statuses),
        "longest_outage_seconds": round(readers.longest_outage, 1),
    }


def tasks(site: Running, sink: Sink, within: float = 240.0) -> dict[str, Any]:
    """Mails while task workers and the whole cluster are killed: each mail is handed over once."""
    killed = Counter[str]()
    queued, step = 0, MAILS // 8
    handed_over_at_kill = 0
    while queued < MAILS:
        site.ask("mails", str(queued), str(queued + step))
        queued += step
        time.sleep(1)
        cluster = site.processes("qcluster")
        if len(cluster) > 1:
            whole = (queued // step) % 2 == 0
            # The parent alone takes its group with it: the supervisor sees to that.
            killed["cluster" if whole else "task worker"] += kill(cluster[0] if whole else cluster[-1])
            handed_over_at_kill += 1
        time.sleep(3)
    until = time.monotonic() + within
    while time.monotonic() < until and site.ask("left")["left"]:
        time.sleep(2)
    subjects = sink.subjects
    twice = {subject: times for subject, times in subjects.items() if times > 1}
    lost = MAILS - len(subjects)
    return {
        # A mail that is being handed over when its worker is killed comes again: one for each kill at most.
        "ok": lost == 0 and len(twice) <= handed_over_at_kill * 2,
        "killed": dict(killed),
        "mails": MAILS,
        "once": sum(1 for times in subjects.values() if times == 1),
        "twice": twice,
        "lost": lost,
        "waiting": site.ask("left")["left"],
    }
