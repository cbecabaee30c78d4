"""How often one guest may search: each search costs as much as a page."""

from threading import Lock
from time import monotonic

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.utils.translation import gettext as _

from community.members.limits import LimitReached
from community.members.requests import Request

SEARCHES_A_MINUTE = 60  # of guests from one address
LETTERS_A_MINUTE = 240
# So many each worker lets through a minute without asking the count they share, which costs more than it saves.
FREE = 10
_lock = Lock()
_seen: dict[str, int] = {}
_began = 0.0


def count_search(request: Request, *, is_typing: bool = False) -> None:
    """Count it against the minute of a guest's address, or raise LimitReached."""
    name, most = ("suggest", LETTERS_A_MINUTE) if is_typing else ("search", SEARCHES_A_MINUTE)
    if request.user.is_authenticated or _is_free(f"{name} {get_adapter().get_client_ip(request)}"):
        return
    rates = {name: f"{most}/m/ip"}
    if not ratelimit.consume(request, app="community", action=name, config=rates, limit_get=True):
        raise LimitReached(_("These are many searches in one minute. Wait a moment, then search again."))


def _is_free(key: str) -> bool:
    global _began
    with _lock:
        if monotonic() - _began > 60:
            _seen.clear()
            _began = monotonic()
        _seen[key] = _seen.get(key, 0) + 1
        return _seen[key] <= FREE


def forget() -> None:
    """Begin anew: for tests, whose guests all come from one address."""
    _seen.clear()
