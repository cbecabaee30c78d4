"""Mail that comes back: bounces and complaints, believed only where they name a mail that we signed.

Anyone can write a bounce. One that quotes no name of ours, or one whose signature is wrong, changes nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.utils import getaddresses
from itertools import islice

from allauth.account.models import EmailAddress

from community.lib.mail_failures import is_for_good, statuses_in
from community.notifications.mail_names import HEADER, MEMBER, reader_named_in
from community.notifications.models import Suppression
from community.notifications.suppressions import outsiders, suppress

MOST_PARTS = 40
LONGEST = 60_000  # characters of one text that are looked at
_NAMING = ("Message-ID", HEADER, "X-Original-Message-ID", "In-Reply-To", "References")
_COMPLAINTS = ("abuse", "fraud", "virus", "opt-out", "other")  # not those of DMARC, nor "not-spam"
# How the copy of our mail begins in bounces that are plain text: of qmail, Exim, Exchange and others.
_COPY = re.compile(
    r"^(-+ ?Below this line is a copy|-+ ?This is a copy of (?:the|your) message|Original message headers:"
    r"|-+ ?Original message|-+ ?Returned message|-+ ?Message header follows|Received: )",
    re.IGNORECASE | re.MULTILINE,
)
_SUBJECTS = re.compile(
    r"undeliver|delivery (?:status notification|failure|has failed)|(?:mail|message) delivery (?:failed|failure)"
    r"|failure notice|returned mail|could not be delivered|not delivered|(?:delivery|message|mail).{0,40}delayed",
    re.IGNORECASE,
)
_SENDERS = re.compile(r"mailer-daemon|postmaster|mail delivery (?:sub)?system|microsoftexchange", re.IGNORECASE)
_REPLY = re.compile(r"(?<![\d.])([45]\d\d)[ -](?=\S)")
_GIVEN_UP = re.compile(r"permanent error|permanent fatal errors|i've given up|no such (?:user|mailbox)", re.IGNORECASE)
_DELAY = re.compile(r"delayed|warning: could not send|will (?:be retried|keep trying|retry)", re.IGNORECASE)


@dataclass
class _Parts:
    """What a report is made of, however it is wrapped."""

    status: list[Message] = field(default_factory=list)  # a block of delivery-status for the mail, then each address
    feedback: Message | None = None
    original: Message | None = None
    text: str = ""


def note_returned(message: Message) -> bool:
    """Whether this is a bounce or a complaint; if it is for good and of a mail of ours, its reader gets no more."""
    parts = _parts_of(message)
    kind = message.get_param("report-type", "")
    if parts.feedback is not None or kind == "feedback-report":
        _complained(message, parts)
        return True
    if parts.status or kind == "delivery-status":
        if any(_is_permanent(one) for one in parts.status):
            _suppress(message, parts, Suppression.Reason.BOUNCE)
        return True
    if _looks_like_a_bounce(message):
        if _says_for_good(_value(message, "Subject"), parts.text):
            _suppress(message, parts, Suppression.Reason.BOUNCE)
        return True
    return False


def _complained(message: Message, parts: _Parts) -> None:
    kind = _value(parts.feedback, "Feedback-Type") if parts.feedback else ""
    if kind.lower() in _COMPLAINTS:
        _suppress(message, parts, Suppression.Reason.COMPLAINT)


def _is_permanent(status: Message) -> bool:
    """One address's block of a report (RFC 3464): failed, and for a reason that lies with the address."""
    action = _value(status, "Action").lower()
    codes = statuses_in(_value(status, "Status"))
    return action == "failed" and bool(codes) and is_for_good(codes[0])


def _looks_like_a_bounce(message: Message) -> bool:
    """Programs older than RFC 3464 and some that do not care: a text from nobody, or from the mail system itself."""
    if _value(message, "X-Failed-Recipients"):
        return True
    nobody = _value(message, "Return-Path") == "<>"
    system = bool(_SENDERS.search(_value(message, "From")))
    return (nobody or system) and bool(_SUBJECTS.search(_value(message, "Subject")))


def _says_for_good(subject: str, text: str) -> bool:
    """The code nearest to the reason decides; in doubt nothing is for good."""
    said = _COPY.split(text, maxsplit=1)[0]
    if _DELAY.search(subject) or _DELAY.search(said):
        return False
    if codes := statuses_in(said):
        return all(is_for_good(code) for code in codes)
    if replies := _REPLY.findall(said):
        return all(reply.startswith("5") for reply in replies)
    return bool(_GIVEN_UP.search(said))


def _suppress(message: Message, parts: _Parts, reason: str) -> None:
    sort, reader = reader_named_in(_names(message, parts)) or ("", 0)
    if others := outsiders.get(sort):
        others.end(reader)
    if sort != MEMBER:
        return
    address = EmailAddress.objects.filter(user=reader, primary=True).values_list("email", flat=True).first()
    to = _all(parts.original, "To") if parts.original else []
    sent_to = {one.lower() for _name, one in getaddresses(to) if "@" in one}  # some loops of complaints black it out
    # Who has another address since is well there, whatever became of the old one.
    if address and (not sent_to or address.lower() in sent_to):
        suppress(address, reason)


def _names(message: Message, parts: _Parts) -> str:
    """Everywhere that the name of the mail may stand, the surest place first."""
    heads = [one for one in (parts.original, message) if one is not None]
    found = [value for head in heads for name in _NAMING for value in _all(head, name)]
    copy = _COPY.search(parts.text)
    return "\n".join([*found, parts.text[copy.start() :] if copy else ""])


def _parts_of(message: Message) -> _Parts:
    parts = _Parts()
    for part in islice(_walk(message), MOST_PARTS):
        kind = part.get_content_type()
        if kind in ("message/delivery-status", "message/global-delivery-status"):
            parts.status += _blocks(part)
        elif kind == "message/feedback-report":
            parts.feedback = _inner(part)
        elif kind in ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"):
            parts.original = parts.original or _inner(part)
        elif kind in ("text/plain", "text/html") and not parts.text:
            parts.text = _text(part)
    return parts


def _walk(message: Message) -> Iterator[Message]:
    """Like `Message.walk`, but it goes into no mail within the mail, and depth is no call (ABUSE G90)."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        yield part
        if part.get_content_maintype() == "multipart":
            waiting += reversed(_inside(part)[:MOST_PARTS])


def _inside(part: Message) -> list[Message]:
    inside = part.get_payload()
    return [one for one in inside if isinstance(one, Message)] if isinstance(inside, list) else []


def _inner(part: Message) -> Message:
    return next(iter(_inside(part)), None) or _headers(_text(part))


def _blocks(part: Message) -> list[Message]:
    """The blocks of a delivery-status; the parser knows the older kind, and of the newer one only the first block."""
    blocks = _inside(part) or [_headers(_text(part))]
    return blocks + [_headers(_text(block)) for block in blocks if block.get_payload()]


def _text(part: Message) -> str:
    raw = part.get_payload(decode=True)
    if isinstance(raw, bytes):
        return raw[:LONGEST].decode("utf-8", errors="replace").replace("\r\n", "\n")
    inside = part.get_payload()
    return str(inside)[:LONGEST] if isinstance(inside, str) else ""


def _all(head: Message, name: str) -> list[str]:
    """As they came: the parser of headers stumbles over some that are broken."""
    return [" ".join(str(value).split()) for key, value in head.raw_items() if key.lower() == name.lower()]


def _value(head: Message, name: str) -> str:
    return next(iter(_all(head, name)), "")


def _headers(text: str) -> Message:
    found = Message()
    for name, value in re.findall(r"^([\w-]{1,60}):[ \t]*((?:.*)(?:\n[ \t].*)*)", text, re.MULTILINE)[:200]:
        found[name] = " ".join(value.split())
    return found
