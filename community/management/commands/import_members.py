from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community.lib.csv_files import FileRefused
from community.members.import_members import import_members
from community.members.people_file import COLUMNS

MOST_LINES = 100


class Command(BaseCommand):
    help = (
        f"Bring in people and companies from a CSV file with the columns {', '.join(COLUMNS)}. Only email is "
        "demanded. Several products or groups are separated by |. Nobody is mailed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--columns", default="", help="what the file calls them: email=Correo,company=Firma")
        parser.add_argument("--encoding", default="", help="such as cp1250, when the file is not UTF-8")
        parser.add_argument("--allow-roles", action="store_true", help="the column role may make people staff")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, report all the same")
        parser.add_argument("--progress", action="store_true", help="show the bar where there is no terminal too")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.")
        try:
            report = import_members(
                options["file"],
                encoding=options["encoding"],
                columns=columns_of(options["columns"]),
                is_dry=options["dry_run"],
                allows_roles=options["allow_roles"],
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


def columns_of(wish: str) -> dict[str, str]:
    """Column → its heading in the file, from email=Correo,company=Firma. Raises CommandError."""
    pairs = [part.partition("=") for part in wish.split(",") if part.strip()]
    unknown = [name.strip() for name, _sign, _heading in pairs if name.strip() not in COLUMNS]
    if unknown:
        raise CommandError(f"--columns knows {', '.join(COLUMNS)}; not {', '.join(unknown)}.")
    return {name.strip(): heading.strip() for name, _sign, heading in pairs}
