"""What the report of a survey costs at 1,000,000 answers: `python -m bench.surveys`, and a part of `make bench`.

CPU is that of the web worker and of PostgreSQL together, request by request, one at a time.
"""

import argparse
import json
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django
import psutil

django.setup()

from bench import RESULTS, WORK  # noqa: E402
from bench.databases import PREFIX, Database, create, manage, postgres  # noqa: E402
from bench.pages import product_server  # noqa: E402
from bench.report import aligned  # noqa: E402
from bench.search import costs, quantile  # noqa: E402
from bench.servers import Meter  # noqa: E402

ANSWERS = 1_000_000
MOST_QUERIES, MOST_CPU = 12, 300.0  # milliseconds at the 95th percentile (issue 6, "Must show" 5)
TIMES = 30


@dataclass(frozen=True)
class Surveys(Database):
    @property
    def name(self) -> str:
        return f"{PREFIX}_surveys_{self.size}"


def fill(database: Database) -> None:
    """Make the database and fill it, unless an earlier run did."""
    WORK.mkdir(parents=True, exist_ok=True)
    if database.engine == "postgresql":
        create(database.name)
    manage(database, "manage.py", "migrate", "--verbosity", "0")
    if int(manage(database, "-m", "bench.inside", "answers_there")) < database.size:
        print(f"Filling {database.url} …", flush=True)
        manage(database, "manage.py", "seed_answers", "--answers", str(database.size))


def measure(database: Database) -> dict[str, Any]:
    fill(database)
    found = json.loads(manage(database, "-m", "bench.inside", "surveys").splitlines()[-1])
    server = product_server(database, 0)
    server.start()
    cookie = {"Cookie": f"sessionid={found['session']}"}
    lines = []
    try:
        with postgres() as monitor:
            for name, path in found["pages"].items():
                used = costs(Meter(server, monitor), [path] * TIMES, cookie)
                lines.append({
                    "page": name, "p50_ms": round(quantile(used, 0.5), 1), "p95_ms": round(quantile(used, 0.95), 1),
                    "queries": found["queries"][name],
                })  # fmt: skip
    finally:
        server.stop()
    return {"database": database.engine, "answers": database.size, "wrong": found["wrong"], "lines": lines}


def missed(line: dict[str, Any]) -> bool:
    return bool(line["p95_ms"] > MOST_CPU or line["queries"] > MOST_QUERIES)


def told(result: dict[str, Any]) -> str:
    rows = [("", "CPU p50 ms", "p95 ms", "queries", "")]
    for one in result["lines"]:
        sign = "✗" if missed(one) else "✓"
        rows.append((one["page"], f"{one['p50_ms']:.1f}", f"{one['p95_ms']:.1f}", str(one["queries"]), sign))
    right = "are what a recount says" if not result["wrong"] else f"are wrong in {result['wrong']} places"
    head = f"{result['database']}, {result['answers']:,} answers; at most {MOST_QUERIES} queries and {MOST_CPU:g} ms"
    return f"{head}; tallies {right}\n{aligned(rows)}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.surveys", description=__doc__)
    parser.add_argument("--engine", choices=["postgresql", "sqlite"], action="append", help="both if not given")
    parser.add_argument("--answers", type=int, default=ANSWERS)
    options = parser.parse_args()
    results = []
    for engine in options.engine or ["postgresql", "sqlite"]:
        results.append(measure(Surveys(engine, options.answers)))
        print(f"\n{told(results[-1])}", flush=True)
    RESULTS.mkdir(exist_ok=True)
    partial = bool(options.engine) or options.answers != ANSWERS
    file = RESULTS / f"surveys-{datetime.now(UTC):%Y-%m-%d-%H%M}{'.tmp' if partial else ''}.json"
    file.write_text(json.dumps({"cpus": psutil.cpu_count(), "results": results}, indent=1) + "\n")
    print(f"Written to bench/results/{file.name}")
    return any(one["wrong"] or any(missed(line) for line in one["lines"]) for one in results)


if __name__ == "__main__":
    sys.exit(main())
