"""The signed addresses in mails to subscribers: one confirms for some days, one ends a subscription for ever."""

from datetime import timedelta

from django.conf import settings
from django.core import signing

from roadmap.subscriptions.models import Subscription

PATH = "/changelog/subscription/"
TIME_TO_CONFIRM = timedelta(days=3)
_CONFIRM = "hearback.changelog.confirm"
_END = "hearback.changelog.end"


def confirmation_of(subscription: Subscription) -> str:
    return f"{settings.SITE_URL}{PATH}confirmation/{signing.dumps(subscription.pk, salt=_CONFIRM)}/"


def end_of(subscription: Subscription) -> str:
    return f"{settings.SITE_URL}{PATH}end/{signing.dumps(subscription.pk, salt=_END)}/"


def confirmed_by(token: str) -> Subscription | None:
    """What the token may confirm, or what it changed; None for one that is not ours, too old, or out of date."""
    pk = _read(token, _CONFIRM, TIME_TO_CONFIRM)
    return _of(pk) or (Subscription.objects.filter(changed_by=pk).first() if pk is not None else None)


def ended_by(token: str) -> Subscription | None:
    return _of(_read(token, _END))


def is_ours(token: str) -> bool:
    """Whether the token ended a subscription, be it gone by now: a second click is no error."""
    return _read(token, _END) is not None


def _of(pk: int | None) -> Subscription | None:
    return Subscription.objects.filter(pk=pk).first() if pk is not None else None


def _read(token: str, salt: str, longest: timedelta | None = None) -> int | None:
    try:
        return int(signing.loads(token, salt=salt, max_age=longest))
    except (signing.BadSignature, ValueError, TypeError):
        return None
