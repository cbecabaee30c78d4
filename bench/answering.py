"""What an answer to a survey costs beside the floor: `python -m bench.answering`, and a part of `make bench`."""

import argparse
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from bench.databases import PREFIX, Database, fill, manage  # noqa: E402
from bench.load import Ask  # noqa: E402
from bench.pages import ANSWER, CHANGE, Entry, floors_of, product_server  # noqa: E402
from bench.rounds import add_arguments, engines, run, tell  # noqa: E402

REPLIES = 10_000  # for the floor
SEVEN = "score=7"


@dataclass(frozen=True)
class Answering(Database):
    @property
    def name(self) -> str:
        return f"{PREFIX}_answering_{self.size}"


@contextmanager
def entries_on(database: Database) -> Iterator[list[Entry]]:
    """Fill the database, start its servers, and give what is to be measured on it."""
    fill(database)
    found = json.loads(manage(database, "-m", "bench.inside", "answering").splitlines()[-1])
    with ExitStack() as running:
        entries = floors_of(database, found["thread_id"], running) if database.engine == "postgresql" else []
        server = product_server(database, 0)
        server.start()
        running.callback(server.stop)
        first = Ask("", body=SEVEN, expect=302, paths=iter(found["fresh"]))  # each link once
        other = Ask("", body=SEVEN, expect=302, paths=cycle(found["answered"]))
        entries.append(Entry("guest", ANSWER, server, first, database, found["queries"]))
        entries.append(Entry("guest", CHANGE, server, other, database))
        yield entries


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.answering", description=__doc__)
    add_arguments(parser)
    options = parser.parse_args()
    floors: dict[int, Entry] = {}
    entries = []
    for engine in engines(options):
        entries += run([Answering(engine, REPLIES)], entries_on, options, floors)
    return not tell("answering", entries, [], growth="", is_partial=bool(options.only))


if __name__ == "__main__":
    # Asked to end, it stops the servers that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
