"""What a post shows, as ready strings: twenty of them stand on a page, and templates are slow at thinking."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from community.conversations.models import Reply
from community.feedback.models import Item, State
from community.feedback.places import Viewer
from community.feedback.states import Why
from community.feedback.vote_button import VoteButton, vote_button
from community.lib.avatars import Avatar
from community.lib.isolate import isolated
from community.lib.slots import Slot
from community.lib.times import moment
from community.members.models import Member


class Action(NamedTuple):
    icon: str
    label: str | Promise
    url: str
    is_post: bool


@dataclass(slots=True)
class Post:
    number: int
    permalink: str
    html: SafeString
    iso: str
    when: str
    author_name: str
    author_url: str
    avatar: Avatar
    staff: str = ""
    official: bool = False
    gone_text: str = ""
    solution_text: str = ""
    edited_text: str = ""
    edited_url: str = ""
    context_text: str = ""
    context_url: str = ""
    vote: VoteButton | None = None
    reply_url: str = ""
    quote_url: str = ""
    state_text: str = ""
    folded_text: str = ""
    became: list["Outcome"] = field(default_factory=list)
    item_id: int = 0
    actions: list[Action] = field(default_factory=list)


NOBODY = Avatar("–", "slate", "")


class Outcome(NamedTuple):
    """What became of a post: `lead` says of which kind it is."""

    icon: str
    lead: str
    title: str
    url: str


# Ids of items → what became of each. Asked only about those whose stage says that something did.
outcomes: Slot[Callable[[list[int], Viewer], dict[int, Outcome]]] = Slot("what became of posts")
# What higher rooms let a reader do with an item that is visible, or None; asked about every post: without a query.
further_actions: Slot[Callable[[Item, Viewer], Action | None]] = Slot("further actions of posts")


def tell_outcomes(said: Iterable[tuple[Post, Item]], viewer: Viewer) -> None:
    """One query for each kind of outcome where something became of a post, none elsewhere."""
    marked = {item.pk: post for post, item in said if item.stage and not post.gone_text}
    for ask in outcomes if marked else ():
        for pk, outcome in ask(list(marked), viewer).items():
            marked[pk].became.append(outcome)


def actions_further(item: Item, viewer: Viewer) -> list[Action]:
    """Those that higher rooms add to a post."""
    if not viewer.is_authenticated or not item.is_visible:
        return []
    return [action for ask in further_actions if (action := ask(item, viewer))]


def author_name(author: Member | None) -> str:
    return author.display_name if author else pgettext("author", "Former member")


def post_of(item: Item, number: int, viewer: Viewer, *, voted: bool, about: str, why: Why | None = None) -> Post:
    """The post of any item: number 0 is what opens a conversation. `why` says why it is hidden."""
    at = moment(item.created_at)
    author = item.author
    edited = ""
    if item.edited_at:
        edited = pgettext("of a post", "edited")
    return Post(
        number=number,
        permalink=item.path,
        html=mark_safe(item.html),  # noqa: S308 (sanitised when it was written)
        iso=at.iso,
        when=at.text,
        author_name=author_name(author),
        author_url=author.get_absolute_url() if author else "",
        avatar=author.avatar if author else NOBODY,
        staff=_("Staff") if author and author.is_staff else "",
        gone_text="" if item.html else _("The words of this post were removed."),
        edited_text=edited,
        edited_url=f"/items/{item.pk}/history/",
        vote=vote_button(item, viewer, voted, about=about) if item.state == State.VISIBLE else None,
        item_id=item.pk,
        state_text=_state_text(item, why),
    )


def reply_post(reply: Reply, viewer: Viewer, *, voted: bool, why: Why | None = None) -> Post:
    """The post of a reply; one that the viewer may not read is only its place."""
    item = reply.item
    gone = _gone_text(reply, viewer)
    if gone:
        return Post(reply.number, item.path, SafeString(), "", "", "", "", NOBODY, gone_text=gone)
    about = _("reply #%(number)d") % {"number": reply.number}
    post = post_of(item, reply.number, viewer, voted=voted, about=about, why=why)
    post.official = reply.is_official
    answered = reply.in_reply_to
    if answered and answered.item.state == State.VISIBLE and answered.about_id == reply.about_id:
        words = _("In reply to %(name)s, #%(number)d")
        post.context_text = words % {"name": isolated(author_name(answered.item.author)), "number": answered.number}
        post.context_url = answered.item.path
    return post


def _state_text(item: Item, why: Why | None) -> str:
    """What stands over words that only their author and staff see."""
    if item.state == State.HELD:
        return _("This waits for approval. Only its author and staff see it.")
    if item.state == State.HIDDEN:
        hidden = _("This is hidden. Only its author and staff see it.")
        return f"{hidden} {why.words}" if why and why.words else hidden
    return ""


def _gone_text(reply: Reply, viewer: Viewer) -> str:
    item = reply.item
    if item.state == State.VISIBLE:
        return ""
    own = viewer.is_authenticated and item.author_id == viewer.pk
    staff = viewer.is_authenticated and viewer.may("moderate")
    if item.state == State.HELD:
        return "" if own or staff else _("This reply waits for approval.")
    if item.state == State.HIDDEN:
        return "" if own or staff else _("This reply is hidden.")
    if item.state == State.MERGED:
        return _("This reply was moved to a thread of its own.")
    return _("This reply was removed.")
