"""Backing the site up while it runs, and restoring it."""

import re
import shutil
import time
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from community.lib.progress import bar
from community.members.leave import leave
from community.members.left import left_after
from community.members.models import Member, Site
from community.members.outgoing import OutgoingMail
from community.members.privacy import Export
from community.search.models import Corpus, Entry, Frequency, Index, Shortened, Word
from config.backup import files, postgres, sqlite
from config.backup.archive import BackupRefused, Manifest, check, members, written

# Of the moment only, and each row of the first is a log-in; what search keeps is made anew after a restore.
WITHOUT = (
    "django_session", "cache",
    *(model._meta.db_table for model in (Shortened, Word, Frequency, Corpus, Entry, Index)),
)  # fmt: skip
LEFTOVERS_AFTER = 24 * 60 * 60  # seconds
_OURS = re.compile(r"hearback-\d{8}-\d{6}\.tar\.gz\Z")


@dataclass(frozen=True)
class Made:
    path: Path
    manifest: Manifest
    missed: int  # files that were deleted while they were being copied


def back_up(path: Path, *, verifies: bool = False, shows_bar: bool = False) -> Made:
    """Write the archive; a folder gets a file named by the time. Raises BackupRefused."""
    if path.is_dir():
        path = path / f"hearback-{timezone.now():%Y%m%d-%H%M%S}.tar.gz"
    if not path.parent.is_dir():
        raise BackupRefused(f"There is no folder {path.parent}. Make it first, for this user alone.")
    if path.exists():
        raise BackupRefused(f"{path} is there already, and a backup never replaces a file. Choose another name.")
    _sweep(path.parent)
    made_at = timezone.now().isoformat()
    manifest = Manifest(engine=connection.vendor, version=version(), made_at=made_at, migrations=[])
    with written(path) as archive, TemporaryDirectory(dir=path.parent, prefix=".hearback-") as folder:
        _database().back_up(archive, manifest, Path(folder), WITHOUT)
        names = files.listed()
        missed = 0
        with bar(len(names), "files", is_forced=shows_bar) as shown:
            for was_there in files.back_up(archive, names):
                missed += not was_there
                shown.update()
        archive.finish(manifest)
    if verifies:
        check(path)
    return Made(path, manifest, missed)


def _sweep(folder: Path) -> None:
    """Throw away what a backup left that was killed: it holds all that a backup does."""
    oldest = time.time() - LEFTOVERS_AFTER
    for left in (*folder.glob(".hearback-*"), *folder.glob(".*.part")):
        if left.stat().st_mtime < oldest:
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)


def keep_newest(folder: Path, number: int) -> list[Path]:
    """Delete all but the newest backups that were named by the time; what was deleted."""
    ours = sorted(path for path in folder.iterdir() if _OURS.match(path.name))
    gone = ours[: max(0, len(ours) - number)]
    for path in gone:
        path.unlink()
    return gone


def restore(path: Path, *, replaces: bool = False, shows_bar: bool = False) -> Manifest:
    """Bring the site back as it was, all or nothing where the database is concerned. Raises BackupRefused."""
    manifest = check(path)
    _refuse_what_does_not_fit(manifest)
    changes = _changes_now()
    if changes and not replaces:
        words = "This database holds a community already. Name an empty one, or say --replace to lose what is in it."
        raise BackupRefused(words)
    kept: set[Path] = set()
    with TemporaryDirectory(dir=settings.DATA_DIR, prefix=".restore-") as temporary:
        folder = Path(temporary)
        with bar(len(manifest.members), "files", is_forced=shows_bar) as shown:
            for name, file in members(path):
                if name in manifest.members:
                    is_upload = name.startswith("files/")
                    place = files.target(name) if is_upload else folder / name
                    files.restore(place, file, files.MODE if is_upload else 0o600)
                    kept.update([place] if is_upload else [])
                shown.update()
        _database().restore(manifest, folder)
    call_command("migrate", verbosity=0, interactive=False)
    _settle(changes)
    _let_go(datetime.fromisoformat(manifest.made_at))
    if replaces:
        files.remove_others(kept)
    return manifest


def version() -> str:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text("utf-8"))
    return project["project"]["version"]


def _database() -> ModuleType:
    return sqlite if connection.vendor == "sqlite" else postgres


def _refuse_what_does_not_fit(manifest: Manifest) -> None:
    if manifest.engine != connection.vendor:
        raise BackupRefused(f"This is a backup of {manifest.engine}, and DATABASE_URL names {connection.vendor}.")
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {}
    unknown = [f"{app}.{name}" for app, name in manifest.migrations if (app, name) not in known]
    if unknown:
        words = f"This backup was made by version {manifest.version}, which knows {unknown[0]}: install it first."
        raise BackupRefused(words)


def _changes_now() -> int:
    """The change number of the community in this database; 0 where there is none."""
    if Member._meta.db_table not in connection.introspection.table_names():
        return 0
    return Site.current().changes if Member.objects.exists() or Site.current().set_up_at else 0


@transaction.atomic
def _settle(changes: int) -> None:
    """What must not come back with the rows: kept pages, mails that were sent since, zips that are gone."""
    Export.objects.all().delete()
    Site.objects.filter(pk=1).update(changes=max(changes, Site.current().changes) + 1)
    OutgoingMail.objects.waiting().give_up()


def _let_go(made_at: datetime) -> None:
    """Who left since the backup was made leaves again: they were promised that nobody brings them back."""
    for member_id, erases in list(left_after(made_at)):
        member = Member.objects.filter(pk=member_id).first()
        if member:
            leave(member, erases=erases)
