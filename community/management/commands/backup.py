from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backup.archive import BackupRefused
from config.backup.run import back_up, keep_newest


class Command(BaseCommand):
    help = (
        "Write the database and all uploads into one archive while the site runs. PATH is a file (.tar, or .tar.gz to "
        "compress), or a folder that gets one named by the time. The secret key is not in it."
    )

    requires_system_checks = []  # it must work where something is wrong

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--keep", type=int, metavar="N", help="in a folder: delete all but the newest N")
        parser.add_argument("--verify", action="store_true", help="read it again and compare every sum")
        parser.add_argument("--progress", action="store_true", help="show the bar where there is no terminal too")

    def handle(self, *args: Any, **options: Any) -> None:
        folder, keep = options["path"], options["keep"]
        if keep is not None and (keep < 1 or not folder.is_dir()):
            raise CommandError("--keep is a number from 1 up, and then PATH is a folder of backups.")
        try:
            made = back_up(folder, verifies=options["verify"], shows_bar=options["progress"])
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        except OSError as error:
            raise CommandError(f"The backup could not be written, and nothing of it is left: {error}.") from error
        rows = sum(made.manifest.tables.values())
        self.stdout.write(f"{made.path}: {rows:,} rows, {made.manifest.files:,} files")
        if made.missed:
            self.stderr.write(f"{made.missed} files were deleted while the backup was made; they are not in it.")
        for path in keep_newest(folder, keep) if keep else []:
            self.stdout.write(f"{path}: deleted")
