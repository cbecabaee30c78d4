"""The queues of the desk: what a customer said that waits for somebody."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from community.feedback.models import Item, ItemQuerySet, Visibility
from community.lib.times import Moment, moment
from community.members.models import Member
from community.members.roles import STAFF

MOST = 50


@dataclass(frozen=True)
class Queue:
    heading: str | Promise
    empty: str | Promise
    rows: list[tuple[Item, Moment]]


def waiting(staff: Member) -> list[Queue]:
    """Each queue oldest first, for whoever waits longest comes first."""
    seen = Item.objects.visible_to(staff).select_related("author")
    held = seen.held()
    asked = seen.listed().unanswered().exclude(author__role__in=STAFF)
    private = asked.filter(visibility=Visibility.PRIVATE)
    public = asked.exclude(visibility=Visibility.PRIVATE).filter(thread__kind="question")
    return [
        Queue(_("Held for approval"), _("Nothing waits for approval."), _rows(held)),
        Queue(_("Asked privately"), _("Every private question has an answer."), _rows(private)),
        Queue(_("Without an answer"), _("Every question has an answer."), _rows(public)),
    ]


def _rows(items: ItemQuerySet) -> list[tuple[Item, Moment]]:
    return [(item, moment(item.created_at)) for item in items.order_by("created_at")[:MOST]]
