"""Files of people's addresses and votes: kept for whoever imports them alone, and no longer than they are needed."""

import os
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community.feedback.places import Place
from community.lib.csv_files import FileRefused
from community.members.models import Member, Site
from roadmap.imports import columns, table
from roadmap.imports.fider_backup import Backup
from roadmap.imports.models import KEPT_FOR, Import
from roadmap.imports.names import free_name
from roadmap.imports.report import Report
from roadmap.imports.run import is_zip, name_of


def begin(file: UploadedFile, *, by: Member, format: str = "", area: Place | None = None) -> Import:
    """Keep the file and guess what it is. Raises FileRefused, and OSError where it cannot be stored."""
    file_name = Path(file.name or "ideas").name[:120]
    one = Import(
        name=name_of(file_name), format=format, file_name=file_name, area=area, by=by, language=Site.current().language
    )
    one.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with open(one.path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as kept:
            for chunk in file.chunks():
                kept.write(chunk)
        one.format, one.columns = _guessed(one)
        one.name = free_name(one.format, one.name)
        one.save()
    except BaseException:
        one.path.unlink(missing_ok=True)
        raise
    return one


def _guessed(one: Import) -> tuple[str, dict[str, str]]:
    """Its format, and column → field."""
    if is_zip(one.path):
        with Backup(one.path) as backup:
            if backup.is_backup:
                return "fider", {}
        raise FileRefused(_("This zip is no backup of Fider. Unpack it, and upload the CSV file in it."))
    with table.opened(one.path, Report()) as (heading, _rest):
        format = one.format or columns.format_of(heading)
        return format, columns.guessed(heading, format)


def discard(one: Import) -> None:
    """Take away an import that was not started, with its file."""
    one.delete()
    transaction.on_commit(lambda: one.path.unlink(missing_ok=True))


def clean_uploads() -> None:
    """Files whose day is over, what was never started with them, and what was wrong in which of their lines."""
    oldest = timezone.now() - KEPT_FOR
    for one in Import.objects.filter(state=Import.State.DRAFT, at__lt=oldest):
        discard(one)
    for file in Path(settings.IMPORT_ROOT).glob("*"):
        if file.stat().st_mtime < oldest.timestamp():
            file.unlink(missing_ok=True)
    for one in Import.objects.filter(told_at__lt=oldest, report__has_key="warnings"):
        one.put(report={name: told for name, told in one.report.items() if name != "warnings"})
