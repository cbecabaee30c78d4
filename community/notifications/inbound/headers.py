"""The headers of a mail, whatever is wrong with them: read without its body, as words."""

import re
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses

LARGEST = 256 * 1024  # bytes; of longer headers the rest is left unread
_END = re.compile(rb"\r?\n\r?\n")


def head_of(raw: bytes) -> bytes:
    """The bytes of the headers alone."""
    end = _END.search(raw, 0, LARGEST)
    return raw[: end.end() if end else LARGEST]


def headers_of(raw: bytes) -> Message:
    return BytesHeaderParser().parsebytes(head_of(raw))


def all_of(headers: Message, *names: str) -> list[str]:
    """Every header of these names, name after name, each on one line."""
    return [_one_line(value) for name in names for value in headers.get_all(name, [])]


def first_of(headers: Message, name: str) -> str:
    return next(iter(all_of(headers, name)), "")


def words_of(value: str) -> str:
    """What an encoded header says: `=?utf-8?b?…?=` as words."""
    try:
        return "".join(_decoded(part, charset) for part, charset in decode_header(value))
    except Exception:  # the stdlib names its failures at broken words differently in every version
        return value


def senders_of(headers: Message) -> list[str]:
    """The addresses of all From headers, in small letters."""
    found = getaddresses(all_of(headers, "From"))
    return list(dict.fromkeys(address.strip().lower() for _name, address in found if "@" in address))


def _decoded(part: bytes | str, charset: str | None) -> str:
    if isinstance(part, str):
        return part
    try:
        return part.decode(charset or "ascii", "replace")
    except LookupError:
        return part.decode("utf-8", "replace")


def _one_line(value: object) -> str:
    return " ".join(str(value).split())
