import json
from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from surveys.tallies.seed_load import Wishes, seed_answers


class Command(BaseCommand):
    help = "Add an invented survey with any number of answers, for measuring."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--answers", type=int, default=1_000_000)
        parser.add_argument("--seed", type=int, default=1, help="another number makes other rows")
        parser.add_argument("--progress", action="store_true", help="show the bar where there is no terminal too")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["answers"] < 1:
            raise CommandError("Ask for one answer at least.")
        began = monotonic()
        made = seed_answers(Wishes(options["answers"], options["seed"], options["progress"]))
        self.stdout.write(json.dumps(made | {"seconds": round(monotonic() - began, 1)}, indent=1))
