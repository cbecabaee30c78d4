from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from community.lib.progress import bar
from community.search import learn, rebuild, tables
from community.search.models import Corpus, Index


class Command(BaseCommand):
    help = (
        "Bring the search index up to date while the site runs. What was killed goes on where it was; run it again "
        "whenever you like."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--missing", action="store_true", help="only what has no entry yet, as after an import")
        parser.add_argument("--empty", action="store_true", help="throw the index away first, where it is damaged")
        parser.add_argument("--progress", action="store_true", help="show the bar where there is no terminal too")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["empty"]:
            rebuild.empty()
        items = rebuild.findable()
        after = 0
        if options["missing"]:
            items = items.filter(search_entry=None)
        else:
            after = Index.current().rebuilt_to or 0
            items = items.filter(pk__gt=after)
        with bar(items.count(), "items", is_forced=options["progress"]) as shown:
            if options["missing"]:
                rebuild.add_missing(shown.update, turn=float("inf"))
                learn.learn(turn=float("inf"))
            else:
                rebuild.rebuild(shown.update, after=after)
        tables.analyse()
        self.stdout.write(f"The index has {sum(Corpus.objects.values_list('entries', flat=True)):,} entries.")
