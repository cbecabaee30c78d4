import json
from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community.discussions.seed_load import Volume, seed_load


class Command(BaseCommand):
    help = "Add invented members, threads and replies in any number, for measuring. Prints what it made as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--members", type=int, default=10_000)
        parser.add_argument("--threads", type=int, default=50_000)
        parser.add_argument("--replies", type=int, default=1_000_000)
        parser.add_argument("--big-thread", type=int, default=5_000, help="replies of the longest thread")
        parser.add_argument("--seed", type=int, default=1, help="another number makes other rows")
        parser.add_argument("--progress", action="store_true", help="show the bar where there is no terminal too")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["members"] < 1 or options["threads"] < 1 or options["replies"] < 0 or options["big_thread"] < 0:
            raise CommandError("Ask for at least one member and one thread, and for no negative numbers.")
        began = monotonic()
        made = seed_load(
            Volume(
                members=options["members"],
                threads=options["threads"],
                replies=options["replies"],
                big_thread=options["big_thread"],
                seed=options["seed"],
                shows_bar=options["progress"],
            )
        )
        self.stdout.write(json.dumps(made | {"seconds": round(monotonic() - began, 1)}, indent=1))
