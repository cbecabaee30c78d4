"""Why a mail could not be handed over, by SMTP or a provider's API, without anybody's address."""

import re
import smtplib
from dataclasses import dataclass

from anymail.exceptions import AnymailError, AnymailInvalidAddress, AnymailRecipientsRefused
from django.utils.encoding import force_str

_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
# Mandrill refuses with these what it would refuse for any reader: they say nothing of the address.
_OURS = {"invalid-sender", "test-mode-limit", "unsigned", "rule"}


@dataclass(frozen=True)
class Failure:
    words: str  # the kind of failure and its code; servers like to repeat the address in the rest
    is_refusal: bool = False  # the address takes no mail, now and later


def statuses_in(words: str) -> list[str]:
    """The enhanced status codes (RFC 3463) that a mail server's words hold, such as 5.1.1."""
    return _STATUS.findall(words)


def is_for_good(status: str) -> bool:
    """Whether such a code says that the address takes no mail, now and later.

    5.7 is about whom mail is taken from and 5.6 about what is in it: were the site on a block list for a day,
    everybody would be suppressed.
    """
    return status.startswith("5.") and not status.startswith(("5.6.", "5.7."))


def understood(error: Exception, address: str) -> Failure:
    """What handing over a mail to the address raised, whatever library raised it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _refused_by_smtp(error)
    if isinstance(error, AnymailRecipientsRefused):
        return Failure(f"refused by {error.esp_name or 'the provider'}", is_refusal=not _lies_with_us(error))
    if isinstance(error, AnymailInvalidAddress):
        return Failure("invalid address", is_refusal=address in str(error))
    code = getattr(error, "smtp_code", None) or getattr(error, "status_code", None)
    if code is None and isinstance(error, AnymailError) and error.__cause__:
        code = type(error.__cause__).__name__  # a time-out, or no connection
    return Failure(f"{type(error).__name__} {code or ''}".strip())


def _refused_by_smtp(refusal: smtplib.SMTPRecipientsRefused) -> Failure:
    """5xx is for good, unless the code behind it says that it is about the sender or the words."""
    answers = list(refusal.recipients.values())
    code = max((code for code, _words in answers), default=0)
    told = [status for _code, words in answers for status in statuses_in(force_str(words, errors="replace"))]
    return Failure(f"refused: {code}", is_refusal=code >= 500 and all(map(is_for_good, told)))


def _lies_with_us(refusal: AnymailRecipientsRefused) -> bool:
    try:
        answer = refusal.response.json()
    except (AttributeError, ValueError):
        return False
    return isinstance(answer, list) and any(
        isinstance(one, dict) and one.get("reject_reason") in _OURS for one in answer
    )
