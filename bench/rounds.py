"""Measuring entries in rounds, each held against the floor of the same round."""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime
from statistics import mean

from bench import RESULTS, SHARED
from bench.databases import Database, postgres
from bench.floor import shared_floor
from bench.load import drive
from bench.machine import described
from bench.pages import Entry
from bench.report import growth_table, growths, numbers, table
from bench.servers import Meter

WARM = 12
KEPT_TIMES = 10  # a page out of memory is so cheap that it takes more requests to see it
Entries = Callable[[Database], AbstractContextManager[list[Entry]]]


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=200, help="of each page in each round")
    parser.add_argument("--engine", choices=["postgresql", "sqlite"], action="append", help="both if not given")
    parser.add_argument("--only", default="", help="only pages and readers with this in their name, and the floor")


def measure(entries: list[Entry], floors: dict[int, Entry], rounds: int, requests: int, monitor: object) -> None:
    """Rounds over all entries. The floor is measured again every few entries, so that noise hits both."""
    others = [entry for entry in entries if entry.who != "floor"]
    for number in range(1, rounds + 1):
        print(f"\rround {number} of {rounds}", end="", file=sys.stderr, flush=True)
        costs: dict[int, list[float]] = {size: [] for size in floors}
        for at, entry in enumerate(others):
            if at % 4 == 0:
                for size, floor in floors.items():
                    costs[size].append(one_round(floor, requests, monitor))
            entry.ratios.append(one_round(entry, requests, monitor))
        for entry in others:
            entry.ratios[-1] /= mean(costs[entry.database.size])
        for floor in floors.values():
            floor.ratios.append(1.0)
    print(file=sys.stderr)


def one_round(entry: Entry, requests: int, monitor: object) -> float:
    """Ask for one page so many times; seconds of CPU for each."""
    times = requests * KEPT_TIMES if "kept" in entry.who else requests
    driven = drive(Meter(entry.server, monitor), entry.ask, times, WARM)
    entry.driven.append(driven)
    return driven.cpu / len(driven.latencies)


def run(databases: list[Database], entries_on: Entries, options: Namespace, floors: dict[int, Entry]) -> list[Entry]:
    """Measure databases of one kind; those on SQLite are held against the floor on PostgreSQL, which comes first."""
    with ExitStack() as running, postgres() as monitor:
        entries = [entry for one in databases for entry in running.enter_context(entries_on(one))]
        if options.only:
            entries = [e for e in entries if e.who == "floor" or options.only in f"{e.who} {e.page}"]
        floors.update({entry.database.size: entry for entry in entries if entry.who == "floor"})
        again = {}
        for size, floor in floors.items():
            if floor.server.process is None:
                floor.server.start()
                running.callback(floor.server.stop)
            again[size] = Entry("floor", floor.page, floor.server, floor.ask, floor.database, floor.queries)
        if databases[0].engine == "postgresql":
            again = floors
        measure(entries, again, options.rounds, options.requests, monitor)
        return entries


def engines(options: Namespace) -> list[str]:
    chosen: list[str] = options.engine or ["postgresql", "sqlite"]
    if "postgresql" not in chosen:
        raise SystemExit("The floor stands on PostgreSQL: --engine sqlite needs --engine postgresql too.")
    if shared_floor() is None:
        print(f"The shared floor is not at {SHARED}/floor (HEARBACK_SHARED says where): ratios are to our own floor.")
    return chosen


def tell(name: str, entries: list[Entry], pages: Collection[str], *, growth: str, is_partial: bool) -> bool:
    """Say and keep what was measured, with how `pages` grow; answers whether all budgets are met."""
    print(table(entries))
    grown = {}
    for engine in dict.fromkeys(entry.database.engine for entry in entries):
        grown[engine] = growths([one for one in entries if one.database.engine == engine], pages)
        if grown[engine]:
            print(f"\n{growth}, {engine}\n{growth_table(grown[engine])}")
    lines = [numbers(entry) for entry in entries]
    held = [*lines, *(line for found in grown.values() for line in found)]
    missed = [line for line in held if line["budget"] and line["ratio"] > line["budget"]]
    print(f"\n{'All budgets are met.' if not missed else f'{len(missed)} budgets are missed.'}")
    with postgres() as monitor:
        machine = described(monitor)
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{name}-{datetime.now(UTC):%Y-%m-%d-%H%M}.json"
    if is_partial:
        file = file.with_suffix(".tmp.json")
    told = {"machine": machine, "floor": "shared" if shared_floor() else "own", "lines": lines, "growth": grown}
    file.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    print(f"Written to bench/results/{file.name}")
    return not missed
