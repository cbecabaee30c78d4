"""What a file is, decided by its content: a short list, and nothing else (ABUSE E67, E75)."""

import re
from typing import IO, NamedTuple

from django.utils.translation import gettext as _

from .file_names import ending_of

PICTURE_ENDINGS = ("jpg", "jpeg", "png", "webp", "gif", "avif")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PICTURES = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|RIFF.{4}WEBP|.{4}ftyp(?:avif|avis|mif1|miaf)", re.DOTALL
)
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


class FileKind(NamedTuple):
    ending: str
    content_type: str
    is_picture: bool = False


PICTURE = FileKind("webp", "image/webp", is_picture=True)  # whatever it was: it is made anew
# Only ever downloaded, never shown as a page.
DOWNLOADS = {
    kind.ending: kind
    for kind in (
        FileKind("pdf", "application/pdf"),
        FileKind("txt", "text/plain"),
        FileKind("log", "text/plain"),
        FileKind("csv", "text/csv"),
        FileKind("zip", "application/zip"),
    )
}
ENDINGS = (*PICTURE_ENDINGS, *DOWNLOADS)  # what the file picker offers


class KindRefused(ValueError):
    """Carries a sentence that says what to do."""


def kind_of(file: IO[bytes], name: str) -> FileKind:
    """What the file is. Raises KindRefused for what is not on the list, or is not what its name says."""
    file.seek(0)
    head = file.read(16)
    if _PICTURES.match(head):
        return PICTURE
    kind = DOWNLOADS.get(ending_of(name))
    if kind is None:
        raise KindRefused(
            _(
                "This kind of file cannot be attached. "
                "Choose a picture (JPEG, PNG, WebP, GIF, AVIF), PDF, TXT, LOG, CSV or ZIP."
            )
        )
    file.seek(0)
    if not _is(kind, head, file):
        words = _("This file is no %(kind)s, whatever its name says. Save it again as what it is, then attach it.")
        raise KindRefused(words % {"kind": kind.ending.upper()})
    return kind


def _is(kind: FileKind, head: bytes, file: IO[bytes]) -> bool:
    if kind.ending == "pdf":
        return head.startswith(b"%PDF-")
    if kind.ending == "zip":
        return head.startswith(_ZIP)
    # Old programs write text in other codes than UTF-8, so only what no text has decides; UTF-16 says so itself.
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or not _NOT_TEXT.search(file.read())
