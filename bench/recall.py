"""Whether the search finds what it should: `python -m bench.recall`, and a part of `make bench`.

Each of the shared retrieval sets becomes a site of its own by `import_articles`, on both databases; the shared
`retrieval_eval.py` asks its questions over HTTP, as any program would.
"""

import argparse
import gzip
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from bench import RESULTS, SHARED, WORK  # noqa: E402
from bench.databases import PREFIX, Database, create, drop, manage  # noqa: E402
from bench.pages import product_server  # noqa: E402
from bench.report import aligned  # noqa: E402

SETS = SHARED / "data" / "retrieval"
EVALUATION = SHARED / "data" / "retrieval_eval.py"
# recall@1 and recall@5 (issue 4, "Must show" 1).
LEAST = {
    "xquad-en": (0.93, 0.985),
    "poquad-pl": (0.91, 0.96),
    "poquad-pl.typo-one": (0.90, 0.0),
    "poquad-pl.typo-all": (0.85, 0.0),
    "xquad-ar": (0.91, 0.985),
    "xquad-th": (0.935, 0.995),
    "faq-ko": (0.39, 0.72),
    "covidpara-en": (0.66, 0.88),
}
APART = 0.01  # that one database may find more than the other


@dataclass(frozen=True)
class Set(Database):
    """The documents of one retrieval set; `size` is their number."""

    set: str

    @property
    def name(self) -> str:
        return f"{PREFIX}_recall_{self.set.replace('-', '_')}"

    @property
    def env(self) -> dict[str, str]:
        return {**super().env, "API_RATE": "off"}

    def documents(self) -> Path:
        return SETS / f"{self.set}.docs.jsonl.gz"


def sets(engine: str) -> list[Set]:
    found = []
    for path in sorted(SETS.glob("*.docs.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            found.append(Set(engine, sum(1 for _line in lines), path.name.removesuffix(".docs.jsonl.gz")))
    return found


def fill(database: Set) -> None:
    """Make the site again, whatever an earlier run left: the code that reads the texts may have changed."""
    WORK.mkdir(parents=True, exist_ok=True)
    if database.engine == "postgresql":
        drop(database.name)
        create(database.name)
    else:
        for rest in WORK.glob(f"{database.name}.sqlite3*"):
            rest.unlink()
    manage(database, "manage.py", "migrate", "--verbosity", "0", quiet=True)
    language = database.set.split("-")[1]
    manage(database, "manage.py", "import_articles", str(database.documents()), "--language", language, quiet=True)


def evaluated(database: Set) -> list[dict[str, Any]]:
    """What the evaluation says of a set, and of its questions with typing errors where there are some."""
    fill(database)
    server = product_server(database, 0)
    server.start()
    address = f"http://127.0.0.1:{server.port}/api/v1/search?q={{query}}&language={{lang}}&limit={{k}}"
    kept = WORK / f"{database.name}.json"
    found = []
    try:
        for typos in ("", "one", "all"):
            if typos and not (SETS / f"{database.set}.typo-{typos}.queries.jsonl.gz").exists():
                continue
            more = ["--typos", typos] if typos else []
            subprocess.run(
                [sys.executable, EVALUATION, "--url", address, "--ids", "results.*.external_id",
                 "--sets", database.set, "--json", kept, *more],
                check=True, stdout=subprocess.DEVNULL,
            )  # fmt: skip
            found += json.loads(kept.read_text())
    finally:
        server.stop()
    return found


def missed(results: dict[str, dict[str, dict[str, Any]]]) -> list[str]:
    """What is found too seldom, what went wrong, and where the databases are not one."""
    said = []
    for engine, by_set in results.items():
        for name, one in by_set.items():
            first, fifth = LEAST.get(name, (0.0, 0.0))
            if one["recall1"] < first or one["recall5"] < fifth or one["errors"]:
                said.append(f"{engine} {name}: {one['recall1']} / {one['recall5']}, {one['errors']} errors")
    names = {name for by_set in results.values() for name in by_set}
    for name in sorted(names):
        for key in ("recall1", "recall5"):
            both = [by_set[name][key] for by_set in results.values() if name in by_set]
            if max(both) - min(both) > APART:
                said.append(f"{name}: {key} {both} on {list(results)}")
    return said


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.recall", description=__doc__)
    parser.add_argument("--engine", choices=["postgresql", "sqlite"], action="append", help="both if not given")
    options = parser.parse_args()
    if not SETS.exists():
        print(f"The retrieval sets are not at {SETS}: recall is not measured.")
        return 0
    results: dict[str, dict[str, dict[str, Any]]] = {}
    rows = [("", "", "recall@1", "recall@5", "least")]
    for engine in options.engine or ["postgresql", "sqlite"]:
        results[engine] = {}
        for database in sets(engine):
            for one in evaluated(database):
                results[engine][one["set"]] = one
                least = " / ".join(f"{value:g}" for value in LEAST.get(one["set"], ()))
                rows.append((engine, one["set"], f"{one['recall1']:.3f}", f"{one['recall5']:.3f}", least))
    print(aligned(rows))
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"recall-{datetime.now(UTC):%Y-%m-%d-%H%M}{'.tmp' if options.engine else ''}.json"
    file.write_text(json.dumps(results, indent=1) + "\n")
    print(f"Written to bench/results/{file.name}")
    said = missed(results)
    print("\n".join(said) or "Everything is found as often as it has to be, on both databases alike.")
    return bool(said)


if __name__ == "__main__":
    sys.exit(main())
