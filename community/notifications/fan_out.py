"""Telling everybody who should hear of an event: a task of its own, that can be run twice and tells once."""

from collections.abc import Iterator, Mapping

from django_q.tasks import async_task

from community.feedback.models import Event, Item
from community.lib.turn import Turn
from community.notifications import pumps
from community.notifications.audience import Hearing, Post, followers_of, hearers, post_of
from community.notifications.tell import tell_many

ANNOUNCE = "community.notifications.fan_out.announce"
# Everybody hears of what is new; of an edit, who is mentioned and was not before.
_POSTED = ("posted", "approved", "published", "edited")
_OCCASION = "posted"


def enqueue(event: Event) -> None:
    """A consumer of events: the task commits with the act."""
    if event.verb in (*_POSTED, "updated", "solved") and not event.detail.keys() & {"split_from", "is_told"}:
        async_task(ANNOUNCE, event.pk)


def announce(event_id: int, after: int = 0) -> None:
    """Tell of an event whoever should hear of it, as far as they have not been told; of many, those after a member."""
    event = Event.objects.select_related("item__place", "item__author").filter(pk=event_id).first()
    if event is None:
        return
    if event.verb == "solved":
        _tell_solver(event)
    elif event.verb == "updated" and event.item.is_visible:
        post = Post(event.item, event.item, direct={})
        for wanted in _in_turns(event, followers_of(event.item, after)):
            wanted.pop(event.by_id or 0, None)
            _tell(post, wanted, by=event.by_id, occasion=f"updated {event.detail.get('revision', '')}")
    elif event.item.is_visible:
        if event.verb == "approved":
            _tell_author(event)
        post = post_of(event.item)
        for wanted in _in_turns(event, hearers(post, after, only_direct=event.verb == "edited")):
            _tell(post, wanted)
    pumps.start()


def _in_turns(event: Event, hearing: Iterator[dict[int, Hearing]]) -> Iterator[dict[int, Hearing]]:
    """As many as one task tells; another goes on with the rest."""
    turn = Turn()
    for wanted in hearing:
        last = max(wanted, default=0)  # whoever takes them may take some out
        yield wanted
        if last and turn.is_over:
            async_task(ANNOUNCE, event.pk, last)
            return


def _tell_solver(event: Event) -> None:
    reply = Item.objects.select_related("place").filter(pk=event.detail.get("reply")).first()
    if reply is None or not reply.is_visible or reply.author_id in (None, event.by_id):
        return
    post = Post(reply, event.item, direct={})
    _tell(post, {reply.author_id: Hearing("solved", by_mail=True)}, by=event.by_id, occasion="solved")


def _tell_author(event: Event) -> None:
    author = event.item.author_id
    if author and author != event.by_id:
        _tell(post_of(event.item), {author: Hearing("approved", by_mail=True)}, by=event.by_id, occasion="approved")


def _tell(post: Post, wanted: Mapping[int, Hearing], *, by: int | None = None, occasion: str = _OCCASION) -> None:
    tell_many(wanted, item=post.item, about=post.about, by=by or post.item.author_id, occasion=occasion)
