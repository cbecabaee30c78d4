"""What the board, an idea, the roadmap and a vote cost: `python -m bench.ideas`, and a part of `make bench`.

100,000 ideas with 2,000,000 votes against 1,000 with 20,000; the floor stands beside each of them.
"""

import argparse
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from bench import WORK  # noqa: E402
from bench.databases import PREFIX, Database, create, manage  # noqa: E402
from bench.load import Ask  # noqa: E402
from bench.pages import VOTE, Entry, floors_of, product_server  # noqa: E402
from bench.rounds import add_arguments, engines, run, tell  # noqa: E402

SMALL, LARGE = 1_000, 100_000
VOTES, MEMBERS, FEATURES = 20, 20_000, 500  # votes of an idea; members and features whatever the size
THREADS, REPLIES = 500, 10_000  # for the floor
MOST_QUERIES = {"board": 9, "idea": 12, "roadmap": 9}  # issue 5, "Must show" 3


@dataclass(frozen=True)
class Ideas(Database):
    @property
    def name(self) -> str:
        return f"{PREFIX}_ideas_{self.size}"

    @property
    def title(self) -> str:
        return f"{self.size:,} ideas"


def fill(database: Database) -> None:
    """Make the database and fill it, unless an earlier run did."""
    WORK.mkdir(parents=True, exist_ok=True)
    if database.engine == "postgresql":
        create(database.name)
    manage(database, "manage.py", "migrate", "--verbosity", "0")
    if int(manage(database, "-m", "bench.inside", "ideas_there")) >= database.size:
        return
    print(f"Filling {database.url} …", flush=True)
    manage(
        database, "manage.py", "seed_load",
        "--members", str(MEMBERS), "--threads", str(THREADS), "--replies", str(REPLIES),
    )  # fmt: skip
    manage(
        database, "manage.py", "seed_ideas",
        "--ideas", str(database.size), "--votes", str(database.size * VOTES), "--features", str(FEATURES),
    )  # fmt: skip


@contextmanager
def entries_on(database: Database) -> Iterator[list[Entry]]:
    """Fill the database, start its servers, and give what is to be measured on it."""
    fill(database)
    found = json.loads(manage(database, "-m", "bench.inside", "ideas").splitlines()[-1])
    with ExitStack() as running:
        entries = floors_of(database, found["thread_id"], running) if database.engine == "postgresql" else []
        server = product_server(database, 0)
        server.start()
        running.callback(server.stop)
        cookie = {"Cookie": f"sessionid={found['session']}"}
        for who, headers in (("guest", {}), ("member", cookie)):
            for page, path in found["pages"].items():
                known = found["measured"][who][page]
                entries.append(Entry(who, page, server, Ask(path, headers), database, known["queries"], known["gzip"]))
        entries.append(Entry("member", VOTE, server, _voting(found), database))
        yield entries


def _voting(found: dict[str, Any]) -> Ask:
    """As the script of the button asks: votes for fifty ideas, takes them back, and votes again."""
    headers = {
        "Cookie": f"sessionid={found['agent_session']}; csrftoken={found['token']}",
        "X-CSRFToken": found["token"],
        "Origin": "https://127.0.0.1",
        "HX-Request": "true",
    }
    return Ask("", headers, body="flat=", paths=cycle(found["votes"]))


def queries_missed(entries: list[Entry]) -> list[str]:
    """Pages that ask more than they may, or more with more ideas."""
    counts: dict[tuple[str, str, str], set[int]] = {}
    for one in entries:
        if one.queries is not None and one.who in ("guest", "member"):
            counts.setdefault((one.database.engine, one.who, one.page), set()).add(one.queries)
    return [
        f"{engine} {who} {page}: {sorted(found)} queries"
        for (engine, who, page), found in counts.items()
        if len(found) > 1 or max(found) > MOST_QUERIES.get(page.split()[0], max(found))
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.ideas", description=__doc__)
    add_arguments(parser)
    options = parser.parse_args()
    floors: dict[int, Entry] = {}
    entries = []
    for engine in engines(options):
        entries += run([Ideas(engine, size) for size in (SMALL, LARGE)], entries_on, options, floors)
    pages = dict.fromkeys(entry.page for entry in entries if entry.who in ("guest", "member"))
    is_met = tell(
        "ideas", entries, list(pages), growth=f"{LARGE:,} ideas against {SMALL:,}", is_partial=bool(options.only)
    )
    asked = queries_missed(entries)
    print("\n".join(asked) or "Every page asks the same at both sizes, and no more than it may.")
    return not is_met or bool(asked)


if __name__ == "__main__":
    # Asked to end, it stops the servers that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
