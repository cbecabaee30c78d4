"""`make trial`: what must hold under volume and kills, shown on a running site."""

import argparse
import json
import os
import signal
import sys
from datetime import UTC, datetime
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from bench import RESULTS
from bench.databases import postgres
from bench.machine import described
from bench.trial import backups, followers, indexing, kills, live, volume
from bench.trial.site import served
from bench.trial.smtp_sink import Sink

PARTS = ("volume", "live", "backups", "kills", "indexing", "followers", "supporters", "survey")


def trials(engine: str, only: str) -> dict[str, Any]:
    """All trials on one kind of database."""
    found: dict[str, Any] = {}

    def tell(name: str, answer: dict[str, Any]) -> None:
        found[name] = answer
        print(f"{'✓' if answer['ok'] else '✗'} {engine} {name}: {json.dumps(answer)}", flush=True)

    def wanted(*parts: str) -> bool:
        return only in ("", *parts)

    if wanted("volume", "live", "backups", "kills"):
        with Sink(pause=0.05) as sink, served(engine, sink.port, TASK_TIMEOUT="10") as site:
            if wanted("volume"):
                tell("votes", volume.votes(site))
                tell("replies", volume.replies(site))
            if wanted("live"):
                tell("open pages", live.open_pages(site))
            if wanted("backups"):
                tell("backup under load", backups.backup(site))
            if wanted("kills"):
                tell("web kills", kills.web(site))
                tell("task kills", kills.tasks(site, sink))
    if wanted("indexing"):
        with Sink(pause=0) as sink, served(engine, sink.port) as site:
            tell("kills while indexing", indexing.indexing(site))
    told_by_mail = {
        "followers": (followers.announcement, 0.002, 10), "supporters": (followers.release, 0.002, 10),
        "survey": (followers.survey, 0, 1_000),
    }  # fmt: skip
    for part, (tried, pause, refuses_every) in told_by_mail.items():
        if wanted(part):
            with (
                Sink(pause=pause, refuses_every=refuses_every) as sink,
                served(engine, sink.port, TASK_TIMEOUT="10") as site,
            ):
                tell(part, tried(site, sink))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.trial", description=__doc__)
    parser.add_argument("--engine", choices=["postgresql", "sqlite"], action="append", help="both if not given")
    parser.add_argument("--only", choices=["", *PARTS], default="")
    options = parser.parse_args()
    found = {engine: trials(engine, options.only) for engine in options.engine or ["sqlite", "postgresql"]}
    with postgres() as monitor:
        machine = described(monitor)
    RESULTS.mkdir(exist_ok=True)
    partial = bool(options.only or options.engine)
    file = RESULTS / f"trial-{datetime.now(UTC):%Y-%m-%d-%H%M}{'.tmp' if partial else ''}.json"
    file.write_text(json.dumps({"machine": machine, "trials": found}, indent=1) + "\n")
    print(f"Written to bench/results/{file.name}")
    return not all(answer["ok"] for answers in found.values() for answer in answers.values())


if __name__ == "__main__":
    # Asked to end, it stops the servers that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
