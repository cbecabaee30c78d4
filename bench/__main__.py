"""`make bench`: what each page costs, held against the floor of the same run."""

import argparse
import os
import signal
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from bench.databases import Database  # noqa: E402
from bench.pages import FIRST, LAST, THREAD, Entry, entries_on  # noqa: E402
from bench.rounds import add_arguments, engines, run, tell  # noqa: E402

SMALL, LARGE = 10_000, 1_000_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--small", action="store_true", help="ten thousand replies only")
    add_arguments(parser)
    options = parser.parse_args()
    sizes = [SMALL] if options.small else [SMALL, LARGE]
    floors: dict[int, Entry] = {}
    entries = []
    for engine in engines(options):
        entries += run([Database(engine, size) for size in sizes], entries_on, options, floors)
    is_met = tell(
        "bench", entries, () if options.only else (THREAD, FIRST, LAST),
        growth="A million replies against ten thousand", is_partial=bool(options.only or options.small),
    )  # fmt: skip
    return not is_met


if __name__ == "__main__":
    # Asked to end, it stops the servers that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
