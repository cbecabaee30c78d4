"""Telling one member something that is about them: the door for other rooms."""

from typing import Any

from django.db import transaction

from community.feedback.models import Item
from community.members.models import Member
from community.notifications import pumps
from community.notifications.counting import recount
from community.notifications.joining import mailings_for
from community.notifications.models import Notification


@transaction.atomic
def tell(
    member: Member,
    topic: str,
    *,
    item: Item | None = None,
    about: Item | None = None,
    by: Member | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Tell a member, in the bell and at their pace by mail; call it in the transaction of the act.

    `about` is the conversation that the item belongs to, where it is not the item itself. `detail` holds
    ids and keys for the words of the topic, never words of people.
    """
    Member.objects.select_for_update(no_key=True).filter(pk=member.pk).values_list("pk").first()
    Notification.objects.create(
        recipient=member, topic=topic, item=item, about=about or item, by=by, detail=detail or {},
        mailing_id=mailings_for([member.pk]).get(member.pk),
    )  # fmt: skip
    recount([member.pk])
    pumps.start()
