"""Thousands are to be told of one thing, by mail too, while task workers are killed.

10,000 follow a category where an announcement is made; 20,000 have voted for what a release brings; a survey asks
100,000.
"""

import time
from collections import Counter
from typing import Any
from urllib.parse import urlencode

from bench.trial.site import Running, connect, kill, post
from bench.trial.smtp_sink import Sink

FOLLOWERS, SUPPORTERS, ASKED = 10_000, 20_000, 100_000
ANSWERS_WITHIN = 0.3  # seconds
MOST_KILLS = 2
WORKERS = 2  # task workers of the cluster, of whom each may be handing a mail over


def announcement(site: Running, sink: Sink) -> dict[str, Any]:
    """An announcement for everybody who follows its category."""
    made = site.ask("followers", str(FOLLOWERS))
    words = {"title": "Version 5 is here", "body": "What is new.", "place": made["place"], "language": "en",
             "kind": "announcement"}  # fmt: skip
    return _told(site, sink, FOLLOWERS, "/t/new/", made["session"], urlencode(words))


def release(site: Running, sink: Sink) -> dict[str, Any]:
    """A release for everybody who asked or voted for what it brings."""
    made = site.ask("supporters", str(SUPPORTERS))
    return _told(site, sink, SUPPORTERS, made["path"], made["session"], "")


def survey(site: Running, sink: Sink) -> dict[str, Any]:
    """A survey of everybody: chosen by one task and mailed by others, while these are killed."""
    made = site.ask("asked", str(ASKED))
    return _told(site, sink, ASKED, made["path"], made["session"], "state=running", within=9_000.0)


def _told(
    site: Running, sink: Sink, people: int, path: str, session: str, body: str, within: float = 1_500.0
) -> dict[str, Any]:
    """Each gets one mail; the worker is killed when a third and when two thirds are sent."""
    connection = connect(site.server.port)
    connection.request("GET", "/robots.txt")
    connection.getresponse().read()
    began = time.monotonic()
    status = post(connection, path, session, body)
    seconds = time.monotonic() - began
    killed = _kill_twice(site, sink, people, time.monotonic() + within)
    until = time.monotonic() + within
    while time.monotonic() < until and (len(sink.names) < people or "waiting" in site.ask("told")):
        time.sleep(3)
        site.ask("hurry")
    told = site.ask("told")
    twice = sum(times - 1 for times in sink.names.values())
    lost = people - len(sink.names)
    return {
        "ok": status == 302 and seconds < ANSWERS_WITHIN and lost == 0 and twice <= WORKERS * sum(killed.values())
        and told["people"] == told.get("sent") == people and sum(killed.values()) == MOST_KILLS,
        "request_seconds": round(seconds, 3),
        "people": people,
        "killed": dict(killed),
        "refused_for_now": sink.refused,
        "mails": len(sink.names),
        "lost": lost,
        "came_again": twice,
        "told": told,
        "minutes": round((time.monotonic() - began) / 60, 1),
    }  # fmt: skip


def _kill_twice(site: Running, sink: Sink, people: int, until: float) -> Counter[str]:
    killed = Counter[str]()
    for at in (people // 3, people * 2 // 3):
        while len(sink.names) < at and time.monotonic() < until:
            time.sleep(0.2)
        cluster = site.processes("qcluster")
        if len(cluster) > 1:
            killed["task worker"] += kill(cluster[-1])
    return killed
