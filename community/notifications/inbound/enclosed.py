"""The files of a mail: those that belong to what was written are attached, and named where the words show them."""

import re
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from community.feedback.attach import FileRefused, attach
from community.members.limits import LIMITS, LimitReached, standing_of
from community.members.models import Member
from community.notifications.inbound import html_part
from community.notifications.inbound.mime import File, Opened

TINY = 2_048  # bytes: a picture of less is a dot that counts readers, or a sign of a network
MOST_OF_STAFF = 20
_SIGNING = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature", "text/vcard")
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "application/pdf": "pdf",
            "text/plain": "txt", "text/csv": "csv", "application/zip": "zip", "message/rfc822": "eml"}  # fmt: skip
# What text parts say in the place of a picture: Outlook, Gmail, and our own Markdown of an HTML part.
_PLACES = re.compile(r"!?\[[^\]\n]*\]\(<?cid:[^)\n]*\)|\[cid:[^\]\n]*\]|\[image: [^\]\n]*\]", re.IGNORECASE)


@dataclass(frozen=True)
class Enclosed:
    """The words with their files, and a sentence about each that was left out."""

    markdown: str
    left_out: list[str]


def belonging(opened: Opened) -> list[File]:
    """The files that somebody meant to send; not what only a signature or a quote shows, nor what nobody can see."""
    shown, named = set(html_part.pictures_in(opened.html)), html_part.cids_named(opened.html)
    return [
        file
        for file in opened.files
        if file.content_type not in _SIGNING
        and not (file.content_type.startswith("image/") and len(file.content) <= TINY)
        and not (file.cid and file.cid in named and file.cid not in shown)
    ]


def without_places(markdown: str) -> str:
    """The words without what stands for pictures."""
    return re.sub(r"\n{3,}", "\n\n", _PLACES.sub("", markdown)).strip()


def enclose(markdown: str, opened: Opened, *, by: Member) -> Enclosed:
    """Attach what belongs to the words, as far as it is allowed; call it when nothing else speaks against them."""
    most = MOST_OF_STAFF if by.is_staff else LIMITS[standing_of(by)].files_a_post
    left_out: list[str] = []
    files = belonging(opened)
    taken = 0
    for file in files:
        name = file.name or f"file.{_ENDINGS.get(file.content_type, 'bin')}"
        try:
            if taken >= most:
                raise FileRefused(_("One post cannot show so many files."), 422)
            upload = SimpleUploadedFile(name, file.content, file.content_type)
            markdown = _placed(markdown, file, attach(upload, by=by).markdown)
            taken += 1
        except (FileRefused, LimitReached) as refusal:
            left_out.append(f"{name[-80:]}: {refusal}")
    if opened.left_out:
        left_out.append(_("One post cannot show so many files."))
    return Enclosed(without_places(markdown), left_out)


def _placed(markdown: str, file: File, shown: str) -> str:
    """Where the words show it, else behind them."""
    said = [rf"!?\[[^\]\n]*\]\(<?cid:{re.escape(file.cid)}>?\)", rf"\[cid:{re.escape(file.cid)}\]"] if file.cid else []
    if file.name:
        said.append(rf"\[image: {re.escape(file.name)}\]")
    for place in said:
        put, count = re.subn(place, lambda _found: shown, markdown, count=1, flags=re.IGNORECASE)
        if count:
            return put
    return "\n\n".join(filter(None, [markdown.rstrip(), shown]))
