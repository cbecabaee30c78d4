"""Telling members something: the door for other rooms."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from community.feedback.models import Item
from community.members.models import Member
from community.notifications import pumps
from community.notifications.audience import Hearing
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


@transaction.atomic
def tell_many(
    wanted: Mapping[int, Hearing],
    *,
    item: Item,
    about: Item,
    by: int | None,
    occasion: str,
    details: Mapping[int, dict[str, Any]] | None = None,
) -> None:
    """Tell members, by their ids, of one occasion about an item; whoever was told of it before is left out.

    Write their notifications, let them join the mails that wait, and count them. For tasks, which can so be
    run twice; they start the pumps at their end.
    """
    told = Notification.objects.filter(item=item, occasion=occasion, recipient__in=wanted)
    told_before = set(told.values_list("recipient", flat=True))
    hearing = {pk: one for pk, one in wanted.items() if pk not in told_before}
    if not hearing:
        return
    # In order, as everybody takes them: two tasks that count the same members would wait for each other.
    list(Member.objects.select_for_update(no_key=True).filter(pk__in=hearing).order_by("pk").values_list("pk"))
    mailings = mailings_for([pk for pk, one in hearing.items() if one.by_mail])
    Notification.objects.bulk_create(
        (
            Notification(
                recipient_id=pk, topic=one.topic, item=item, about=about, mailing_id=mailings.get(pk), by_id=by,
                occasion=occasion, detail=(details or {}).get(pk, {}),
            )
            for pk, one in hearing.items()
        ),
        ignore_conflicts=True,
    )  # fmt: skip
    recount(hearing)
