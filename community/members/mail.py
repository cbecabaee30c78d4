"""Mails go out by the task queue: a request writes the row and the task, in its own transaction."""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.utils import timezone
from django_q.models import Task
from django_q.tasks import async_task

from community.members.outgoing import OutgoingMail

log = logging.getLogger(__name__)
KEPT_FOR_READING = 200
LOST_AFTER = timedelta(days=1)  # its task was lost with the machine, or never came to its last attempt
FAILED_KEPT_FOR = timedelta(days=30)


@transaction.atomic
def queue_mail(to: str, subject: str, text: str, html: str = "") -> OutgoingMail:
    mail = OutgoingMail.objects.create(to=to, subject=" ".join(subject.split())[:250], text=text, html=html)
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
    message = EmailMultiAlternatives(
        mail.subject, mail.text, settings.DEFAULT_FROM_EMAIL, [mail.to], headers={"Message-ID": name}
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    with get_connection() as message.connection:  # the farewell comes after the note: it may take long
        message.send()
        _note_sent(mail)


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
