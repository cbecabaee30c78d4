"""The page of a thread: its opening, twenty replies, what the reader may do."""

from dataclasses import dataclass, field
from urllib.parse import quote

from django.db.models import QuerySet
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from community.conversations.composer import Composer, reply_composer
from community.conversations.models import PAGE_SIZE, ReadMark, Reply, page_of
from community.conversations.permissions import restorable
from community.conversations.posts import Action, Post, actions_further, author_name, post_of, reply_post, tell_outcomes
from community.conversations.reading import mark_read, replies_on
from community.discussions import permissions
from community.discussions.models import Thread
from community.feedback.models import Item, Label, Vote
from community.feedback.places import Viewer
from community.feedback.states import Why, why_hidden
from community.lib.avatars import Avatar
from community.lib.isolate import isolated
from community.lib.times import moment
from community.members.ignoring import ignored_ids
from community.members.requests import MemberRequest, Request
from community.notifications.follow_button import level_among_columns
from community.notifications.reading import seen


@dataclass
class ThreadPage:
    thread: Thread
    opening: Post
    posts: list[Post]
    labels: list[Label]
    number: int
    pages: int
    may_reply: bool
    composer: Composer | None = None
    solution: dict[str, object] | None = None
    pager: list[tuple[int | str, str, bool]] = field(default_factory=list)
    controls: list[Action] = field(default_factory=list)

    @property
    def previous_url(self) -> str:
        return self.url(self.number - 1) if self.number > 1 else ""

    @property
    def next_url(self) -> str:
        return self.url(self.number + 1) if self.number < self.pages else ""

    def url(self, number: int) -> str:
        return self.thread.item.path + (f"?page={number}" if number > 1 else "")


def threads_in_full() -> QuerySet[Thread]:
    """Threads with all that their page shows about them but the words of the solution, in one query."""
    return Thread.objects.select_related("item__author", "item__place", "pin", "closure", "consent", "solution")


def visible_thread_in_full(viewer: Viewer, pk: int) -> Thread | None:
    """The thread if this viewer may read it. No .first(), which would sort the one row there can be."""
    threads = threads_in_full().filter(pk=pk)
    if viewer.is_authenticated:
        threads = threads.annotate(followed=level_among_columns(viewer, "pk"))
    thread = next(iter(threads), None)
    return thread if thread and thread.item.is_visible_to(viewer) else None


def thread_page(request: Request, thread: Thread, wanted: str) -> ThreadPage:
    """Page `wanted` of a thread; whatever is no page of it is the nearest one."""
    viewer, item = request.user, thread.item
    pages = page_of(item.reply_serial)
    number = min(max(int(wanted), 1), pages) if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 else 1
    replies = replies_on(item, number, PAGE_SIZE)
    voted: set[int] = set()
    if viewer.is_authenticated:
        ids = [item.pk, *(reply.pk for reply in replies)]
        voted = set(Vote.objects.filter(member=viewer, item__in=ids).values_list("item_id", flat=True))
        _mark(request, thread, replies)  # type: ignore[arg-type]
        seen(viewer, ids)
    why = why_hidden([item, *_shown_to(viewer, replies)])
    opening = post_of(item, 0, viewer, voted=item.pk in voted, about=item.title, why=why.get(item.pk))
    page = ThreadPage(
        thread=thread,
        opening=opening,
        posts=[],
        labels=list(item.labels.all()),
        number=number,
        pages=pages,
        may_reply=(not viewer.is_authenticated and permissions.closure(thread) is None)
        or permissions.may_reply(thread, viewer),
    )
    _dress_opening(opening, page, request, why.get(item.pk))  # type: ignore[arg-type]
    undoable = restorable(replies, viewer)
    page.posts = [
        _dressed(reply, page, request, reply.pk in voted, reply.pk in undoable, why.get(reply.pk)) for reply in replies
    ]
    page.solution = _solution(thread)
    page.pager = _pager(page) if pages > 1 else []
    said = [(opening, item), *zip(page.posts, (reply.item for reply in replies), strict=True)]
    tell_outcomes(said, viewer)
    _fold(said, viewer)
    if page.may_reply:
        opening.reply_url = f"/items/{item.pk}/reply/"
        opening.quote_url = f"/items/{item.pk}/reply/?quote=0"
        if viewer.is_authenticated:
            page.composer = reply_composer(request, item)
    return page


def _fold(said: list[tuple[Post, Item]], viewer: Viewer) -> None:
    """Fold the words of those whom the reader ignores."""
    ignored = ignored_ids(viewer) if viewer.is_authenticated else frozenset()
    for post, item in said if ignored else ():
        if item.author_id in ignored:
            post.folded_text = _("You ignore %(name)s. Show these words") % {"name": isolated(post.author_name)}


def _appeals(item: Item, viewer: Viewer, why: Why | None) -> list[Action]:
    """For the author of what was hidden: to ask staff to look again."""
    own = viewer.is_authenticated and item.author_id == viewer.pk
    return [Action("reply", _("Appeal"), why.appeal_url, False)] if own and why and why.appeal_url else []


def _shown_to(viewer: Viewer, replies: list[Reply]) -> list[Item]:
    """The items whose reasons the viewer may know: their own, and all of them for staff."""
    if not viewer.is_authenticated:
        return []
    return [reply.item for reply in replies if viewer.is_staff or reply.item.author_id == viewer.pk]


def _mark(request: MemberRequest, thread: Thread, replies: list[Reply]) -> None:
    """Remember how far the member has come; a page read before writes nothing."""
    last = replies[-1].number if replies else 0
    mark = ReadMark.objects.filter(member=request.user, item=thread.pk).values_list("number", flat=True).first()
    if mark is None or mark < last:
        mark_read(request.user, thread.item, last, is_first=mark is None)


def _dress_opening(post: Post, page: ThreadPage, request: MemberRequest, why: Why | None) -> None:
    viewer, thread = request.user, page.thread
    post.permalink = thread.item.path
    if not viewer.is_authenticated:
        post.actions = _reports(thread.item, viewer)
        return
    base = f"/threads/{thread.pk}"
    if permissions.may_retitle(thread, viewer):
        post.actions.append(Action("edit", _("Edit"), f"{base}/edit/", False))
    if permissions.may_edit(thread, viewer) and thread.item.is_visible:
        post.actions.append(Action("trash", _("Remove"), f"{base}/removal/", True))
    post.actions += actions_further(thread.item, viewer)
    post.actions += _reports(thread.item, viewer) + _appeals(thread.item, viewer, why)
    page.controls = _controls(thread, request)


def _controls(thread: Thread, request: MemberRequest) -> list[Action]:
    viewer, base = request.user, f"/threads/{thread.pk}"
    found: list[Action] = []
    if permissions.may_close(thread, viewer):
        closed = permissions.closure(thread)
        if closed:
            found.append(Action("lock", _("Open again"), f"{base}/closure/withdrawal/", True))
        else:
            found.append(Action("check", pgettext("a thread", "Close"), f"{base}/closure/", True))
            if viewer.may("moderate"):
                found.append(Action("lock", _("Lock"), f"{base}/lock/", True))
    if viewer.may("moderate"):
        if getattr(thread, "pin", None):
            found.append(Action("pin", _("Unpin"), f"{base}/pin/withdrawal/", True))
        else:
            found.append(Action("pin", _("Pin in its category"), f"{base}/pin/", True))
            found.append(Action("pin", _("Pin everywhere"), f"{base}/pin/everywhere/", True))
        found.append(Action("list", _("Split"), f"{base}/split/?page={request.GET.get('page', '1')[:9]}", False))
        found.append(Action("link", _("Merge into another"), f"{base}/merge/", False))
    if permissions.may_move(thread, viewer):
        found.append(Action("next", _("Move"), f"{base}/move/", False))
    return found


def _dressed(reply: Reply, page: ThreadPage, request: Request, voted: bool, undoable: bool, why: Why | None) -> Post:
    viewer, thread = request.user, page.thread
    post = reply_post(reply, viewer, voted=voted, why=why)
    if post.gone_text:
        if undoable:
            post.actions.append(Action("history", _("Undo"), f"/replies/{reply.pk}/restoration/", True))
        return post
    solution = getattr(thread, "solution", None)
    if solution and solution.reply_id == reply.pk:
        post.solution_text = _("Solution")
    if page.may_reply and reply.item.is_visible:
        post.reply_url = f"/items/{thread.pk}/reply/?to={reply.number}"
        post.quote_url = f"/items/{thread.pk}/reply/?quote={reply.number}"
    if viewer.is_authenticated:
        post.actions = _actions(reply, page, request)  # type: ignore[arg-type]
    post.actions += actions_further(reply.item, viewer)
    post.actions += _reports(reply.item, viewer) + _appeals(reply.item, viewer, why)
    return post


def _reports(item: Item, viewer: Viewer) -> list[Action]:
    """To tell staff about a post, and for staff, to decide about it. A guest is led to the log-in."""
    if viewer.is_authenticated and viewer.may("moderate"):
        return [Action("staff", _("Moderate"), f"/desk/moderation/items/{item.pk}/?next={quote(item.path)}", False)]
    if not item.is_visible or (viewer.is_authenticated and item.author_id == viewer.pk):
        return []
    return [Action("flag", _("Report"), f"/items/{item.pk}/flag/", False)]


def _actions(reply: Reply, page: ThreadPage, request: MemberRequest) -> list[Action]:
    viewer, thread = request.user, page.thread
    found: list[Action] = []
    if permissions.may_solve(thread, viewer):
        solution = getattr(thread, "solution", None)
        if solution and solution.reply_id == reply.pk:
            found.append(Action("close", _("Not the solution"), f"/threads/{thread.pk}/solution/withdrawal/", True))
        else:
            label = _("This solved it") if thread.item.author_id == viewer.pk else _("Mark as solution")
            found.append(Action("solved", label, f"/threads/{thread.pk}/solution/{reply.number}/", True))
    staff = viewer.may("moderate")
    if staff and reply.item.state == "held":
        found.append(Action("check", _("Approve"), f"/replies/{reply.pk}/approval/", True))
    if staff and reply.item.is_visible:
        found.append(Action("book", _("Make this an article"), f"/items/{reply.pk}/article/", False))
    if staff or reply.item.author_id == viewer.pk:
        found.append(Action("edit", _("Edit"), f"/replies/{reply.pk}/edit/", False))
        found.append(Action("trash", _("Remove"), f"/replies/{reply.pk}/removal/", True))
    return found


def _solution(thread: Thread) -> dict[str, object] | None:
    solution = getattr(thread, "solution", None)
    if solution is None:
        return None
    # Asked for on its own: most threads have none, and joining it makes the query of every thread slow.
    solution.reply = Reply.objects.select_related("item__author").get(pk=solution.reply_id)
    # A split may have carried it elsewhere, perhaps where this reader may not follow.
    if not solution.reply.item.is_visible or solution.reply.about_id != thread.pk:
        return None
    item = solution.reply.item
    at = moment(item.created_at)
    author = item.author
    by_asker = solution.by_id and solution.by_id == thread.item.author_id
    return {
        "url": item.path,
        "number": solution.reply.number,
        "author_name": author_name(author),
        "author_url": author.get_absolute_url() if author else "",
        "avatar": author.avatar if author else Avatar("–", "slate", ""),
        "staff": _("Staff") if author and author.is_staff else "",
        "iso": at.iso,
        "when": at.text,
        "html": mark_safe(item.html),  # noqa: S308 (sanitised when it was written)
        "is_short": len(item.body) < 600,
        "chosen_text": _("Chosen by the asker") if by_asker else _("Chosen by staff"),
    }


def _pager(page: ThreadPage) -> list[tuple[int | str, str, bool]]:
    near = {1, page.pages, *range(page.number - 1, page.number + 2)}
    shown = sorted(number for number in near if 1 <= number <= page.pages)
    found: list[tuple[int | str, str, bool]] = []
    for before, number in zip([0, *shown], shown, strict=False):
        if number - before > 1:
            found.append(("", "", False))
        found.append((number, page.url(number), number == page.number))
    return found
