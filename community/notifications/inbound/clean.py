"""Forgetting mails that came in: once a day, what has ended long ago and what nobody tried again."""

from datetime import timedelta

from django.utils import timezone

from community.members.cleaning import cleaners
from community.notifications.received import InboundMail

LOST_AFTER = timedelta(days=1)  # its task was lost with the machine, or never came to its last attempt
FAILED_KEPT_FOR = timedelta(days=7)  # the bytes, for staff to try again
KEPT_FOR = timedelta(days=30)  # the row: so long a mail that is brought again is known


@cleaners.filler("mails that came in")
def clean_inbound() -> None:
    now = timezone.now()
    InboundMail.objects.waiting().filter(received_at__lt=now - LOST_AFTER).give_up()
    kept = InboundMail.objects.failed().filter(ended_at=None)
    kept.filter(received_at__lt=now - FAILED_KEPT_FOR).update(raw=b"", ended_at=now)
    InboundMail.objects.filter(ended_at__lt=now - KEPT_FOR).delete()
