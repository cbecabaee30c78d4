"""What is said below something that is no thread: its replies, twenty on a page, and what a reader may do with each."""

from dataclasses import dataclass
from urllib.parse import quote

from django.utils.translation import gettext as _

from community.conversations.composer import Composer, reply_composer
from community.conversations.models import PAGE_SIZE, Reply, page_of
from community.conversations.posts import Action, Post, actions_further, reply_post, tell_outcomes
from community.conversations.reading import replies_on
from community.feedback.models import Item, Vote
from community.feedback.places import Viewer
from community.members.requests import Request
from community.notifications.reading import seen


@dataclass
class Talk:
    posts: list[Post]
    is_open: bool
    number: int
    pages: int
    composer: Composer | None = None


def talk_below(request: Request, item: Item, *, is_open: bool) -> Talk:
    """The page of replies that the request asks for; whatever is no page is the nearest one. Three queries."""
    viewer, pages = request.user, page_of(item.reply_serial)
    wanted = request.GET.get("page", "1")
    number = min(max(int(wanted), 1), pages) if wanted.isascii() and wanted.isdigit() and len(wanted) < 9 else 1
    replies = replies_on(item, number, PAGE_SIZE) if item.reply_serial else []
    ids = [reply.pk for reply in replies]
    voted: set[int] = set()
    if viewer.is_authenticated and ids:
        voted = set(Vote.objects.filter(member=viewer, item__in=ids).values_list("item_id", flat=True))
        seen(viewer, ids)
    talk = Talk([_post(reply, viewer, reply.pk in voted, is_open, item) for reply in replies], is_open, number, pages)
    tell_outcomes(zip(talk.posts, (reply.item for reply in replies), strict=True), viewer)
    if is_open and viewer.is_authenticated:
        talk.composer = reply_composer(request, item)
    return talk


def _post(reply: Reply, viewer: Viewer, voted: bool, is_open: bool, item: Item) -> Post:
    post = reply_post(reply, viewer, voted=voted)
    if post.gone_text:
        return post
    if is_open and reply.item.is_visible:
        post.reply_url = f"/items/{item.pk}/reply/?to={reply.number}"
        post.quote_url = f"/items/{item.pk}/reply/?quote={reply.number}"
    post.actions = _actions(reply, viewer)
    return post


def _actions(reply: Reply, viewer: Viewer) -> list[Action]:
    found: list[Action] = []
    staff = viewer.is_authenticated and viewer.may("moderate")
    own = viewer.is_authenticated and reply.item.author_id == viewer.pk
    if staff and reply.item.state == "held":
        found.append(Action("check", _("Approve"), f"/replies/{reply.pk}/approval/", True))
    found += actions_further(reply.item, viewer)
    if staff or own:
        found.append(Action("edit", _("Edit"), f"/replies/{reply.pk}/edit/", False))
        found.append(Action("trash", _("Remove"), f"/replies/{reply.pk}/removal/", True))
    if staff:
        address = f"/desk/moderation/items/{reply.pk}/?next={quote(reply.item.path)}"
        found.append(Action("staff", _("Moderate"), address, False))
    elif not own and reply.item.is_visible:
        found.append(Action("flag", _("Report"), f"/items/{reply.pk}/flag/", False))
    return found
