from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community.lib.csv_files import FileRefused
from community.management.commands.import_members import MOST_LINES, columns_of
from surveys.people.import_people import import_people


class Command(BaseCommand):
    help = (
        "Bring in customers without an account whom surveys may ask, from a CSV file with the columns email, name, "
        "company, plan, monthly_revenue, language, time_zone. Only email is demanded. Nobody is mailed by it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--columns", default="", help="what the file calls them: email=Correo,company=Firma")
        parser.add_argument("--encoding", default="", help="such as cp1250, when the file is not UTF-8")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, report all the same")
        parser.add_argument("--progress", action="store_true", help="show the bar where there is no terminal too")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.")
        try:
            report = import_people(
                options["file"],
                encoding=options["encoding"],
                columns=columns_of(options["columns"]),
                is_dry=options["dry_run"],
                shows_bar=options["progress"],
            )
        except FileRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        for line, why in report.refused[:MOST_LINES]:
            self.stderr.write(f"Line {line} was left out: {why}.")
        if len(report.refused) > MOST_LINES:
            self.stderr.write(f"… and {len(report.refused) - MOST_LINES} lines more.")
        self.stdout.write("Nothing was written, this was a dry run." if options["dry_run"] else "Imported.")
        for what, number in report.counts.items():
            if number:
                self.stdout.write(f"{number:>9,}  {what}")
