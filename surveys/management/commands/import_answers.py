import json
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community.feedback.models import Item
from community.lib import csv_files
from community.lib.csv_files import FileRefused
from community.lib.progress import bar
from community.members.models import Site
from surveys.campaigns.models import Campaign
from surveys.imports.columns import FIELDS, FORMATS
from surveys.imports.report import Report, count_lines, warning_lines
from surveys.imports.run import Tell, Wish, import_answers, source_of
from surveys.imports.undo import undo
from surveys.responses.models import Response

MOST_LINES = 100


class Command(BaseCommand):
    help = (
        "Bring old answers of a survey in, with their dates: a CSV file of Delighted, Formbricks or any other program. "
        "Nobody is told and nobody is asked. Run it again whenever you like: each answer is here once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="not needed for --undo")
        parser.add_argument("--survey", type=int, required=True, help="the number of the survey, as in its address")
        parser.add_argument("--format", choices=FORMATS, default="", help="which program wrote it; guessed otherwise")
        parser.add_argument(
            "--map", nargs="+", action="extend", default=[], metavar="COLUMN=FIELD",
            help=f"what a column is: {', '.join(FIELDS)}, or - to leave it out",
        )  # fmt: skip
        parser.add_argument("--month-first", action="store_true", help="3/4/2024 is the fourth of March")
        parser.add_argument("--language", default="", help="code of what they are written in; by default the site's")
        parser.add_argument("--encoding", default="", help="such as cp1250, when the guess is wrong")
        parser.add_argument("--source", default="", help="a short name for these answers; by default the format's")
        parser.add_argument("--may-ask", action="store_true", help="surveys may ask people who were not here yet")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, report all the same")
        parser.add_argument("--undo", action="store_true", help="remove what was brought and not used here since")
        parser.add_argument("--report", type=Path, help="write the report here as JSON")
        parser.add_argument("--progress", action="store_true", help="show the bar where there is no terminal too")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = Campaign.objects.select_related("product").filter(pk=options["survey"]).first()
        if campaign is None:
            raise CommandError(f"There is no survey {options['survey']}: its number stands in its address.")
        lines = csv_files.count(options["file"]) if options["file"] and options["file"].is_file() else None
        with bar(None if options["undo"] else lines, "answers", is_forced=options["progress"]) as progress:

            def tell(done: int) -> None:
                progress.update(done - progress.n)

            try:
                report = (
                    self._undo(campaign, options, tell) if options["undo"] else self._import(campaign, options, tell)
                )
            except FileRefused as refusal:
                raise CommandError(str(refusal)) from refusal
        if options["report"]:
            options["report"].write_text(json.dumps(report.as_json(), indent=1, ensure_ascii=False), "utf-8")
        self._say(report, "Undone." if options["undo"] else "Imported.")

    def _import(self, campaign: Campaign, options: dict[str, Any], tell: Tell) -> Report:
        path = options["file"]
        if path is None or not path.is_file():
            raise CommandError(f"There is no file {path or ''}".rstrip() + ".")
        language = options["language"] or Site.current().language
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", language) or len(language) > 10:
            raise CommandError("--language is a code such as en, th or pl.")
        wish = Wish(
            path=path, campaign=campaign, name=self._name(options), format=options["format"],
            columns=self._pairs(options["map"]), language=language, encoding=options["encoding"],
            is_month_first=options["month_first"], may_ask=options["may_ask"], is_dry=options["dry_run"],
        )  # fmt: skip
        return import_answers(wish, tell)

    def _undo(self, campaign: Campaign, options: dict[str, Any], tell: Tell) -> Report:
        """By its name, else by its format, else whatever was brought into the survey, if it came in one way."""
        begin = source_of(campaign, self._name(options) or options["format"])
        brought = Item.objects.filter(kind=Response.KIND, source__startswith=source_of(campaign, ""))
        here = sorted(set(brought.values_list("source", flat=True)))
        chosen = [source for source in here if source == begin] if begin != source_of(campaign, "") else here
        if not chosen:
            raise CommandError("Nothing of that name was brought into this survey.")
        if len(chosen) > 1:
            names = ", ".join(source.rpartition(":")[2] for source in chosen)
            raise CommandError(f"Answers were brought in several times: say --source, one of {names}.")
        return undo(chosen[0], is_dry=options["dry_run"], tell=tell)

    def _say(self, report: Report, done: str) -> None:
        told = report.as_json()
        for line, words in warning_lines(told["warnings"][:MOST_LINES]):
            self.stderr.write(f"Line {line}: {words}")
        if report.warned.total() > MOST_LINES:
            self.stderr.write(f"There are {report.warned.total():,} warnings; --report FILE has more of them.")
        self.stdout.write("Nothing was written, this was a dry run." if report.is_dry else done)
        self.stdout.write("\n".join(f"{number:>9,}  {words}" for words, number in count_lines(told["counts"])))

    def _pairs(self, said: list[str]) -> dict[str, str]:
        wrong = next((pair for pair in said if "=" not in pair), None)
        if wrong:
            raise CommandError(f'--map says what is what: --map "{wrong}=…"')
        return {left.strip(): right.strip() for left, _sign, right in (pair.rpartition("=") for pair in said)}

    def _name(self, options: dict[str, Any]) -> str:
        name = options["source"].lower()
        if name and not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,29}", name):
            raise CommandError(f"{name!r} is no name for a source: use up to 30 letters and digits.")
        return str(name)
