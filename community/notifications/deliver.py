"""Sending the mails whose hour has come. The table says what is to be done; tasks only come to look.

Each mail is claimed before it is tried, so that two workers never try the same one, and a claim ends by
itself when its worker was killed. It is then tried again under the same Message-ID.
"""

import logging
import time
from datetime import timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from community.lib.mail_failures import Failure, understood
from community.members.mail import keep_for_reading
from community.notifications import pumps
from community.notifications.compose import compose
from community.notifications.joining import reachable
from community.notifications.models import Mailing, Suppression
from community.notifications.suppressions import suppress

log = logging.getLogger(__name__)
SECONDS = 5.0  # that one task sends before others, such as log-in codes, have their turn
CLAIMED_FOR = timedelta(seconds=settings.TASK_RETRY)
WAITS = [timedelta(minutes=n) for n in (1, 5, 15, 60, 240, 720)]  # after each failure; then it is given up
_State = Mailing.State


def pump(turn: int | None = None) -> None:
    """Send what is due for some seconds; if more is due, come again after whatever else waits.

    With the number of its turn from `pumps.start`; every minute without one, in case all of those were killed.
    """
    is_done = _send_for(SECONDS)
    if turn is None:
        if not is_done:
            pumps.start()
    elif is_done:
        pumps.end(turn)
    else:
        pumps.go_on(turn)


def _send_for(seconds: float) -> bool:
    """Whether nothing is due any more."""
    until = time.monotonic() + seconds
    connection: BaseEmailBackend | None = None
    try:
        while mailing := claim():
            connection = connection or get_connection()
            connection = deliver(mailing, connection)
            if time.monotonic() > until:
                return False
    finally:
        if connection:
            connection.close()
    return True


def claim() -> Mailing | None:
    """One mail that is due and that nobody tries now, closed and ours for a while."""
    now = timezone.now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    with transaction.atomic():
        due = Mailing.objects.due().filter(free).order_by("due_at", "pk")
        mailing = due.select_for_update(skip_locked=True, no_key=True).first()
        if mailing is None:
            return None
        mailing.closed_at = mailing.closed_at or now
        mailing.claimed_until = now + CLAIMED_FOR
        mailing.attempts += 1
        mailing.save(update_fields=["closed_at", "claimed_until", "attempts"])
    return mailing


def deliver(mailing: Mailing, connection: BaseEmailBackend) -> BaseEmailBackend | None:
    """Make its words, hand it over and note what came of it; gives the connection while it can be used."""
    address = reachable([mailing.recipient_id]).get(mailing.recipient_id)
    message = compose(mailing, address) if address else None
    if message is None:
        _end(mailing, _State.DROPPED)
        return connection
    message.connection = connection
    try:
        connection.open()  # one connection for all mails of a turn: `send` would close what it opened itself
        message.send()
    except Exception as error:  # each provider's library has failures of its own
        failure = understood(error, str(address))
        if failure.is_refusal:
            _refused(mailing, str(address), failure)
            return connection
        _failed(mailing, failure)
        connection.close()
        return None
    _end(mailing, _State.SENT)
    keep_for_reading(str(address), str(message.subject), str(message.body))
    return connection


def _end(mailing: Mailing, state: str, error: str = "") -> None:
    Mailing.objects.filter(pk=mailing.pk).update(state=state, ended_at=timezone.now(), error=error)


@transaction.atomic
def _refused(mailing: Mailing, address: str, failure: Failure) -> None:
    """There is nobody, and will not be: no further mail goes there until its owner asks."""
    _end(mailing, _State.FAILED, failure.words)
    suppress(address, Suppression.Reason.REFUSED)


def _failed(mailing: Mailing, failure: Failure) -> None:
    """Try again later."""
    error = failure.words[:120]
    if mailing.attempts > len(WAITS):
        log.error("mailing %s is given up after %s attempts: %s", mailing.pk, mailing.attempts, error)
        _end(mailing, _State.FAILED, error)
        return
    log.warning("mailing %s failed and is tried again: %s", mailing.pk, error)
    due = timezone.now() + WAITS[mailing.attempts - 1]
    Mailing.objects.filter(pk=mailing.pk).update(due_at=due, claimed_until=None, error=error)
