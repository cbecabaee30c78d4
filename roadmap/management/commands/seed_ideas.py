import json
from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community.members.models import Member
from roadmap.features.seed_load import GATHERED, Wishes, seed_ideas


class Command(BaseCommand):
    help = "Add invented ideas, votes and features in any number, by the members of seed_load, for measuring."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--ideas", type=int, default=100_000)
        parser.add_argument("--votes", type=int, default=2_000_000)
        parser.add_argument("--features", type=int, default=500)
        parser.add_argument("--seed", type=int, default=1, help="another number makes other rows")
        parser.add_argument("--progress", action="store_true", help="show the bar where there is no terminal too")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["ideas"] < GATHERED or options["votes"] < 0 or options["features"] < 0:
            raise CommandError(f"Ask for at least {GATHERED} ideas, and for no negative numbers.")
        if not Member.objects.filter(handle__startswith="person-").exists():
            raise CommandError("There is nobody to vote: run seed_load first.")
        began = monotonic()
        made = seed_ideas(
            Wishes(options["ideas"], options["votes"], options["features"], options["seed"], options["progress"])
        )
        self.stdout.write(json.dumps(made | {"seconds": round(monotonic() - began, 1)}, indent=1))
