"""Who may change a reply."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from community.conversations.models import Reply
from community.feedback.models import Event
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
    return reply.pk in restorable([reply], viewer)


def restorable(replies: Iterable[Reply], viewer: Viewer) -> set[int]:
    """The ids of those that the viewer may restore, in one query; a page may show twenty that were removed."""
    # What its author had erased has no words to bring back.
    removed = [reply for reply in replies if reply.item.state == "removed" and reply.item.html]
    if not removed or not viewer.is_authenticated:
        return set()
    if viewer.may("moderate"):
        return {reply.pk for reply in removed}
    own = [reply.pk for reply in removed if reply.item.author_id == viewer.pk]
    if not own:
        return set()
    # The latest removal of each decides: what staff removed again, its author does not bring back.
    last = {event.item_id: event for event in Event.objects.filter(item__in=own, verb="removed")}
    return {pk for pk, event in last.items() if event.by_id == viewer.pk and event.at > timezone.now() - UNDO}
