"""How often one caller may ask the API: counted for all workers together, and mostly without asking what they share."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from time import time

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import ngettext

from community.members.limits import LimitReached
from community.members.requests import Request

# A worker takes a twentieth of what a caller may ask at once and counts that by itself: the count that all share costs
# as much as the answer. What another worker took and does not use is refused in the end, never given twice.
SHARES = 20
MOST_KEPT = 10_000  # callers that one worker remembers
_lock = Lock()
_kept: OrderedDict[str, "Taken"] = OrderedDict()


@dataclass
class Taken:
    """What this worker may still let a caller ask, and how much of the whole was taken by all workers together."""

    ends_at: float
    left: int
    taken: int


@dataclass(frozen=True)
class Allowance:
    """Where a caller stands: `left` is what they can be sure of, `seconds` the time until all of it is there again."""

    most: int
    left: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        names = {"RateLimit-Limit": self.most, "RateLimit-Remaining": self.left, "RateLimit-Reset": self.seconds}
        return {name: str(value) for name, value in names.items()}


class RateReached(LimitReached):
    def __init__(self, allowance: Allowance) -> None:
        self.allowance = allowance
        words = ngettext(
            "These are more requests than we answer in this time. Try again in %(n)d second.",
            "These are more requests than we answer in this time. Try again in %(n)d seconds.",
            allowance.seconds,
        )
        super().__init__(words % {"n": allowance.seconds})


def count_api(request: Request) -> Allowance | None:
    """Count a request against the rate of its member, or of its address; None where there is none to keep.

    Raises RateReached. The time is a fixed window that begins with a caller's first request.
    """
    if settings.API_RATE is None:
        return None
    most, seconds = settings.API_RATE
    caller = f"member:{request.user.pk}" if request.user.is_authenticated else f"ip:{ratelimit.get_ip(request)}"
    key = f"api:{most}/{seconds}:{caller}"
    now = time()
    with _lock:
        kept = _kept.get(key)
        if kept is None or kept.ends_at <= now or (kept.left == 0 and kept.taken < most):
            kept = _kept[key] = _taken(key, most, seconds, now)
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
        wait = max(1, int(kept.ends_at - now) + 1)
        if kept.left == 0:
            raise RateReached(Allowance(most, 0, wait))
        kept.left -= 1
        return Allowance(most, kept.left + max(most - kept.taken, 0), wait)


def _taken(key: str, most: int, seconds: int, now: float) -> Taken:
    """A further share, out of the count that all workers keep together."""
    with ratelimit.cache_lock(key) as is_locked:
        ends_at, taken = cache.get(key) or (now + seconds, 0)
        if ends_at <= now:
            ends_at, taken = now + seconds, 0
        share = min(max(1, most // SHARES), most - taken)
        if is_locked and share:
            cache.set(key, (ends_at, taken + share), timeout=max(1, int(ends_at - now) + 1))
    return Taken(ends_at, max(share, 0), taken + max(share, 0))


def forget() -> None:
    """Begin anew: for tests, whose guests all come from one address."""
    _kept.clear()
