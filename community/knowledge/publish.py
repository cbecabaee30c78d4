"""Publishing an edit: its words become the article's, and whoever follows it hears of what matters."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from community.feedback.models import Item, Revision, State
from community.feedback.states import REMOVE, RESTORE, change_state
from community.feedback.write import revise, set_words
from community.knowledge.draft import lock, open_edit, refuse_unread
from community.knowledge.models import Article, Edit, Significance
from community.knowledge.promote import thank
from community.lib.markdown import MarkdownRefused
from community.members.limits import LimitReached
from community.members.models import Member
from community.notifications.tell import tell

REVIEW_AFTER = timedelta(days=180)  # its owner is asked whether it is still right
TASK = "community.knowledge.publish.publish_due"


@transaction.atomic
def publish(article: Article, *, by: Member, read: int | None = None) -> bool:
    """Show the open edit to readers, as the next revision; False when there is none. What was withdrawn comes back.

    `read` are the saves of the edit that `by` has read: EditRefused where somebody saved it since. Raises what
    `set_words` raises.
    """
    lock(article)
    edit = open_edit(article)
    if edit is None:
        return False
    refuse_unread(edit, read)
    if article.item.state == State.REMOVED:
        bring_back(article, by=by)
    item = Item.objects.get(pk=article.pk)
    if article.is_published:
        item = _change(item, edit, by=by)
    else:
        _open(item, edit, by=by)
    _settle(article, edit, item, by=by)
    if edit.revision == 1:
        item.record("published", by=by)
        thank(article, by=by)
    elif edit.significance != Significance.TYPO:
        item.record("updated", by=by, revision=edit.revision, significance=edit.significance)
    if edit.significance == Significance.MAJOR:
        _warn_translators(article, by=by)
    return True


def _warn_translators(article: Article, *, by: Member) -> None:
    for one in article.translations.select_related("item", "owner").exclude(owner=None):
        if one.owner and one.owner != by:
            tell(one.owner, "original_changed", item=one.item, by=by)


def _open(item: Item, edit: Edit, *, by: Member) -> None:
    item.title, item.state = edit.title, State.VISIBLE
    set_words(item, edit.body, by=by)
    now = timezone.now()
    Item.objects.filter(pk=item.pk).update(state=State.VISIBLE, created_at=now, active_at=now)


def _change(item: Item, edit: Edit, *, by: Member) -> Item:
    if not revise(item, by=by, title=edit.title, body=edit.body):
        # The same words again are a revision too: a translation that was looked through, a date.
        Revision.objects.create(
            item=item, number=item.revisions.count() + 1, title=item.title, body=item.body, by=by,
            at=item.edited_at or item.created_at,
        )  # fmt: skip
    if edit.significance != Significance.TYPO:
        Item.objects.filter(pk=item.pk).update(active_at=timezone.now())
    return Item.objects.get(pk=item.pk)


def _settle(article: Article, edit: Edit, item: Item, *, by: Member) -> None:
    now = timezone.now()
    edit.revision = article.revision + 1
    edit.state, edit.reviewed_by, edit.publish_at, edit.at = Edit.State.PUBLISHED, by, None, now
    edit.title, edit.body = "", ""
    edit.save()
    article.revision, article.reviewed_at = edit.revision, now
    article.review_on = (now + REVIEW_AFTER).date()
    if edit.significance == Significance.MAJOR or edit.revision == 1:
        article.major_revision = edit.revision
    if article.original_id:
        article.true_to = edit.true_to
    article.save()
    item.path = Article.path_for(item.pk, item.title)
    Item.objects.filter(pk=item.pk).update(path=item.path, language=article.language)


def publish_due() -> None:
    """Run every minute: what was scheduled for by now. One that cannot be shown goes back to who wrote it."""
    due = Edit.objects.filter(state=Edit.State.SCHEDULED, publish_at__lte=timezone.now())
    for edit in due.select_related("article__item", "reviewed_by", "by"):
        try:
            _publish_due(edit)
        except (MarkdownRefused, LimitReached) as refusal:
            _give_back(edit, str(refusal))


@transaction.atomic
def _publish_due(edit: Edit) -> None:
    lock(edit.article)
    by = edit.reviewed_by or edit.by
    still = Edit.objects.filter(pk=edit.pk, state=Edit.State.SCHEDULED, publish_at=edit.publish_at)
    if by is None:  # who scheduled it has left
        still.update(state=Edit.State.REVIEW, publish_at=None)
    elif still.exists():  # else somebody took it back while others were published
        publish(edit.article, by=by)


@transaction.atomic
def _give_back(edit: Edit, why: str) -> None:
    lock(edit.article)
    still = Edit.objects.filter(pk=edit.pk, state=Edit.State.SCHEDULED)
    if still.update(state=Edit.State.DRAFT, publish_at=None, note=why[:500]):
        Item.objects.filter(pk=edit.article_id, state=State.SCHEDULED).update(state=State.DRAFT)


@transaction.atomic
def withdraw(article: Article, *, by: Member) -> None:
    """Take an article off the help pages; its translations with it. What was scheduled waits for review again."""
    lock(article)
    family = [article, *article.translations.select_related("item")]
    for one in family:
        change_state(one.item, REMOVE, by=by)
    scheduled = Edit.objects.filter(article__in=family, state=Edit.State.SCHEDULED)
    scheduled.update(state=Edit.State.REVIEW, publish_at=None)
    Item.objects.filter(article__in=family, state=State.SCHEDULED).update(state=State.DRAFT)


@transaction.atomic
def bring_back(article: Article, *, by: Member) -> None:
    lock(article)
    for one in (article, *article.translations.select_related("item")):
        if one.is_published:
            change_state(one.item, RESTORE, by=by)


@transaction.atomic
def still_right(article: Article, *, by: Member) -> None:
    """Somebody read it again and found nothing to change."""
    now = timezone.now()
    review_on = (now + REVIEW_AFTER).date()
    Article.objects.filter(pk=article.pk).update(reviewed_at=now, review_on=review_on)
    article.item.record("reviewed", by=by)
