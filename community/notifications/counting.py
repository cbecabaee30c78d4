"""The number beside the bell: counted anew whenever it may have changed, so that it never drifts."""

from collections.abc import Iterable

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from community.members.models import Member
from community.notifications.models import Notification


def recount(members: Iterable[int]) -> None:
    """Set `unread_count` of these members to how many notifications they have not read."""
    unread = Notification.objects.unread().filter(recipient=OuterRef("pk")).order_by()
    number = unread.values("recipient").annotate(n=Count("pk")).values("n")
    Member.objects.filter(pk__in=list(members)).update(unread_count=Coalesce(Subquery(number), 0))
