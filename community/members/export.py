"""Making the zip with everything about a member: by the task queue, for one owner, for a week."""

import json
import logging
import os
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_q.models import Task
from django_q.tasks import async_task

from community.members.mail import queue_mail
from community.members.models import Member
from community.members.privacy import KEPT_FOR, Export, exported_files, exporters

log = logging.getLogger(__name__)
TOLD_EVERY = 200  # records
TASK = "community.members.export"


class ExportRefused(Exception):
    """Carries a sentence that says why."""


@transaction.atomic
def ask_export(member: Member) -> Export:
    """Begin a new zip instead of any before it. Raises ExportRefused while one is being made, and for an hour."""
    Member.objects.select_for_update(no_key=True).filter(pk=member.pk).values_list("pk").first()
    there = Export.objects.filter(member=member).first()
    if there and not there.may_be_asked_again:
        raise ExportRefused(
            _("Your copy is being made. We mail you when it is ready.")
            if there.is_under_way
            else _("You can ask for a new copy an hour after the last one.")
        )
    if there:
        discard(there)
    export = Export.objects.create(member=member)
    async_task(f"{TASK}.make", export.pk, hook=f"{TASK}.after_attempt", timeout=settings.LONG_TASK_TIMEOUT)
    return export


def make(export_id: int) -> None:
    """Write the zip and mail its owner; a second run finds it made, or gone."""
    export = Export.objects.select_related("member").filter(pk=export_id, made_at=None).first()
    if export is None:
        return
    folder = export.path.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = export.path.with_suffix(f".{os.getpid()}.part")
    try:
        owner_only = open(part, "xb", opener=lambda name, flags: os.open(name, flags, 0o600))  # noqa: SIM115
        with owner_only as file, ZipFile(file, "w", ZIP_DEFLATED) as packed:
            _collect(export, packed)
        size = part.stat().st_size
        part.replace(export.path)
    finally:
        part.unlink(missing_ok=True)
    with transaction.atomic():
        made = Export.objects.filter(pk=export.pk, made_at=None).update(made_at=timezone.now(), size=size)
        if made:
            _tell(export)
    if not made and not Export.objects.filter(pk=export.pk).exists():
        export.path.unlink(missing_ok=True)  # the member was deleted meanwhile


def _collect(export: Export, packed: ZipFile) -> None:
    for name, exporter in exporters.items():
        with packed.open(f"{name}.json", "w", force_zip64=True) as file:
            before = b"[\n"
            for record in exporter(export.member):
                file.write(before + json.dumps(record, default=_plain, ensure_ascii=False, indent=1).encode())
                before = b",\n"
                export.records += 1
                if export.records % TOLD_EVERY == 0:
                    Export.objects.filter(pk=export.pk).update(records=export.records)
            file.write(b"[]\n" if before == b"[\n" else b"\n]\n")
    for files in exported_files:
        for name, opened in files(export.member):
            with opened() as source, packed.open(f"files/{name}", "w", force_zip64=True) as file:
                while block := source.read(1 << 20):
                    file.write(block)
    Export.objects.filter(pk=export.pk).update(records=export.records)


def _plain(value: Any) -> str:
    """What JSON has no word for: times as ISO 8601, all else as it prints."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _tell(export: Export) -> None:
    member = export.member
    if not member.email:
        return
    with override(member.language):
        words = _(
            "The copy of everything about you is ready:\n\n%(address)s\n\n"
            "Log in to download it. It is there for %(days)d days, for you alone. "
            "If you did not ask for it, change your password."
        )
        told = {"address": f"{settings.SITE_URL}/me/privacy/", "days": KEPT_FOR.days}
        queue_mail(member.email, _("Your copy is ready"), words % told)


def after_attempt(task: Task) -> None:
    """Called by the cluster after each attempt at `make`; after the last one the member may ask again."""
    if not task.success and task.attempt_count >= settings.Q_CLUSTER["max_attempts"]:
        log.error("export %s could not be made after %s attempts", task.args[0], task.attempt_count)
        Export.objects.filter(pk=task.args[0], made_at=None).update(failed_at=timezone.now())


def discard(export: Export) -> None:
    export.delete()
    transaction.on_commit(lambda: export.path.unlink(missing_ok=True))


def clean_exports() -> None:
    """Delete the zips whose week is over, and files that no row names."""
    for export in Export.objects.filter(made_at__lt=timezone.now() - KEPT_FOR):
        discard(export)
    known = set(Export.objects.values_list("name", flat=True))
    oldest = (timezone.now() - KEPT_FOR).timestamp()
    for file in Path(settings.EXPORT_ROOT).glob("*"):
        if file.name not in known and file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)
