"""Whether the mailbox could be read lately, for staff and monitoring: in the cache that all processes share."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.utils.translation import gettext as _

_KEY = "inbox:failing"


@dataclass(frozen=True)
class Failing:
    kind: str
    since: datetime

    @property
    def sentence(self) -> str:
        return {
            "tls": _("Its encryption failed. Look at the host's certificate and at the port in INBOX_URL."),
            "timeout": _("It did not answer in time."),
            "connection": _("It could not be reached. Look at host and port in INBOX_URL."),
        }.get(self.kind, _("It refused us. Look at user, password and folder in INBOX_URL."))


def note_failure(kind: str, at: datetime) -> None:
    """The first failure in a row says since when."""
    there = failing()
    cache.set(_KEY, (kind, there.since if there else at), timeout=None)


def note_success() -> None:
    if cache.get(_KEY) is not None:
        cache.delete(_KEY)


def failing() -> Failing | None:
    kept = cache.get(_KEY)
    return Failing(*kept) if kept else None
