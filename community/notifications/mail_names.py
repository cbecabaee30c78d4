"""The Message-ID of a mail: from notification and reader, and signed, so that whatever quotes it can be believed.

Numbers alone would be guessed, and a forged bounce would silence a stranger.
"""

import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

HEADER = "X-Hearback-Mail"  # the same name again: some providers give mails a Message-ID of their own
_SALT = "hearback.mail"
_NAME = re.compile(r"(?<![\w.])n(\d{1,18})\.m(\d{1,18})\.([0-9a-f]{24})(?![\w.])")
_MOST = 20  # names that one text is asked for


def name_of(notification_id: int, member_id: int) -> str:
    """Always the same for the same two, so that a mail tried again after a kill is known as one."""
    signed = f"n{notification_id}.m{member_id}"
    return f"{signed}.{_signature(signed, settings.SECRET_KEY)}"


def member_named_in(text: str) -> int | None:
    """The id of the member to whom a mail went that the text names, if we signed that name."""
    for found in list(_NAME.finditer(text))[:_MOST]:
        signed = f"n{found[1]}.m{found[2]}"
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        if any(constant_time_compare(found[3], _signature(signed, key)) for key in keys):
            return int(found[2])
    return None


def _signature(signed: str, key: str) -> str:
    return salted_hmac(_SALT, signed, secret=key, algorithm="sha256").hexdigest()[:24]
