"""Starting a thread."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from community.conversations.reading import mark_read
from community.discussions.models import Consent, Thread
from community.feedback.drafts import discard_draft
from community.feedback.holding import hold_when_needed
from community.feedback.models import Item, Label, Visibility
from community.feedback.places import Place
from community.feedback.write import set_words
from community.members import limits
from community.members.models import Member

DRAFT_KEY = "thread:new"


@dataclass(frozen=True)
class Question:
    """What the form of a new thread says."""

    title: str
    body: str
    place: Place
    kind: str
    language: str = ""
    labels: tuple[Label, ...] = ()
    is_private: bool = False
    may_publish: bool = False
    is_trapped: bool = False


@transaction.atomic
def start_thread(asked: Question, *, by: Member) -> Thread:
    """Create a thread; the same words again within two minutes are the same thread.

    Raises MarkdownRefused or LimitReached.
    """
    # Two clicks come in two transactions: the lock on the author makes the second see the first.
    Member.objects.select_for_update(no_key=True).filter(pk=by.pk).values_list("pk").first()
    twin = _twin(asked, by)
    if twin:
        return twin
    limits.count(by, "threads")
    now = timezone.now()
    item = Item(
        kind=Thread.KIND, title=asked.title, author=by, place=asked.place, language=asked.language or by.language,
        visibility=Visibility.PRIVATE if asked.is_private else Visibility.PUBLIC,
        created_at=now, active_at=now, active_by=by,
    )  # fmt: skip
    mentions = set_words(item, asked.body, by=by)
    signals = hold_when_needed(item, by=by, is_trapped=asked.is_trapped)
    item.path = Thread.path_for(item.pk, item.title)
    item.save(update_fields=["path"])
    item.labels.set(asked.labels)
    thread = Thread.objects.create(item=item, kind=asked.kind)
    if asked.is_private and asked.may_publish:
        Consent.objects.create(thread=thread, by=by)
    Member.objects.filter(pk=by.pk).update(post_count=F("post_count") + 1)
    discard_draft(by, DRAFT_KEY)
    mark_read(by, item, 0)
    if signals:
        item.record("held", by=by, signals=signals, mentions=len(mentions))
    else:
        item.record("posted", by=by, mentions=len(mentions))
    return thread


def _twin(asked: Question, by: Member) -> Thread | None:
    since = timezone.now() - timedelta(minutes=2)
    return (
        Thread.objects.select_related("item")
        .filter(item__author=by, item__created_at__gte=since, item__title=asked.title, item__place=asked.place)
        .exclude(item__state=Item.State.REMOVED)  # asked again on purpose
        .first()
    )
