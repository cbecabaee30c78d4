"""Attaching files: taken in, named by words, and thrown away when no words name them."""

import logging
import re
from typing import TypeAlias

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.translation import gettext as _

from community.feedback.attachments import Attachment, path_of, shared_of
from community.feedback.models import Draft, Item
from community.lib import file_kinds, markdown
from community.lib.file_names import clean_name
from community.lib.markdown_files import files_named_in
from community.lib.pictures import MOST_BYTES, PictureRefused, PictureTooLarge, Shown, shown_from
from community.members import limits
from community.members.cleaning import cleaners
from community.members.models import Member

log = logging.getLogger(__name__)
LONGEST_ALT = 300
BATCH = 200
ADDRESS = re.compile(r"/files/([0-9]{1,18})/")


class FileRefused(Exception):
    """Carries a sentence that says what to do, and the status of an answer that says it."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


def keep_brought(upload: UploadedFile) -> Attachment:
    """Keep a file that an operator brings with the words of an import: it is nobody's, and counts for nobody.

    It waits for its item as any other does. Raises FileRefused, and OSError where it cannot be stored.
    """
    attachment, contents = _made(upload, None, "")
    attachment.save()
    for stored, content in contents:
        default_storage.save(stored.name or "", content)
    return attachment


def attach(upload: UploadedFile, *, by: Member, alt: str = "") -> Attachment:
    """Keep a file for words that are still being written. Raises FileRefused or LimitReached.

    Its row comes first and in a transaction of its own: what a killed process stored is then known, and thrown away
    with everything else that no words name. Neither making a picture nor storing it holds a lock meanwhile.
    """
    attachment, contents = _made(upload, by, _checked(alt))
    with transaction.atomic():
        limits.count(by, "files")
        limits.count(by, "bytes", attachment.size)
        attachment.save()
    try:
        for stored, content in contents:
            default_storage.save(stored.name or "", content)
    except BaseException as error:
        with transaction.atomic():
            limits.count(by, "files", -1)
            limits.count(by, "bytes", -attachment.size)
            attachment.delete()
        if not isinstance(error, OSError):
            raise
        log.error("a file could not be stored: %s", error)
        words = _("This file could not be stored just now. Try again later; your text is kept.")
        raise FileRefused(words, 503) from error
    return attachment


Contents: TypeAlias = list[tuple[FieldFile, File]]


def _made(upload: UploadedFile, by: Member | None, alt: str) -> tuple[Attachment, Contents]:
    """The row, unsaved, and what is to be stored for it: a picture made anew, anything else as it is."""
    size, name = upload.size or 0, upload.name or ""
    if not size:
        raise FileRefused(_("This file is empty. Choose another one."), 422)
    if size > MOST_BYTES:
        raise FileRefused(_("This file has more than 8 MB. Choose a smaller one, or pack it."), 413)
    try:
        kind = file_kinds.kind_of(upload, name)
        attachment = Attachment(
            uploaded_by=by, name=clean_name(name, kind.ending), content_type=kind.content_type, size=size
        )
        attachment.file.name = path_of(attachment, name)
        if kind.is_picture:
            return attachment, _pictured(attachment, shown_from(upload), alt)
    except (file_kinds.KindRefused, PictureRefused) as refusal:
        raise FileRefused(str(refusal), 413 if isinstance(refusal, PictureTooLarge) else 415) from refusal
    attachment.kind = Attachment.Kind.DOWNLOAD
    return attachment, [(attachment.file, upload)]


def _pictured(attachment: Attachment, shown: Shown, alt: str) -> Contents:
    attachment.kind = Attachment.Kind.PICTURE
    attachment.alt, attachment.size, attachment.was_moving = alt, shown.whole.size, shown.was_moving
    attachment.width, attachment.height = shown.size
    attachment.small_width, attachment.small_height = shown.small_size
    if shown.small is None:
        return [(attachment.file, shown.whole)]
    attachment.small.name = path_of(attachment, "")
    return [(attachment.file, shown.whole), (attachment.small, shown.small)]


def _checked(alt: str) -> str:
    try:
        return " ".join(markdown.check_text(alt).split())[:LONGEST_ALT]
    except markdown.MarkdownRefused as refusal:
        raise FileRefused(str(refusal), 422) from refusal


def settle_files(item: Item, *, by: Member, also: str = "") -> None:
    """Give the item those of the writer's waiting files that its words name, and let go of what they name no more.

    For staff, those that they write with others are theirs too. Files of others and of other items stay whose they
    are: naming them changes nothing about who may read them. `also` is HTML that stands in the item besides its own.
    """
    named = files_named_in(item.html + also)
    if named:
        waiting = Attachment.objects.filter(pk__in=named, item=None)
        theirs = Q(uploaded_by=by)
        if by.is_staff:
            theirs |= Q(pk__in=shared_of(waiting.exclude(theirs)))
        waiting.filter(theirs).update(item=item, unused_since=None)
    if item.edited_at:
        Attachment.objects.filter(item=item).exclude(pk__in=named).update(item=None, unused_since=timezone.now())


def hand_over_files(source: Item, target: Item) -> None:
    """Where words are copied to another item to be read there, the files that they name go with them."""
    named = files_named_in(target.html)
    if named:
        Attachment.objects.filter(pk__in=named, item=source).update(item=target)


def throw_away_unused() -> None:
    """Delete what no words have named for a day, unless a draft of its owner, or of staff together, still does."""
    unused = list(Attachment.objects.unused())
    shared = shared_of(unused)
    waiting = [(one.uploaded_by_id, one.pk) for one in unused if one.pk not in shared]
    owners = {owner for owner, _pk in waiting if owner}
    drafts = Draft.objects.filter(member__in=owners, body__contains="/files/").values_list("member", "body")
    wanted = {(member, int(pk)) for member, body in drafts for pk in ADDRESS.findall(body)}
    gone = [pk for owner, pk in waiting if (owner, pk) not in wanted]
    for at in range(0, len(gone), BATCH):
        with transaction.atomic():
            # Locked and asked again: one of them may be posted at this moment.
            rows = Attachment.objects.unused().select_for_update().filter(pk__in=gone[at : at + BATCH])
            Attachment.objects.filter(pk__in=[row.pk for row in rows]).delete()


cleaners.fill("attachments", throw_away_unused)
