from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from community.desk.seed_demo import seed_searches
from community.discussions.seed_demo import PASSWORD, NotEmpty, further, seed_demo
from community.knowledge.seed_demo import seed_articles


class Command(BaseCommand):
    help = "Fill an empty database with the demo community in demo/: people and what they said, in five languages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there is a community already")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                made = seed_demo() | seed_articles() | seed_searches()
                for part in further:
                    made |= part()
        except NotEmpty:
            if options["if_empty"]:
                return
            raise CommandError(
                "This database holds a community already, and the demo would mix with it. Use an empty one: name "
                "another in DATABASE_URL or DATA_DIR and run migrate."
            ) from None
        self.stdout.write("The demo community has " + ", ".join(f"{number} {what}" for what, number in made.items()))
        self.stdout.write(f"Log in as ann, sam (agent), mia (manager) or root (admin) with the password {PASSWORD}")
