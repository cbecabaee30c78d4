"""Mails go out by the task queue: a request writes the row and the task, in its own transaction."""

import logging

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from community.members.models import OutgoingMail

log = logging.getLogger(__name__)
KEPT_FOR_READING = 200


@transaction.atomic
def queue_mail(to: str, subject: str, text: str, html: str = "") -> OutgoingMail:
    mail = OutgoingMail.objects.create(to=to, subject=" ".join(subject.split())[:250], text=text, html=html)
    async_task("community.members.mail.send", mail.pk)
    return mail


def send(mail_id: int) -> None:
    """Hand over one mail, once: a second run of the same task finds it sent, or gone.

    In production the row is deleted, for it may hold a log-in code. In development the latest
    are kept for /desk/mail/.
    """
    mail = OutgoingMail.objects.filter(pk=mail_id, sent_at=None).first()
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
    message.send()
    if settings.IS_PRODUCTION:
        mail.delete()
        return
    OutgoingMail.objects.filter(pk=mail_id).update(sent_at=timezone.now())
    OutgoingMail.objects.filter(pk__lte=mail_id - KEPT_FOR_READING).delete()
