"""Taking a person out of what the site keeps beside their account: sessions, mails, tasks, uploads, admin's notes."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django_q.models import Task

from community.members.models import Member
from community.members.outgoing import OutgoingMail
from community.members.privacy import Export, Leaver

BATCH = 500


def known_handles(candidates: set[str]) -> set[str]:
    return set(Member.objects.filter(handle__in=candidates).values_list("handle", flat=True))


def forget(leaver: Leaver) -> None:
    end_sessions(leaver.member, leaver.person.emails)
    _forget_mails(leaver)
    _forget_tasks(leaver)
    _forget_in_admin(leaver)
    _forget_in_bios(leaver)
    _delete_files(leaver.member)


def end_sessions(member: Member, emails: tuple[str, ...] = ()) -> int:
    """Log the member out everywhere; with `emails`, also throw away log-ins that were begun with one of them."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    gone = []
    for session in Session.objects.all().iterator(BATCH):
        told = store().decode(session.session_data)
        if told.get("_auth_user_id") == str(member.pk) or any(email in repr(told) for email in emails):
            gone.append(session.pk)
    for at in range(0, len(gone), BATCH):
        Session.objects.filter(pk__in=gone[at : at + BATCH]).delete()
    return len(gone)


def named(leaver: Leaver) -> re.Pattern[str]:
    """What the site's own notes may call them, as whole words: a handle may be as short as `is`."""
    words = sorted({leaver.member.handle, leaver.member.name, *leaver.person.emails} - {""}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)@?(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)


def _forget_mails(leaver: Leaver) -> None:
    """Those to them go. Those to others that wait are sent without the name; what was sent is only a copy."""
    OutgoingMail.objects.filter(to__in=leaver.person.emails).delete()
    # Kept for reading, which only a demo does: whatever they wrote may stand in them.
    OutgoingMail.objects.filter(sent_at__isnull=False).delete()
    said, fields = named(leaver), ("subject", "text", "html")
    for mail in OutgoingMail.objects.all().iterator(BATCH):
        if any(said.search(getattr(mail, name)) for name in fields):
            words = {name: said.sub(leaver.person.former, getattr(mail, name)) for name in fields}
            OutgoingMail.objects.filter(pk=mail.pk).update(**words | {"subject": words["subject"][:250]})


def _forget_tasks(leaver: Leaver) -> None:
    """What a failure said, for mail servers answer with the address."""
    said = named(leaver)
    for task in Task.objects.exclude(result=None).only("result").iterator(BATCH):
        if said.search(repr(task.result)):
            Task.objects.filter(pk=task.pk).update(result="…")


def _forget_in_admin(leaver: Leaver) -> None:
    """What administrators changed stays noted, without whom."""
    said = named(leaver)
    for entry in LogEntry.objects.only("object_repr", "change_message").iterator(BATCH):
        if said.search(entry.object_repr) or said.search(entry.change_message):
            LogEntry.objects.filter(pk=entry.pk).update(object_repr="…", change_message="")


def _forget_in_bios(leaver: Leaver) -> None:
    person = leaver.person
    said = Q(bio__icontains=f"@{person.handle}") | Q(bio__icontains=f"/members/{person.handle}")
    for email in person.emails:
        said |= Q(bio__icontains=email)
    for member in Member.objects.filter(said).exclude(pk=leaver.member.pk):
        Member.objects.filter(pk=member.pk).update(bio=person.hidden(member.bio, known_handles)[:500])


def _delete_files(member: Member) -> None:
    """Once the rows are gone: a file that is deleted too early does not come back with a rollback."""
    stored: list[Any] = [member.picture] if member.picture else []
    zips: list[Path] = [export.path for export in Export.objects.filter(member=member)]

    def delete() -> None:
        for file in stored:
            file.storage.delete(file.name)
        for path in zips:
            path.unlink(missing_ok=True)

    transaction.on_commit(delete)
