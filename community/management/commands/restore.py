from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backup.archive import BackupRefused, check
from config.backup.run import restore


class Command(BaseCommand):
    help = (
        "Bring the site back from an archive of `backup`. Stop the site first. Everybody is logged out, and mails that "
        "waited then are not sent."
    )

    requires_system_checks = []  # it must work where something is wrong

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--replace", action="store_true", help="lose the community that is in the database now")
        parser.add_argument("--check", action="store_true", help="only read the archive and compare every sum")
        parser.add_argument("--progress", action="store_true", help="show the bar where there is no terminal too")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["check"]:
                manifest = check(options["path"])
            else:
                manifest = restore(options["path"], replaces=options["replace"], shows_bar=options["progress"])
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        except OSError as error:
            raise CommandError(f"The backup could not be restored: {error}.") from error
        done = "is whole" if options["check"] else "restored"
        rows = sum(manifest.tables.values())
        self.stdout.write(f"{options['path']} {done}: {rows:,} rows, {manifest.files:,} files, {manifest.made_at}")
