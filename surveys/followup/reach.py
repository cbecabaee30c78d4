"""By which address somebody who wants to be contacted may be written to, if by any."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from community.notifications.models import Suppression
from surveys.responses.models import ContactRequest

_ADDRESS = re.compile(r"[^\s<>,;:\"'()\[\]]{1,64}@[^\s<>,;:\"'()\[\]@]{1,250}")
# "By mail, please", in our languages.
_BY_MAIL = re.compile(r"mail|mejl|อีเมล|เมล์|بريد|[إا]يميل|메일", re.IGNORECASE)


def address_of(asked: ContactRequest) -> str:
    """The one that they left; where they said "by e-mail", and staff know who they are, the one they were asked at."""
    left = next(iter(addresses_in(asked.how)), "")
    if left or not asked.tells_answer or not _BY_MAIL.search(asked.how):
        return left
    person = asked.response.person
    return person.address if person else ""


def why_not(address: str) -> str:
    """Why no mail goes there, or ""."""
    if not address:
        return _("They left no e-mail address: reach them as they asked.")
    if Suppression.objects.filter(address=address).exists():
        return _("Mail to this address came back or was refused, so none is sent to it any more.")
    return ""


def addresses_in(words: str) -> list[str]:
    """In small letters."""
    kept = []
    for found in _ADDRESS.findall(words):
        address = found.strip(".!?").lower()
        try:
            validate_email(address)
        except ValidationError:
            continue
        kept.append(str(address))
    return kept
