"""Mails go out by the task queue: a request writes the row and the task, in its own transaction."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.utils import timezone
from django_q.models import Task
from django_q.tasks import async_task

from community.lib.mail_failures import Failure, understood
from community.lib.slots import Slot
from community.members.outgoing import OutgoingMail

log = logging.getLogger(__name__)
KEPT_FOR_READING = 200
LOST_AFTER = timedelta(days=1)  # its task was lost with the machine, or never came to its last attempt
FAILED_KEPT_FOR = timedelta(days=30)
_ANSWERS = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}  # RFC 3834
refusals: Slot[Callable[[str], None]] = Slot("who hears that an address takes no mail")


class MailFailed(Exception):
    """A mail could not be handed over; says why, without anybody's address."""


@transaction.atomic
def queue_mail(to: str, subject: str, text: str, html: str = "", *, answers_mail: bool = False) -> OutgoingMail:
    """`answers_mail` marks it as sent by a program because a mail came, so that no other program answers it."""
    mail = OutgoingMail.objects.create(
        to=to, subject=" ".join(subject.split())[:250], text=text, html=html, answers_mail=answers_mail
    )
    async_task("community.members.mail.send", mail.pk, hook="community.members.mail.after_attempt")
    return mail


def send(mail_id: int) -> None:
    """Hand over one mail, once: a second run of the same task finds it sent, or gone.

    In production the row is deleted, for it may hold a log-in code. In development the latest
    are kept for /desk/mail/.
    """
    mail = OutgoingMail.objects.waiting().filter(pk=mail_id).first()
    if mail is None:
        return
    # Killed between handing over and saying so, it is handed over again: under the same name, so that
    # whoever receives both can tell that they are one.
    name = f"<{mail.pk}.{int(mail.created_at.timestamp())}@{settings.SITE_HOST}>"
    headers = {"Message-ID": name, **(_ANSWERS if mail.answers_mail else {})}
    message = EmailMultiAlternatives(mail.subject, mail.text, settings.DEFAULT_FROM_EMAIL, [mail.to], headers=headers)
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    try:
        with get_connection() as message.connection:  # the farewell comes after the note: it may take long
            message.send()
            _note_sent(mail)
    except Exception as error:  # each provider's library has failures of its own
        _not_sent(mail, understood(error, mail.to))


def _not_sent(mail: OutgoingMail, failure: Failure) -> None:
    """An address that refuses is asked once; anything else fails the task, which is tried again.

    The queue keeps what a task raised, so the server's words, and the address in them, end here.
    """
    if not failure.is_refusal:
        raise MailFailed(failure.words) from None
    log.warning("mail %s is given up: %s", mail.pk, failure.words)
    OutgoingMail.objects.filter(pk=mail.pk).waiting().give_up()
    for hear in refusals:
        hear(mail.to)


def _note_sent(mail: OutgoingMail) -> None:
    if settings.IS_PRODUCTION:
        mail.delete()
        return
    OutgoingMail.objects.filter(pk=mail.pk).update(sent_at=timezone.now())
    OutgoingMail.objects.filter(pk__lte=mail.pk - KEPT_FOR_READING).delete()


def keep_for_reading(to: str, subject: str, text: str) -> None:
    """A mail that was sent in another way, for /desk/mail/; nothing is kept in production."""
    if not settings.IS_PRODUCTION:
        mail = OutgoingMail.objects.create(to=to, subject=subject[:250], text=text, sent_at=timezone.now())
        OutgoingMail.objects.filter(pk__lte=mail.pk - KEPT_FOR_READING).delete()


def after_attempt(task: Task) -> None:
    """Called by the cluster after each attempt at `send`; after the last one the mail is given up."""
    if not task.success and task.attempt_count >= settings.Q_CLUSTER["max_attempts"]:
        log.error("mail %s could not be sent after %s attempts", task.args[0], task.attempt_count)
        OutgoingMail.objects.filter(pk=task.args[0]).waiting().give_up()


def clean_mails() -> None:
    """Give up what nobody tries to send any more, and forget what was given up long ago."""
    now = timezone.now()
    OutgoingMail.objects.waiting().filter(created_at__lt=now - LOST_AFTER).give_up()
    OutgoingMail.objects.given_up().filter(created_at__lt=now - FAILED_KEPT_FOR).delete()
