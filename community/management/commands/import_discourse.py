import json
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community.discussions.import_discourse.places import CategoriesRefused, described_categories
from community.discussions.import_discourse.run import Wish, import_discourse
from community.discussions.models import Category
from community.feedback.places import Place
from community.lib.discourse_archive import ArchiveRefused


class Command(BaseCommand):
    help = (
        "Bring in a Discourse forum from a folder or tar archive of topic JSON, or a .jsonl[.gz] file of posts. "
        "Run it again after an interruption, or with a newer archive: what is here already stays as it is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--source", default="", help="a short name for the forum; by default the file's")
        parser.add_argument("--categories", type=Path, help='JSON file of names by id: {"2": "Meta"}')
        parser.add_argument("--category", default="", help="slug of the category that gets everything")
        parser.add_argument("--base-url", default="", help="address of the old forum, for pictures and links")
        parser.add_argument("--language", default="en", help="language of what was written there")
        parser.add_argument("--batch", type=int, default=100, help="topics per transaction")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, report all the same")
        parser.add_argument("--report", type=Path, help="write the report here as JSON")
        parser.add_argument("--progress", action="store_true", help="show the bar where there is no terminal too")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        if not path.exists():
            raise CommandError(f"There is no {path}. Name the archive, or the folder it was unpacked to.")
        if options["batch"] < 1:
            raise CommandError("--batch is the number of topics per transaction: at least 1.")
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{2,4})?", options["language"]):
            raise CommandError("--language is a code such as en, th or pl.")
        if options["base_url"] and not re.match(r"https?://[^/\s]+", options["base_url"]):
            raise CommandError("--base-url starts with https:// or http://.")
        try:
            report = import_discourse(
                Wish(
                    path=path,
                    name=self._name(options["source"] or path.name.split(".")[0]),
                    base_url=options["base_url"],
                    categories=described_categories(options["categories"]) if options["categories"] else {},
                    only=self._category(options["category"]),
                    language=options["language"],
                    batch=options["batch"],
                    is_dry=options["dry_run"],
                    shows_bar=options["progress"],
                )
            )
        except (ArchiveRefused, CategoriesRefused) as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["report"]:
            options["report"].write_text(json.dumps(report.as_json(), indent=1, ensure_ascii=False), "utf-8")
        self.stdout.write("Nothing was written, this was a dry run." if report.is_dry else "Imported.")
        self.stdout.write("\n".join(report.lines()))

    def _name(self, name: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", name):
            raise CommandError(f"{name!r} is no name for a forum: use --source with up to 40 letters and digits.")
        return name.lower()

    def _category(self, slug: str) -> Place | None:
        if not slug:
            return None
        place = Place.objects.filter(kind=Category.KIND, slug=slug).first()
        if place is None:
            raise CommandError(f"There is no category {slug!r}. Make it first, or leave out --category.")
        return place
