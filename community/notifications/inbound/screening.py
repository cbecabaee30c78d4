"""What a mail's headers say against it: forged, automatic, a loop, a report of a mail that came back."""

import re
from collections.abc import Collection
from email.message import Message

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models.functions import Lower

from community.members.models import Member
from community.notifications.inbound import addresses
from community.notifications.inbound.headers import all_of, first_of, senders_of, words_of
from community.notifications.mail_names import HEADER
from community.notifications.received import InboundMail

Reason = InboundMail.Reason
MOST_HOPS = 40  # a mail passes five servers, perhaps ten; one that passed so many goes in a circle
_REPORTS = ("multipart/report", "message/delivery-status", "message/feedback-report")
_POSTMEN = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon|mailerdaemon)@", re.IGNORECASE)
# What only programs set that answer by themselves.
_ROBOTS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Response-Suppress", "X-Mail-Autoreply")
_BULK = ("bulk", "junk", "auto_reply")
# Said by people too ("Away on Monday?"), so alone it decides nothing.
_AWAY = re.compile(
    r"^\W*(?:auto(?:matic)?[ -]?(?:reply|response)\b|out of (?:the )?office\b|vacation\b|away from"
    r"|ตอบกลับอัตโนมัติ|การตอบกลับอัตโนมัติ|ไม่อยู่ที่สำนักงาน|ลาพักร้อน"
    r"|automatyczna odpowied|odpowied[zź] automatyczna|autoodpowied|poza biurem|nieobecno|urlop\b"
    r"|رد تلقائي|الرد التلقائي|رد آلي|خارج المكتب|في إجازة"
    r"|자동 ?(?:회신|응답|답장)|부재 ?중|휴가)",
    re.IGNORECASE,
)
_MADE_BY_ITSELF = re.compile(r"auto(?!crypt)|vacation|away", re.IGNORECASE)


def is_report(headers: Message) -> bool:
    """Whether it is a mail server's word about another mail."""
    return headers.get_content_type() in _REPORTS or any(_POSTMEN.match(one) for one in senders_of(headers))


def objection(headers: Message, member: Member) -> InboundMail.Reason | None:
    """Why a mail with these headers is no answer of the member's, or None when nothing speaks against it."""
    return _against(headers) or (None if owners_of(headers, [member.pk]) else Reason.SENDER)


def objection_to(headers: Message, addresses: Collection[str]) -> InboundMail.Reason | None:
    """The same of somebody without an account, who has these addresses."""
    return _against(headers) or (None if set(senders_of(headers)) & set(addresses) else Reason.SENDER)


def _against(headers: Message) -> InboundMail.Reason | None:
    if _is_ours(headers):
        return Reason.LOOP
    if is_report(headers):
        return Reason.BOUNCE
    if _is_automatic(headers):
        return Reason.AUTOMATIC
    if _has_no_sender(headers):
        return Reason.BOUNCE
    senders = senders_of(headers)
    if len(headers.get_all("From", [])) > 1 or len(senders) > 1 or _is_forged(headers):
        return Reason.FORGED
    return None


def owners_of(headers: Message, members: Collection[int]) -> set[int]:
    """Those of the members who have confirmed the address that the mail says it is from."""
    confirmed = EmailAddress.objects.filter(user__in=members, verified=True).annotate(lower=Lower("email"))
    return set(confirmed.filter(lower__in=senders_of(headers)).values_list("user", flat=True))


def _is_ours(headers: Message) -> bool:
    host = settings.SITE_HOST
    return (
        len(headers.get_all("Received", [])) > MOST_HOPS
        or f"<community.{host}>" in first_of(headers, "List-ID").lower()
        or HEADER in headers
        or re.fullmatch(rf"<\d+\.\d{{10,}}@{re.escape(host)}>", first_of(headers, "Message-ID")) is not None
        or any(addresses.is_ours(one) or any(addresses.tokens_in([one])) for one in senders_of(headers))
    )


def _is_automatic(headers: Message) -> bool:
    said = first_of(headers, "Auto-Submitted").partition(";")[0].strip().lower()
    if said not in ("", "no") or any(name in headers for name in _ROBOTS):
        return True
    if first_of(headers, "Precedence").strip().lower() in _BULK:
        return True
    return _AWAY.search(words_of(first_of(headers, "Subject"))) is not None and _looks_made(headers)


def _looks_made(headers: Message) -> bool:
    """A second hint beside the subject."""
    made = any(_MADE_BY_ITSELF.search(name) and name.lower() != "auto-submitted" for name in headers)
    program = " ".join(all_of(headers, "X-Mailer", "User-Agent", "X-Generator"))
    return made or _has_no_sender(headers) or _MADE_BY_ITSELF.search(program) is not None


def _has_no_sender(headers: Message) -> bool:
    """`Return-Path: <>`: whoever sent it wants to hear of no failure, as robots do."""
    return first_of(headers, "Return-Path").replace(" ", "") == "<>"


def _is_forged(headers: Message) -> bool:
    """By the word of our own mail server, which stands first: what is below may be the sender's."""
    return re.search(r"\bdmarc\s*=\s*fail\b", first_of(headers, "Authentication-Results"), re.IGNORECASE) is not None
