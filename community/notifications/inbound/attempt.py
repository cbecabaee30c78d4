"""Staff let a mail be tried again that could not be posted."""

from django.db import transaction

from community.notifications.inbound.inbox import queue
from community.notifications.received import InboundMail


@transaction.atomic
def try_again(mail: InboundMail) -> bool:
    """False when it is not one that failed, or its bytes are gone."""
    kept = InboundMail.objects.failed().filter(pk=mail.pk, ended_at=None)
    if not kept.update(state=InboundMail.State.WAITING, attempts=0):
        return False
    queue(mail)
    return True
