"""Who may change a reply."""

from datetime import timedelta

from django.utils import timezone

from community.conversations.models import Reply
from community.feedback.places import Viewer

UNDO = timedelta(days=1)  # how long an author may bring back what they removed


def may_edit(reply: Reply, viewer: Viewer) -> bool:
    if not viewer.is_authenticated:
        return False
    own = reply.item.author_id == viewer.pk and reply.item.state in ("visible", "held")
    return own or viewer.may("moderate")


def may_remove(reply: Reply, viewer: Viewer) -> bool:
    return may_edit(reply, viewer) and reply.item.is_visible


def may_restore(reply: Reply, viewer: Viewer) -> bool:
    """Staff whatever was removed; authors what they removed themselves, for a day."""
    if not viewer.is_authenticated or reply.item.state != "removed":
        return False
    if viewer.may("moderate"):
        return True
    last = reply.item.events.filter(verb="removed").order_by("-pk").first()
    return bool(last and last.by_id == viewer.pk and last.at > timezone.now() - UNDO)
