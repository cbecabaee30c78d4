"""The Message-ID of a mail: from what it tells and its reader, and signed, so that whatever quotes it can be believed.

Numbers alone would be guessed, and a forged bounce would silence a stranger.
"""

import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

HEADER = "X-Hearback-Mail"  # the same name again: some providers give mails a Message-ID of their own
_SALT = "hearback.mail"
MEMBER = "m"  # the sort of reader that has an account
_NAME = re.compile(r"(?<![\w.])(n\d{1,18}\.([a-z])(\d{1,18}))\.([0-9a-f]{24})(?![\w.])")
_MOST = 20  # names that one text is asked for


def name_of(told: int, reader: int, sort: str = MEMBER) -> str:
    """Always the same for the same two, so that a mail tried again after a kill is known as one."""
    signed = f"n{told}.{sort}{reader}"
    return f"{signed}.{_signature(signed, settings.SECRET_KEY)}"


def reader_named_in(text: str) -> tuple[str, int] | None:
    """Sort and id of the reader to whom a mail went that the text names, if we signed that name."""
    for found in list(_NAME.finditer(text))[:_MOST]:
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        if any(constant_time_compare(found[4], _signature(found[1], key)) for key in keys):
            return found[2], int(found[3])
    return None


def _signature(signed: str, key: str) -> str:
    return salted_hmac(_SALT, signed, secret=key, algorithm="sha256").hexdigest()[:24]
