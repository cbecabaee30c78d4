"""Taking a mail apart: its words as text or HTML, and the files that came along."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message

from community.notifications.inbound.charsets import clean, decoded
from community.notifications.inbound.headers import words_of

MOST_LINES = 300_000  # 12 MB as base64 has 160,000
MOST_PARTS = 2_000  # beginnings of parts in the bytes; each costs the parser as much as a hundred lines
DEEPEST = 40
MOST_FILES = 60  # those behind are not even looked at
_TEXTS = ("text/plain", "text/html")
# A parser of thirty years of mail fails in many ways at what was never one.
_FAILURES = (RecursionError, MessageError, ValueError, LookupError, AttributeError, TypeError)


class Broken(ValueError):
    """No parser gets through it, or not in the time that one mail may take."""


@dataclass
class File:
    name: str
    content: bytes
    content_type: str
    cid: str = ""  # what an HTML part calls it
    is_inline: bool = False


@dataclass
class Opened:
    text: str = ""
    html: str = ""
    files: list[File] = field(default_factory=list)
    left_out: int = 0  # files beyond the most that are looked at


def opened(raw: bytes, language: str) -> Opened:
    """The parts of a mail; raises Broken. `language` is that of its writer, for words whose charset is a guess."""
    message = parsed(raw)
    found = Opened()
    try:
        texts, htmls = _Walk(found, language).through(message, 0)
    except _FAILURES as error:
        raise Broken(type(error).__name__) from error
    found.text, found.html = "\n\n".join(texts), "\n".join(htmls)
    return found


def parsed(raw: bytes) -> Message:
    """The mail as the standard library sees it; raises Broken for what it fails at, or would take too long for."""
    if raw.count(b"\n") > MOST_LINES or raw.count(b"\n--") > MOST_PARTS:
        raise Broken("too many lines or parts")
    try:
        return message_from_bytes(raw)
    except _FAILURES as error:
        raise Broken(type(error).__name__) from error


class _Walk:
    """Through the parts, from the outermost inwards; what it meets goes into `found`."""

    def __init__(self, found: Opened, language: str) -> None:
        self.found = found
        self.language = language

    def through(self, part: Message, depth: int) -> tuple[list[str], list[str]]:
        """The texts and the HTML of a part, each in the order in which they are read."""
        if depth > DEEPEST:
            raise Broken("too deep")
        kind = part.get_content_type()
        if part.is_multipart() and kind.startswith("multipart/"):
            below = [self.through(one, depth + 1) for one in _inside(part)]
            if kind == "multipart/alternative":
                return _first_filled(texts for texts, _htmls in below), _first_filled(htmls for _texts, htmls in below)
            return [one for texts, _ in below for one in texts], [one for _, htmls in below for one in htmls]
        # What says that it has parts and has none is read as it stands.
        if kind.startswith("multipart/") or (kind in _TEXTS and not _is_attached(part)):
            words = self._words(part)
            return ([], [words]) if kind == "text/html" else ([words], [])
        self._keep(part)
        return [], []

    def _words(self, part: Message) -> str:
        words = decoded(_content(part), _charset(part), self.language)
        if part.get_content_type() == "text/plain" and _parameter(part, "format").lower() == "flowed":
            return unflowed(words, is_spaceless=_parameter(part, "delsp").lower() == "yes")
        return words

    def _keep(self, part: Message) -> None:
        if len(self.found.files) >= MOST_FILES:
            self.found.left_out += 1
            return
        kind = part.get_content_type()
        # A mail inside of the mail is a file too, of a kind that nobody may attach: its content is not asked for.
        content = kind.encode() if part.is_multipart() else _content(part)
        is_inline = part.get_content_disposition() == "inline" or (
            "Content-ID" in part and part.get_content_disposition() is None
        )
        cid = str(part.get("Content-ID", "")).strip().strip("<>").strip()
        self.found.files.append(File(_name_of(part), content, kind, cid, is_inline))


def _inside(part: Message) -> list[Message]:
    inside = part.get_payload()
    return [one for one in inside if isinstance(one, Message)] if isinstance(inside, list) else []


def _first_filled(ways: Iterable[list[str]]) -> list[str]:
    return next((way for way in ways if any(words.strip() for words in way)), [])


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(_name_of(part))


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _charset(part: Message) -> str:
    return _parameter(part, "charset")


def _parameter(part: Message, name: str) -> str:
    """Parameters may be encoded in three ways, and wrongly in all of them."""
    try:
        value = part.get_param(name, "")
        return str(value[2] if isinstance(value, tuple) else value)
    except (ValueError, LookupError, TypeError):
        return ""


def _name_of(part: Message) -> str:
    try:
        name = part.get_filename("") or ""
    except (ValueError, LookupError, TypeError):
        name = ""
    return clean(words_of(name)).replace("\n", " ").strip()[-200:]


_QUOTE = re.compile(r">*")


def unflowed(words: str, *, is_spaceless: bool) -> str:
    """Lines of format=flowed (RFC 3676) as paragraphs: what ends in a space goes on in the next line."""
    lines: list[str] = []
    depth, goes_on = 0, False
    for line in words.split("\n"):
        signs = _QUOTE.match(line)[0]  # type: ignore[index]
        here = line[len(signs) :].removeprefix(" ")
        if goes_on and len(signs) == depth and here != "-- ":
            lines[-1] += here
        else:
            lines.append(f"{signs} {here}" if signs else here)
        depth, goes_on = len(signs), here.endswith(" ") and here != "-- "
        if goes_on and is_spaceless:
            lines[-1] = lines[-1][:-1]
    return "\n".join(line if line == "-- " else line.rstrip() for line in lines)
