"""Threads as programs read them: what their reader may see, and nothing else."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponseRedirect
from django.utils.translation import gettext_noop
from ninja import Query, Router, Schema
from pydantic import Field

from community.conversations.models import Reply
from community.discussions.lists import KEYS, labels_of, thread_rows
from community.discussions.models import Category, Kind, Thread
from community.discussions.page import visible_thread_in_full
from community.discussions.relocate import merged_into
from community.feedback import directory
from community.feedback.api import Author, Named, ids_inside
from community.feedback.models import OWN, Item, Label, State
from community.feedback.places import Place, Viewer
from community.lib import paging
from community.lib.api import NUMBER, OrNone, Paged, key_of, next_url, whole
from community.members.requests import Request

router = Router(tags=["threads"])
PATH = "/api/v1/threads"
Order = Literal["latest", "new", "unanswered", "top"]
KindName = Literal["question", "discussion", "announcement"]


class ThreadsAsked(Paged):
    order: Annotated[
        Order, Field(description=gettext_noop("The order; unanswered has only threads without a reply."))
    ] = "latest"
    kind: Annotated[KindName | None, OrNone] = Field(None, description=gettext_noop("Only threads of this kind."))
    category: str = Field("", description=gettext_noop("Only those of the category of this slug, and of those inside."))
    label: str = Field("", description=gettext_noop("Only those with the label of this slug."))


class Row(Schema):
    id: int
    kind: str = Field(description=gettext_noop("question, discussion or announcement."))
    title: str
    url: str
    language: str
    category: Named | None
    labels: list[Named]
    author: Author | None = Field(description=gettext_noop("Nobody, where its member has left."))
    created_at: datetime
    active_at: datetime = Field(description=gettext_noop("When something last happened there."))
    reply_count: int
    vote_count: int
    is_pinned: bool
    is_solved: bool
    is_closed: bool
    visibility: str = Field(
        description=gettext_noop("Who may read it: public, members, group, company, private or staff.")
    )
    state: str = Field(description=gettext_noop("visible; its author and staff also read what is held or hidden."))
    external_id: str | None = Field(description=gettext_noop("What it is called where it was imported from."))


class Threads(Schema):
    results: list[Row]
    next: str | None = Field(description=gettext_noop("The address of the next page; null on the last."))


class ReplyRow(Schema):
    id: int
    number: int = Field(description=gettext_noop("Its place in the thread, which stays."))
    url: str
    body: str = Field(description=gettext_noop("As it was written, in Markdown."))
    html: str = Field(description=gettext_noop("As it is shown, made safe."))
    language: str
    author: Author | None
    created_at: datetime
    edited_at: datetime | None
    vote_count: int
    in_reply_to: int | None = Field(description=gettext_noop("The number of the reply that it answers."))
    is_official: bool = Field(description=gettext_noop("An answer of the company's."))
    is_solution: bool
    state: str
    external_id: str | None


class ThreadWithReplies(Row):
    body: str = Field(description=gettext_noop("As it was written, in Markdown."))
    html: str = Field(description=gettext_noop("As it is shown, made safe."))
    edited_at: datetime | None
    replies: list[ReplyRow]
    next: str | None = Field(description=gettext_noop("The address of the next page of replies; null on the last."))


@router.get("", response=Threads, summary=gettext_noop("List threads"))
def threads(request: Request, asked: Query[ThreadsAsked]) -> Threads:
    order = KEYS[asked.order]
    key_of(asked.after, [kind for _name, kind in order])
    rows = thread_rows(request.user, "author__role", "external_id")
    if asked.order == "unanswered":
        rows = rows.unanswered()
    if asked.kind:
        rows = rows.filter(thread__kind=asked.kind)
    if asked.label:
        rows = rows.filter(labels__slug=asked.label)
    if asked.category:
        rows = rows.filter(place__in=ids_inside(request, Category.KIND, asked.category))
    page = paging.page(rows, order, asked.after, asked.limit)
    labels = labels_of(page.rows)
    places = {place.pk: place for place in directory.places(request.site)}
    shown = [Row(**_said(row, row.thread, places.get(row.place_id or 0), labels.get(row.pk, []))) for row in page.rows]
    return Threads(results=shown, next=next_url(PATH, asked.dict(), page.after))


@router.get("/{id:id}", response=ThreadWithReplies, summary=gettext_noop("Read a thread and its replies"))
def thread(request: Request, asked: Query[Paged], id: int = NUMBER) -> ThreadWithReplies | HttpResponseRedirect:
    found = visible_thread_in_full(request.user, id)
    if found is None or found.item.state == State.MERGED:
        return _moved(request, id)
    item = found.item
    replies, after = _replies(item, request.user, key_of(asked.after, [int]), asked.limit)
    solution = getattr(found, "solution", None)
    return ThreadWithReplies(
        **_said(item, found, item.place, list(item.labels.all())),
        body=item.body,
        html=item.html,
        edited_at=item.edited_at,
        replies=[_reply(reply, bool(solution and solution.reply_id == reply.pk)) for reply in replies],
        next=next_url(f"{PATH}/{id}", asked.dict(), after),
    )


def _moved(request: Request, pk: int) -> HttpResponseRedirect:
    """Where a merged thread went, for whoever may read that."""
    item = Item.objects.filter(pk=pk, kind=Thread.KIND, state=State.MERGED).first()
    target = merged_into(item) if item else None
    if target is None or not Item.objects.visible_to(request.user).filter(pk=target.pk).exists():
        raise Http404
    return HttpResponseRedirect(f"{PATH}/{target.pk}")


def _replies(item: Item, viewer: Viewer, key: list[int] | None, size: int) -> tuple[list[Reply], str | None]:
    """From the cursor on, in their order; with the cursor of what follows."""
    rows = _readable(viewer).filter(about=item, number__gt=key[0] if key else 0)
    rows = rows.select_related("item__author", "in_reply_to").order_by("number")
    found = list(rows[: size + 1])
    return found[:size], paging.encode([found[size - 1].number]) if len(found) > size else None


def _readable(viewer: Viewer) -> QuerySet[Reply]:
    """Replies whose words the viewer reads on the page of a thread that they may read."""
    shown = Q(item__state=State.VISIBLE)
    if viewer.is_authenticated:
        own = Q(item__state__in=OWN)
        shown |= own if viewer.may("moderate") else own & Q(item__author=viewer)
    return Reply.objects.filter(shown)


def _said(item: Item, thread: Thread, place: Place | None, labels: list[Label]) -> dict[str, Any]:
    return {
        "id": item.pk,
        "kind": Kind(thread.kind).value,
        "title": item.title,
        "url": whole(item.path),
        "language": item.language,
        "category": Named.of(place) if place else None,
        "labels": [Named.of(label) for label in labels],
        "author": Author.of(item.author),
        "created_at": item.created_at,
        "active_at": item.active_at,
        "reply_count": item.reply_count,
        "vote_count": item.vote_count,
        "is_pinned": hasattr(thread, "pin"),
        "is_solved": hasattr(thread, "solution"),
        "is_closed": hasattr(thread, "closure"),
        "visibility": item.visibility,
        "state": item.state,
        "external_id": item.external_id,
    }


def _reply(reply: Reply, is_solution: bool) -> ReplyRow:
    item, answered = reply.item, reply.in_reply_to
    return ReplyRow(
        id=item.pk,
        number=reply.number,
        url=whole(item.get_absolute_url()),
        body=item.body,
        html=item.html,
        language=item.language,
        author=Author.of(item.author),
        created_at=item.created_at,
        edited_at=item.edited_at,
        vote_count=item.vote_count,
        in_reply_to=answered.number if answered and answered.about_id == reply.about_id else None,
        is_official=reply.is_official,
        is_solution=is_solution,
        state=item.state,
        external_id=item.external_id,
    )
