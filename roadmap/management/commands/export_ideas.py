import os
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from roadmap.imports.export import MEDIA, export_of


class Command(BaseCommand):
    help = (
        "Write all ideas with their stages, votes and voters into a CSV file, which import_ideas reads again, or with "
        "features and releases into a JSON file. Private ideas and addresses of people are in it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=list(MEDIA), default="", help="by default as the file is called")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        format = options["format"] or path.suffix.lower().removeprefix(".")
        if format not in MEDIA:
            raise CommandError(f"Call the file something.csv or something.json, or say --format {' or '.join(MEDIA)}.")
        if path.exists():
            raise CommandError(f"There is a {path} already. Take it away, or choose another name.")
        try:
            _write(path, export_of(format))
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror or error}.") from error
        self.stdout.write(f"All ideas are in {path}.")


def _write(path: Path, pieces: Iterable[str]) -> None:
    """For whoever runs the command alone; all of it, or no file. Raises OSError."""
    with open(path, "x", encoding="utf-8", newline="", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        try:
            file.writelines(pieces)
            file.flush()
        except BaseException:
            path.unlink(missing_ok=True)
            raise
