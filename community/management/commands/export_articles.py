from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community.knowledge.export_articles import NotEmpty, export_articles


class Command(BaseCommand):
    help = "Write all articles into a folder, as Markdown files with front matter that import_articles reads again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--progress", action="store_true", help="show the bar where there is no terminal too")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        if path.exists() and not path.is_dir():
            raise CommandError(f"{path} is a file. Name a folder, which is made if it is missing.")
        try:
            done = export_articles(path, shows_bar=options["progress"])
        except NotEmpty:
            raise CommandError(f"{path} holds something already. Name an empty folder, or a new one.") from None
        self.stdout.write(f"{done.articles:,} articles and {done.files:,} files are in {path}.")
