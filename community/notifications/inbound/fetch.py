"""Fetching mail by IMAP: every minute what is new in the mailbox, each mail stored before it is marked there.

Between the two a crash is harmless: the mail is fetched again, and found to be there.
"""

import imaplib
import logging
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils import timezone

from community.notifications.inbound import inbox
from community.notifications.inbound.health import note_failure, note_success

log = logging.getLogger(__name__)
TASK = "community.notifications.inbound.fetch.fetch"
SECONDS = 30.0  # of one task; what is left comes with the next
TIMEOUT = 15  # seconds for each answer of the server
MOST = 100  # mails in one turn
# What goes wrong on the way; what our own code does wrong is a failure of the task.
_FAILURES = (imaplib.IMAP4.error, OSError, ssl.SSLError)


class Unexpected(imaplib.IMAP4.error):
    """The server said something else than IMAP says."""


def fetch() -> None:
    """Store what is new in the mailbox; a task, that can run twice at once."""
    if not settings.INBOX:
        return
    try:
        with _opened() as box:
            _fetch_for(box, SECONDS)
    except _FAILURES as failure:
        # Servers repeat names of users in what they say, so only the kind of failure is told.
        log.warning("the mailbox could not be read: %s", type(failure).__name__)
        note_failure(_kind(failure), timezone.now())
    else:
        note_success()


@contextmanager
def _opened() -> Iterator[imaplib.IMAP4]:
    told = settings.INBOX
    if told["is_tls"]:
        context = ssl.create_default_context()
        box: imaplib.IMAP4 = imaplib.IMAP4_SSL(told["host"], told["port"], ssl_context=context, timeout=TIMEOUT)
    else:
        box = imaplib.IMAP4(told["host"], told["port"], timeout=TIMEOUT)
    try:
        if told["is_begun_plain"]:
            box.starttls(ssl.create_default_context())
        box.login(_quoted(told["user"]), told["password"])  # it quotes the password alone
        _said(box.select(_quoted(told["folder"])))
        yield box
    finally:
        try:
            box.logout()
        except _FAILURES:
            box.shutdown()


def _fetch_for(box: imaplib.IMAP4, seconds: float) -> None:
    until = time.monotonic() + seconds
    found = _said(box.uid("SEARCH", "UNSEEN"))[0] or b""
    ours = []
    for uid in found.split()[:MOST]:
        name = uid.decode("ascii")
        try:
            is_ours = _stored(box, name)
        except _FAILURES:
            raise
        except Exception:  # one mail that cannot be stored must not hold up those behind it; it stays unseen
            log.exception("a mail could not be stored")
            continue
        if is_ours:
            # Deleted in one act with being seen: a mail that is seen and not deleted is nobody's of ours.
            _said(box.uid("STORE", name, "+FLAGS.SILENT", r"(\Seen \Deleted)"))
            ours.append(name)
        else:
            _said(box.uid("STORE", name, "+FLAGS.SILENT", r"(\Seen)"))
        if time.monotonic() > until:
            break
    if ours:
        _expunge(box, ours)


def _stored(box: imaplib.IMAP4, uid: str) -> bool:
    """Whether the mail is for us; then it is committed. Its size is asked first, so that no large one is read."""
    size = _size(_said(box.uid("FETCH", uid, "(RFC822.SIZE)")))
    part = "BODY.PEEK[]" if size <= inbox.LARGEST else "BODY.PEEK[HEADER]"
    answer = _said(box.uid("FETCH", uid, f"({part})"))
    raw = next((one[1] for one in answer if isinstance(one, tuple)), None)
    if raw is None:
        raise Unexpected("no mail in the answer")
    return inbox.take(raw, via="imap", size=max(size, len(raw))) is not None


def _size(answer: list) -> int:
    said = b" ".join(one[0] if isinstance(one, tuple) else one or b"" for one in answer)
    found = re.search(rb"RFC822\.SIZE (\d+)", said)
    if found is None:
        raise Unexpected("no size in the answer")
    return int(found[1])


def _expunge(box: imaplib.IMAP4, uids: list[str]) -> None:
    """Only ours, where the server can: what others have marked in a shared mailbox is theirs to throw away."""
    # Asked again: before the log-in most servers tell less of what they can, and imaplib keeps that.
    if b"UIDPLUS" in b" ".join(_said(box.capability())).split():
        _said(box.uid("EXPUNGE", ",".join(uids)))
    else:
        _said(box.expunge())


def _said(answer: tuple[str, list]) -> list:
    status, lines = answer
    if status != "OK":
        raise Unexpected(status)
    return lines


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _kind(failure: BaseException) -> str:
    """In a word, for the desk: what to look at."""
    if isinstance(failure, ssl.SSLError):
        return "tls"
    if isinstance(failure, TimeoutError):
        return "timeout"
    if isinstance(failure, OSError):
        return "connection"
    return "refused"
