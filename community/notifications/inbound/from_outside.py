"""Handing what somebody without an account answered to the room that had written to them."""

import re
from email.message import Message

from django.db import transaction

from community.lib.markdown import MarkdownRefused
from community.members.limits import LimitReached
from community.notifications.inbound import screening
from community.notifications.inbound.answering import AnswerRefused
from community.notifications.inbound.enclosed import belonging, without_places
from community.notifications.inbound.headers import first_of, headers_of, senders_of, words_of
from community.notifications.inbound.mime import Broken, Opened, opened
from community.notifications.inbound.outside import Came, Outside, outside
from community.notifications.inbound.refusing import Refused, lock
from community.notifications.inbound.said import said_in
from community.notifications.inbound.written import is_empty
from community.notifications.received import InboundMail

Reason = InboundMail.Reason
LONGEST_SUBJECT = 150
_NAME = re.compile(r"<[^<>\s]{3,240}>")


def objection(mail: InboundMail, headers: Message) -> InboundMail.Reason | None:
    """Why a mail with these headers is no answer of whom the room wrote to, or None."""
    return screening.objection_to(headers, _through(mail).written_to(mail.answers))  # type: ignore[arg-type]


def hand_over(mail: InboundMail) -> None:
    """Once, however often the task runs. Raises Refused."""
    through, headers = _through(mail), headers_of(mail.content)
    came = _came(mail, headers, through)
    try:
        with transaction.atomic():
            if lock(mail):
                through.take(mail.answers, came)  # type: ignore[arg-type]
                mail.end(InboundMail.State.POSTED)
    except LimitReached as reached:
        raise Refused(Reason.LIMIT, str(reached)) from reached
    except MarkdownRefused as refusal:
        raise Refused(Reason.WORDS, str(refusal)) from refusal
    except AnswerRefused as refusal:
        raise Refused(Reason.CLOSED, str(refusal)) from refusal


def _through(mail: InboundMail) -> Outside:
    through = outside.get(mail.answers.kind) if mail.answers else None
    if through is None or not through.written_to(mail.answers):  # type: ignore[arg-type]
        raise Refused(Reason.GONE)
    return through


def _came(mail: InboundMail, headers: Message, through: Outside) -> Came:
    item = mail.answers
    try:
        parts: Opened = opened(mail.content, item.language)  # type: ignore[union-attr]
    except Broken as broken:
        raise Refused(Reason.BROKEN) from broken
    words = without_places(said_in(parts, headers, landmarks=through.landmarks(item)))  # type: ignore[arg-type]
    files = [one.name or one.content_type for one in belonging(parts)]
    if is_empty(words) and not files:
        raise Refused(Reason.EMPTY)
    name = _NAME.fullmatch(first_of(headers, "Message-ID"))
    subject = " ".join(words_of(first_of(headers, "Subject")).split())[:LONGEST_SUBJECT]
    return Came(next(iter(senders_of(headers)), ""), subject, name[0] if name else "", words, files)
