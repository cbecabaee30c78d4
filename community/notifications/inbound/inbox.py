"""The door for mail that came in: each is a row and a task in one transaction, however often it is brought."""

import hashlib
from collections.abc import Iterable
from email.message import Message

from django.db import IntegrityError, transaction
from django_q.tasks import async_task

from community.feedback.models import Item
from community.members.models import Member
from community.notifications.inbound import addresses, screening
from community.notifications.inbound.headers import all_of, first_of, head_of, headers_of
from community.notifications.received import InboundMail

LARGEST = 12 * 1024 * 1024  # bytes; of a larger one only the headers are kept, to know whom to tell
SETTLE = "community.notifications.inbound.settle.settle"
AFTER_ATTEMPT = "community.notifications.inbound.settle.after_attempt"
# Where a mail server says to whom it brought a mail; To and Cc only say whom the sender wrote to.
_BROUGHT = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")


def take(raw: bytes, *, via: str, to: Iterable[str] = (), size: int | None = None) -> InboundMail | None:
    """Store a mail and queue what becomes of it; None for one that is not for us.

    `to` are the recipients of the envelope, where they are known. `size` is that of the whole mail where `raw`
    holds its headers alone. A mail that was brought before gives the row it has.
    """
    if not addresses.is_on():
        return None
    headers = headers_of(raw)
    token = _token(headers, list(to))
    if token is None and not _is_report_to_us(headers, list(to)):
        return None
    digest = _digest(headers, token or "", raw)
    there = InboundMail.objects.defer("raw").filter(digest=digest).first()
    if there:
        return there
    whole = len(raw) if size is None else size
    mail = InboundMail(via=via[:20], digest=digest, size=whole, raw=head_of(raw) if whole > LARGEST else raw)
    return _stored(mail, token)


def _stored(mail: InboundMail, token: str | None) -> InboundMail:
    ticket = addresses.read(token) if token else None
    if ticket:
        mail.member = Member.objects.filter(pk=ticket.member_id).first()
        if mail.member or ticket.member_id == addresses.OUTSIDER:
            mail.answers = Item.objects.without_words().filter(pk=ticket.item_id).first()
    try:
        with transaction.atomic():
            mail.save()
            if token is None or mail.member or mail.is_from_outside:
                queue(mail)
            else:  # nobody is behind it who could be told, and nothing of it is worth keeping
                mail.end(InboundMail.State.REFUSED, InboundMail.Reason.TOKEN)
    except IntegrityError:  # it was brought twice at once
        return InboundMail.objects.defer("raw").get(digest=mail.digest)
    return mail


def queue(mail: InboundMail) -> None:
    async_task(SETTLE, mail.pk, hook=AFTER_ATTEMPT)


def _token(headers: Message, to: list[str]) -> str | None:
    """The one that counts of our addresses that the mail names: the sender's own, else one that we signed."""
    for lines in (to, all_of(headers, *_BROUGHT), all_of(headers, "To", "Cc", "Resent-To")):
        tokens = list(dict.fromkeys(addresses.tokens_in(lines)))
        signed = {token: ticket for token in tokens if (ticket := addresses.read(token))}
        if len(signed) > 1:
            own = screening.owners_of(headers, [ticket.member_id for ticket in signed.values()])
            signed = {token: ticket for token, ticket in signed.items() if ticket.member_id in own} or signed
        if tokens:
            return next(iter(signed), tokens[0])
    return None


def _is_report_to_us(headers: Message, to: list[str]) -> bool:
    """Whether it says that a mail of ours came back: such reports go to the address that we send from."""
    if not screening.is_report(headers):
        return False
    lines = to or all_of(headers, *_BROUGHT, "To")
    return any(addresses.is_ours(address) for line in lines for address in addresses.all_in(line))


def _digest(headers: Message, token: str, raw: bytes) -> str:
    """Of what makes it this mail to this recipient, so that bringing it again makes no second row."""
    name = first_of(headers, "Message-ID")
    return hashlib.sha256(f"{name}\n{token}".encode("utf-8", "replace") if name else raw).hexdigest()
