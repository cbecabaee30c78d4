import json
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community.feedback.models import Item
from community.lib.csv_files import FileRefused
from community.lib.progress import bar
from community.members.models import Site
from roadmap.ideas.models import Idea
from roadmap.imports.columns import FIELDS, FORMATS
from roadmap.imports.report import Report, count_lines, warning_lines
from roadmap.imports.run import Tell, Wish, import_ideas, name_of
from roadmap.imports.undo import undo

MOST_LINES = 100


class Command(BaseCommand):
    help = (
        "Bring in ideas with their votes: a CSV file of Canny, UserVoice, Fider or any other program, or a backup zip "
        "of Fider. Nobody is told. Run it again whenever you like: what is here stays as it is, and what changed over "
        "there changes here unless somebody changed it here."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=FORMATS, default="", help="which program wrote it; guessed otherwise")
        parser.add_argument(
            "--map", nargs="+", action="extend", default=[], metavar="COLUMN=FIELD",
            help=f"what a column is: {', '.join(FIELDS)}, or - to leave it out",
        )  # fmt: skip
        parser.add_argument(
            "--stage", nargs="+", action="extend", default=[], metavar="WORDS=STAGE", help="their status = our stage"
        )
        parser.add_argument("--area", default="", help="address of the product area of ideas that name none of ours")
        parser.add_argument("--language", default="", help="code of what they are written in; by default the site's")
        parser.add_argument("--encoding", default="", help="such as cp1250, when the guess is wrong")
        parser.add_argument("--source", default="", help="a short name for these ideas; by default the file's")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, report all the same")
        parser.add_argument("--undo", action="store_true", help="remove what was brought and not used here since")
        parser.add_argument("--report", type=Path, help="write the report here as JSON")
        parser.add_argument("--progress", action="store_true", help="show the bar where there is no terminal too")

    def handle(self, *args: Any, **options: Any) -> None:
        with bar(None, "ideas", is_forced=options["progress"]) as progress:

            def tell(done: int, total: int) -> None:
                progress.total = total
                progress.update(done - progress.n)

            try:
                report = self._undo(options, tell) if options["undo"] else import_ideas(self._wish(options), tell)
            except FileRefused as refusal:
                raise CommandError(str(refusal)) from refusal
        if options["report"]:
            options["report"].write_text(json.dumps(report.as_json(), indent=1, ensure_ascii=False), "utf-8")
        self._say(report, "Undone." if options["undo"] else "Imported.")

    def _say(self, report: Report, done: str) -> None:
        told = report.as_json()
        for line, words in warning_lines(told["warnings"][:MOST_LINES]):
            self.stderr.write(f"Line {line}: {words}" if line else words)
        if report.warned.total() > MOST_LINES:
            self.stderr.write(f"There are {report.warned.total():,} warnings; --report FILE has more of them.")
        self.stdout.write("Nothing was written, this was a dry run." if report.is_dry else done)
        self.stdout.write("\n".join(f"{number:>9,}  {words}" for words, number in count_lines(told["counts"])))

    def _wish(self, options: dict[str, Any]) -> Wish:
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.")
        language = options["language"] or Site.current().language
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", language) or len(language) > 10:
            raise CommandError("--language is a code such as en, th or pl.")
        return Wish(
            path=options["file"], name=self._name(options), format=options["format"],
            columns=self._pairs(options["map"], "--map"), stages=self._pairs(options["stage"], "--stage"),
            area=options["area"], language=language, encoding=options["encoding"], is_dry=options["dry_run"],
        )  # fmt: skip

    def _pairs(self, said: list[str], option: str) -> dict[str, str]:
        wrong = next((pair for pair in said if "=" not in pair), None)
        if wrong:
            raise CommandError(f'{option} says what is what: {option} "{wrong}=…"')
        return {left.strip(): right.strip() for left, _sign, right in (pair.rpartition("=") for pair in said)}

    def _undo(self, options: dict[str, Any], tell: Tell) -> Report:
        """By its name alone, since the file may be gone."""
        name = self._name(options)
        formats = [options["format"]] if options["format"] else FORMATS
        sources = [f"{one}:{name}" for one in formats]
        here = set(Item.objects.filter(source__in=sources, kind=Idea.KIND).values_list("source", flat=True))
        if not here:
            raise CommandError(f"No ideas of {name!r} are here. Name the same file, or the same --source.")
        if len(here) > 1:
            raise CommandError(f"{name!r} came in several ways: {', '.join(sorted(here))}. Say --format.")
        return undo(here.pop(), is_dry=options["dry_run"], tell=tell)

    def _name(self, options: dict[str, Any]) -> str:
        name = (options["source"] or name_of(options["file"].name)).lower()
        if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,39}", name):
            raise CommandError(f"{name!r} is no name for a source: use --source with up to 40 letters and digits.")
        return str(name)
