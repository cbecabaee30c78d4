"""The bodies of hooks: a mail with what is attached to it is larger than anything else that the site takes.

Only who knows the secret comes this far. Django's own limits on what is read hold for all pages at once, so here it is
read beside them, and for no other page.
"""

import re
from email.message import Message
from email.parser import BytesHeaderParser

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

LARGEST = 24 * 1024 * 1024  # bytes: 8 MB that are attached, as base64, and twice where the provider sends both forms
MOST_FIELDS = 300


class TooLarge(Exception):
    """More than a hook takes; nothing of it was read."""


class Malformed(ValueError):
    """No form, though it says so."""


def read(request: HttpRequest) -> None:
    """Fill the request's body and fields, from one that is yet unread."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isascii() or not length.isdigit():
        raise Malformed("The length of the body is no number.")
    if int(length) > LARGEST:
        raise TooLarge
    request._body = request.read()  # type: ignore[attr-defined]
    if request.content_type == "multipart/form-data":
        fields, files = _fields(request.body, (request.content_params or {}).get("boundary", ""))
        request.POST = fields  # type: ignore[assignment]
        request._files = files  # type: ignore[attr-defined]


def _fields(body: bytes, boundary: str) -> tuple[QueryDict, MultiValueDict[str, SimpleUploadedFile]]:
    fields, files = QueryDict(mutable=True), MultiValueDict[str, SimpleUploadedFile]()
    for head, content in _parts(body, boundary):
        name = str(head.get_param("name", "", header="Content-Disposition"))
        filename = head.get_filename()
        if filename:
            kind = head.get_content_type()
            files.appendlist(name, SimpleUploadedFile(_name(filename), content, kind))
        else:
            fields.appendlist(name, content.decode("utf-8", errors="replace"))
    fields._mutable = False
    return fields, files


def _name(filename: str) -> str:
    """The last part of it, for Django refuses a form with a file that is called `..`."""
    last = re.split(r"[/\\]", filename)[-1].strip(". ")
    return last or "file"


def _parts(body: bytes, boundary: str) -> list[tuple[Message, bytes]]:
    if not boundary:
        raise Malformed("The form names no boundary.")
    line = rb"\r\n--" + re.escape(boundary.encode("ascii", "replace")) + rb"(?=--|[ \t]*\r\n)"
    chunks = re.split(line, b"\r\n" + body, maxsplit=MOST_FIELDS + 2)
    if len(chunks) > MOST_FIELDS + 2 or not chunks[-1].startswith(b"--"):
        raise Malformed("The form has too many fields, or no end.")
    found = []
    for chunk in chunks[1:-1]:
        head, _blank, content = chunk.partition(b"\r\n\r\n")
        found.append((BytesHeaderParser().parsebytes(head.lstrip() + b"\r\n\r\n"), content))
    return found
