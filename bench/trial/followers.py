"""10,000 people follow a category, and an announcement is made there while task workers are killed."""

import time
from collections import Counter
from typing import Any
from urllib.parse import urlencode

from bench.trial.site import Running, connect, kill, post
from bench.trial.smtp_sink import Sink

FOLLOWERS = 10_000
ANSWERS_WITHIN = 0.3  # seconds
MOST_KILLS = 2
WORKERS = 2  # task workers of the cluster, of whom each may be handing a mail over


def announcement(site: Running, sink: Sink, within: float = 900.0) -> dict[str, Any]:
    """Each follower gets one mail; the worker is killed when a third and when two thirds are sent."""
    made = site.ask("followers", str(FOLLOWERS))
    words = {"title": "Version 5 is here", "body": "What is new.", "place": made["place"], "language": "en",
             "kind": "announcement"}  # fmt: skip
    connection = connect(site.server.port)
    connection.request("GET", "/robots.txt")
    connection.getresponse().read()
    began = time.monotonic()
    status = post(connection, "/t/new/", made["session"], urlencode(words))
    seconds = time.monotonic() - began
    killed = _kill_twice(site, sink, time.monotonic() + within)
    until = time.monotonic() + within
    while time.monotonic() < until and (len(sink.names) < FOLLOWERS or "waiting" in site.ask("told")):
        time.sleep(3)
        site.ask("hurry")
    told = site.ask("told")
    twice = sum(times - 1 for times in sink.names.values())
    lost = FOLLOWERS - len(sink.names)
    return {
        "ok": status == 302 and seconds < ANSWERS_WITHIN and lost == 0 and twice <= WORKERS * sum(killed.values())
        and told["notifications"] == told.get("sent") == FOLLOWERS and sum(killed.values()) == MOST_KILLS,
        "request_seconds": round(seconds, 3),
        "followers": FOLLOWERS,
        "killed": dict(killed),
        "refused_for_now": sink.refused,
        "mails": len(sink.names),
        "lost": lost,
        "came_again": twice,
        "told": told,
        "minutes": round((time.monotonic() - began) / 60, 1),
    }  # fmt: skip


def _kill_twice(site: Running, sink: Sink, until: float) -> Counter[str]:
    killed = Counter[str]()
    for at in (FOLLOWERS // 3, FOLLOWERS * 2 // 3):
        while len(sink.names) < at and time.monotonic() < until:
            time.sleep(0.2)
        cluster = site.processes("qcluster")
        if len(cluster) > 1:
            killed["task worker"] += kill(cluster[-1])
    return killed
