import json
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community.feedback.models import Item
from community.knowledge.import_articles.brought import ImportRefused
from community.knowledge.import_articles.report import Report
from community.knowledge.import_articles.run import FORMATS, Wish, format_of, import_articles
from community.knowledge.import_articles.sections import told
from community.knowledge.import_articles.undo import undo
from community.knowledge.models import Article
from community.members.models import Site


class Command(BaseCommand):
    help = (
        "Bring in articles: Zendesk's help centre as .json, a folder of Markdown files, or JSON lines of id, title and "
        "text. They are published and found at once. Run it again whenever you like: what is here stays as it is, and "
        "what changed over there becomes a new revision."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--language", default="", help="code of articles that say none; by default the site's")
        parser.add_argument("--section", default="", help="slug of the section that gets everything, made if missing")
        parser.add_argument("--source", default="", help="a short name for these articles; by default the file's")
        parser.add_argument("--draft", action="store_true", help="publish none of them")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, report all the same")
        parser.add_argument("--undo", action="store_true", help="remove what was brought and not edited here since")
        parser.add_argument("--report", type=Path, help="write the report here as JSON")
        parser.add_argument("--progress", action="store_true", help="show the bar where there is no terminal too")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = self._undo(options) if options["undo"] else import_articles(self._wish(options))
        except ImportRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["report"]:
            options["report"].write_text(json.dumps(report.as_json(), indent=1, ensure_ascii=False), "utf-8")
        said = "Undone." if options["undo"] else "Imported."
        self.stdout.write("Nothing was written, this was a dry run." if report.is_dry else said)
        self.stdout.write("\n".join(report.lines()))

    def _wish(self, options: dict[str, Any]) -> Wish:
        path: Path = options["path"]
        if not path.exists():
            raise CommandError(f"There is no {path}. Name a file, or the folder of the articles.")
        language = options["language"] or Site.current().language
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", language) or len(language) > 10:
            raise CommandError("--language is a code such as en, th or pl.")
        return Wish(
            path=path, name=self._name(options), format=format_of(path), language=language,
            section=self._section(options["section"]), is_draft=options["draft"], is_dry=options["dry_run"],
            shows_bar=options["progress"],
        )  # fmt: skip

    def _undo(self, options: dict[str, Any]) -> Report:
        """By its name alone, since the file may be gone."""
        name = self._name(options)
        sources = [f"{one}:{name}" for one in FORMATS]
        here = set(Item.objects.filter(source__in=sources, kind=Article.KIND).values_list("source", flat=True))
        if options["path"].exists():
            here &= {f"{format_of(options['path'])}:{name}"}
        if not here:
            raise CommandError(f"Nothing of {name!r} is here. Name the same path, or the same --source.")
        if len(here) > 1:
            raise CommandError(f"{name!r} came in several ways: {', '.join(sorted(here))}. Name a path that is there.")
        return undo(here.pop(), is_dry=options["dry_run"], shows_bar=options["progress"])

    def _name(self, options: dict[str, Any]) -> str:
        name = options["source"] or options["path"].resolve().name.split(".")[0]
        if not options["source"]:
            name = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._")[:40] or "articles"
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", name):
            raise CommandError(f"{name!r} is no name for a source: use --source with up to 40 letters and digits.")
        return name.lower()

    def _section(self, slug: str) -> Any:
        if slug and not re.fullmatch(r"[a-z0-9_-]{2,60}", slug):
            raise CommandError(f"{slug!r} is no address of a section: use up to 60 small letters, digits and hyphens.")
        return told(slug) if slug else None
