"""What a row of a thread list shows, as ready strings."""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import ngettext, pgettext

from community.conversations.models import page_of
from community.conversations.posts import author_name
from community.discussions.models import Kind
from community.feedback.models import Item
from community.lib.avatars import Avatar
from community.lib.times import moment


class Author(NamedTuple):
    name: str


@dataclass(slots=True)
class Row:
    url: str
    title: str
    glyph: str
    glyph_label: str
    place_name: str
    place_url: str
    place_colour: str
    labels: list[tuple[str, str, str]]
    author: Author
    faces: list[Avatar]
    reply_count: int
    reply_text: str
    vote_count: int
    vote_text: str
    active_iso: str
    active_text: str
    unread: int
    unread_text: str
    unread_url: str


def row_of(item: Item, *, show_place: bool = True) -> Row:
    at = moment(item.active_at)
    glyph, glyph_label = _glyph(item)
    faces = [item.author.avatar] if item.author else []
    if item.active_by and item.active_by_id != item.author_id:
        faces.append(item.active_by.avatar)
    place = item.place
    return Row(
        url=item.path,
        title=item.title,
        glyph=glyph,
        glyph_label=glyph_label,
        place_name=place.local_name if show_place and place else "",
        place_url=f"/c/{place.slug}/" if place else "",
        place_colour=place.colour if place else "",
        labels=[(label.local_name, label.get_absolute_url(), label.colour) for label in item.shown_labels],
        author=Author(author_name(item.author)),
        faces=faces,
        reply_count=item.reply_count,
        reply_text=ngettext("%(n)d reply", "%(n)d replies", item.reply_count) % {"n": item.reply_count},
        vote_count=item.vote_count,
        vote_text=ngettext("%(n)d vote", "%(n)d votes", item.vote_count) % {"n": item.vote_count},
        active_iso=at.iso,
        active_text=at.text,
        unread=item.unread,
        unread_text=ngettext("%(n)d new", "%(n)d new", item.unread) % {"n": item.unread} if item.unread else "",
        unread_url=first_unread_url(item),
    )


def first_unread_url(item: Item) -> str:
    number = min(item.read_to + 1, item.reply_serial)
    if number < 1:
        return item.path
    page = page_of(number)
    return f"{item.path}?page={page}#{number}" if page > 1 else f"{item.path}#{number}"


def _glyph(item: Item) -> tuple[str, str]:
    thread = item.thread
    if getattr(thread, "pin", None):
        return "pin", pgettext("state of a thread", "Pinned")
    if getattr(thread, "solution", None):
        return "solved", pgettext("state of a thread", "Solved")
    if getattr(thread, "closure", None):
        return "lock", pgettext("state of a thread", "Closed")
    if thread.kind == Kind.ANNOUNCEMENT:
        return "horn", pgettext("kind of thread", "Announcement")
    if thread.kind == Kind.QUESTION:
        return "question", pgettext("kind of thread", "Question")
    return "", ""
