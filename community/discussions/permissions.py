"""Who may do what with a thread; each answers a yes or no, views say why."""

from community.discussions.models import Closure, Consent, Kind, Thread
from community.feedback.models import Item, Visibility
from community.feedback.places import Place, Viewer
from community.members.models import Member


def decision(thread: Thread, name: str) -> object | None:
    """The Pin, Closure, Solution or Consent of a thread, or None."""
    return getattr(thread, name, None)


def closure(thread: Thread) -> Closure | None:
    return getattr(thread, "closure", None)


def may_reply(thread: Thread, viewer: Viewer) -> bool:
    if not viewer.is_authenticated or not thread.item.is_visible:
        return False
    return viewer.may("moderate") or closure(thread) is None


def may_edit(thread: Thread, viewer: Viewer) -> bool:
    """The words: their author while the thread is open, and staff."""
    if not viewer.is_authenticated:
        return False
    own = thread.item.author_id == viewer.pk and closure(thread) is None
    return (own and thread.item.state in (Item.State.VISIBLE, Item.State.HELD)) or viewer.may("moderate")


def may_retitle(thread: Thread, viewer: Viewer) -> bool:
    return may_edit(thread, viewer) or (viewer.is_authenticated and viewer.may("retitle any thread"))


def may_move(thread: Thread, viewer: Viewer) -> bool:
    return viewer.is_authenticated and viewer.may("recategorise any thread") and thread.item.is_visible


def may_solve(thread: Thread, viewer: Viewer) -> bool:
    if not viewer.is_authenticated or thread.kind != Kind.QUESTION or not thread.item.is_visible:
        return False
    return thread.item.author_id == viewer.pk or viewer.may("mark any solution")


def may_close(thread: Thread, viewer: Viewer) -> bool:
    """Staff, and the author of a question; what staff locked only staff open."""
    if not viewer.is_authenticated or not thread.item.is_visible:
        return False
    if viewer.may("moderate"):
        return True
    there = closure(thread)
    return thread.item.author_id == viewer.pk and not (there and there.is_lock)


def may_publish(thread: Thread, viewer: Viewer) -> bool:
    is_private = thread.item.visibility == Visibility.PRIVATE
    return is_private and viewer.is_authenticated and viewer.may("moderate") and bool(consent(thread))


def consent(thread: Thread) -> Consent | None:
    return getattr(thread, "consent", None)


def kinds_for(place: Place, viewer: Member) -> list[str]:
    """The kinds of thread that the viewer may start in a place."""
    if not place.may_post(viewer):
        return []
    if viewer.may("post announcements"):
        return list(Kind.values)
    return [Kind.QUESTION, Kind.DISCUSSION]
