"""`make bench`: what each page costs, held against the floor of the same run."""

import argparse
import json
import os
import signal
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from statistics import mean

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from bench import RESULTS, SHARED  # noqa: E402
from bench.databases import Database, postgres  # noqa: E402
from bench.floor import shared_floor  # noqa: E402
from bench.load import drive  # noqa: E402
from bench.machine import described  # noqa: E402
from bench.pages import Entry, entries_on  # noqa: E402
from bench.report import growth_table, growths, numbers, table  # noqa: E402
from bench.servers import Meter  # noqa: E402

SMALL, LARGE = 10_000, 1_000_000
WARM = 12
KEPT_TIMES = 10  # a page out of memory is so cheap that it takes more requests to see it


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--small", action="store_true", help="ten thousand replies only, three rounds")
    parser.add_argument("--rounds", type=int, default=0, help="5, or 3 with --small")
    parser.add_argument("--requests", type=int, default=200, help="of each page in each round")
    parser.add_argument("--engine", choices=["postgresql", "sqlite"], action="append", help="both if not given")
    parser.add_argument("--only", default="", help="only pages and readers with this in their name, and the floor")
    return parser.parse_args()


def measure(entries: list[Entry], floors: dict[int, Entry], rounds: int, requests: int, monitor: object) -> None:
    """Rounds over all entries. The floor is measured again every few entries, so that noise hits both."""
    others = [entry for entry in entries if entry.who != "floor"]
    for number in range(1, rounds + 1):
        print(f"\rround {number} of {rounds}", end="", file=sys.stderr, flush=True)
        costs: dict[int, list[float]] = {replies: [] for replies in floors}
        for at, entry in enumerate(others):
            if at % 4 == 0:
                for replies, floor in floors.items():
                    costs[replies].append(one_round(floor, requests, monitor))
            entry.ratios.append(one_round(entry, requests, monitor))
        for entry in others:
            entry.ratios[-1] /= mean(costs[entry.database.replies])
        for floor in floors.values():
            floor.ratios.append(1.0)
    print(file=sys.stderr)


def one_round(entry: Entry, requests: int, monitor: object) -> float:
    """Ask for one page so many times; seconds of CPU for each."""
    times = requests * KEPT_TIMES if "kept" in entry.who else requests
    driven = drive(Meter(entry.server, monitor), entry.ask, times, WARM)
    entry.driven.append(driven)
    return driven.cpu / len(driven.latencies)


def run(engine: str, sizes: list[int], options: argparse.Namespace, floors: dict[int, Entry]) -> list[Entry]:
    """Measure one kind of database at each size; SQLite is held against the floor on PostgreSQL."""
    with ExitStack() as running, postgres() as monitor:
        entries = [entry for size in sizes for entry in running.enter_context(entries_on(Database(engine, size)))]
        if options.only:
            entries = [e for e in entries if e.who == "floor" or options.only in f"{e.who} {e.page}"]
        floors.update({entry.database.replies: entry for entry in entries if entry.who == "floor"})
        again = {}
        for size, floor in floors.items():
            if floor.server.process is None:
                floor.server.start()
                running.callback(floor.server.stop)
            again[size] = Entry("floor", floor.page, floor.server, floor.ask, floor.database, floor.queries)
        if engine == "postgresql":
            again = floors
        rounds = options.rounds or (3 if options.small else 5)
        measure(entries, again, rounds, options.requests, monitor)
        return entries


def main() -> int:
    options = arguments()
    sizes = [SMALL] if options.small else [SMALL, LARGE]
    if shared_floor() is None:
        print(f"The shared floor is not at {SHARED}/floor (HEARBACK_SHARED says where): ratios are to our own floor.")
    floors: dict[int, Entry] = {}
    engines = options.engine or ["postgresql", "sqlite"]
    if "postgresql" not in engines:
        raise SystemExit("The floor stands on PostgreSQL: --engine sqlite needs --engine postgresql too.")
    entries = [entry for engine in engines for entry in run(engine, sizes, options, floors)]
    with postgres() as monitor:
        machine = described(monitor)
    print(table(entries))
    by_engine = {engine: [entry for entry in entries if entry.database.engine == engine] for engine in engines}
    growth = {} if options.only else {engine: growths(found) for engine, found in by_engine.items()}
    for engine, found in growth.items():
        if found:
            print(f"\nA million replies against ten thousand, {engine}\n{growth_table(found)}")
    lines = [numbers(entry) for entry in entries]
    missed = [line for line in lines if line["budget"] and line["ratio"] > line["budget"]]
    missed += [line for line in growth.get("postgresql", []) if line["ratio"] > line["budget"]]
    print(f"\n{'All budgets are met.' if not missed else f'{len(missed)} budgets are missed.'}")
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"bench-{datetime.now(UTC):%Y-%m-%d-%H%M}{'-small' if options.small else ''}.json"
    if options.only:
        file = file.with_suffix(".tmp.json")
    told = {"machine": machine, "floor": "shared" if shared_floor() else "own", "lines": lines, "growth": growth}
    file.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    print(f"Written to bench/results/{file.name}")
    return bool(missed)


if __name__ == "__main__":
    # Asked to end, it stops the servers that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
