"""Sending the mails whose hour has come. The table says what is to be done; tasks only come to look.

Each mail is claimed before it is tried, so that two workers never try the same one, and a claim ends by
itself when its worker was killed. It is then tried again under the same Message-ID.
"""

import logging
import time
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from community.lib.mail_failures import Failure, understood
from community.members.mail import keep_for_reading
from community.notifications import pumps, ration
from community.notifications.compose import compose
from community.notifications.joining import reachable
from community.notifications.models import Mailing, Suppression
from community.notifications.sending import Outbox, Sending, outboxes
from community.notifications.suppressions import suppress

log = logging.getLogger(__name__)
SECONDS = 5.0  # that one task sends before others, such as log-in codes, have their turn
CLAIMED_FOR = timedelta(seconds=settings.TASK_RETRY)
WAITS = [timedelta(minutes=n) for n in (1, 5, 15, 60, 240, 720)]  # after each failure; then it is given up
_State = Sending.State


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
        while claimed := claim():
            connection = connection or get_connection()
            connection = deliver(*claimed, connection)
            if time.monotonic() > until:
                return False
    finally:
        if connection:
            connection.close()
    return True


def claim() -> tuple[Outbox, Sending] | None:
    """One mail that is due and that nobody tries now, closed and ours for a while."""
    for outbox in outboxes:
        if sending := _claim(outbox.model):
            return outbox, sending
    return None


def _claim(model: type[Sending]) -> Sending | None:
    now = timezone.now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    with transaction.atomic():
        due = model.objects.due().filter(free).order_by("due_at", "pk")
        sending: Sending | None = due.select_for_update(skip_locked=True, no_key=True).first()
        if sending is None:
            return None
        sending.closed_at = sending.closed_at or now
        sending.claimed_until = now + CLAIMED_FOR
        sending.attempts += 1
        sending.save(update_fields=["closed_at", "claimed_until", "attempts"])
    return sending


def deliver(outbox: Outbox, sending: Sending, connection: BaseEmailBackend) -> BaseEmailBackend | None:
    """Make its words, hand it over and note what came of it; gives the connection while it can be used."""
    message = outbox.letter(sending)
    if message is None:
        _end(sending, _State.DROPPED)
        return connection
    address = str(message.to[0])
    message.connection = connection
    try:
        connection.open()  # one connection for all mails of a turn: `send` would close what it opened itself
        message.send()
    except Exception as error:  # each provider's library has failures of its own
        failure = understood(error, address)
        if failure.is_refusal:
            _refused(outbox, sending, address, failure)
            return connection
        _failed(sending, failure)
        connection.close()
        return None
    _end(sending, _State.SENT)
    keep_for_reading(address, str(message.subject), str(message.body))
    return connection


def _end(sending: Sending, state: str, error: str = "") -> None:
    type(sending).objects.filter(pk=sending.pk).update(state=state, ended_at=timezone.now(), error=error)


@transaction.atomic
def _refused(outbox: Outbox, sending: Sending, address: str, failure: Failure) -> None:
    """There is nobody, and will not be: no further mail goes there until its owner asks."""
    _end(sending, _State.FAILED, failure.words)
    outbox.refused(address)


def _failed(sending: Sending, failure: Failure) -> None:
    """Try again later."""
    error = failure.words[:120]
    name = f"{sending._meta.model_name} {sending.pk}"
    if sending.attempts > len(WAITS):
        log.error("%s is given up after %s attempts: %s", name, sending.attempts, error)
        _end(sending, _State.FAILED, error)
        return
    log.warning("%s failed and is tried again: %s", name, error)
    due = timezone.now() + WAITS[sending.attempts - 1]
    type(sending).objects.filter(pk=sending.pk).update(due_at=due, claimed_until=None, error=error)


def _letter(mailing: Mailing) -> EmailMultiAlternatives | None:
    address = reachable([mailing.recipient_id]).get(mailing.recipient_id)
    if address is None:
        return None
    ration.take(mailing)
    message = compose(mailing, address)
    if message is None:
        ration.give_back(mailing)
    return message


def _note_refused(address: str) -> None:
    suppress(address, Suppression.Reason.REFUSED)


OUTBOX = Outbox(Mailing, _letter, _note_refused)
