"""What becomes of an edit before anybody reads it: begun, saved, handed in, sent back, thrown away."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community.feedback.models import Item, State
from community.feedback.places import Place
from community.knowledge.models import Article, Edit, Significance
from community.lib import markdown
from community.members.models import Member
from community.notifications.tell import tell


class EditRefused(Exception):
    """Carries a sentence that says why, and what to do."""


@dataclass(frozen=True)
class Said:
    """What the form of an edit says."""

    title: str
    body: str
    comment: str = ""
    significance: str = Significance.NORMAL
    true_to: int = 0
    saves: int = 0  # of the edit that the form was made from; 0 where there was none


@transaction.atomic
def begin_article(
    said: Said, *, section: Place, language: str, by: Member | None, original: Article | None = None,
    source: str = "web", external_id: str | None = None,
) -> Article:  # fmt: skip
    """An article that nobody reads yet, with its first edit. `original` is what it translates."""
    if original:
        lock(original)
        if original.translations.filter(language=language).exists():
            raise EditRefused(_("There is a translation into this language already. Open it instead."))
    now = timezone.now()
    item = Item.objects.create(
        kind=Article.KIND, title=said.title, language=language, place=section, state=State.DRAFT,
        visibility=original.item.visibility if original else Item.Visibility.PUBLIC,
        group_id=original.item.group_id if original else None, source=source, external_id=external_id,
        created_at=now, active_at=now,
    )  # fmt: skip
    Item.objects.filter(pk=item.pk).update(path=Article.path_for(item.pk, said.title))
    article = Article.objects.create(item=item, original=original, language=language, owner=by)
    if original:
        item.labels.set(original.item.labels.all())
    save_edit(article, said, by=by)
    return article


def open_edit(article: Article) -> Edit | None:
    """The one edit of an article that is not published yet."""
    return article.edits.exclude(state=Edit.State.PUBLISHED).select_related("by", "reviewed_by").first()


@transaction.atomic
def save_edit(article: Article, said: Said, *, by: Member | None) -> Edit:
    """Keep what somebody makes of an article. Raises EditRefused when somebody else has saved meanwhile.

    What was handed in or scheduled is a draft again: nobody publishes words that they have not read.
    """
    lock(article)
    edit = open_edit(article)
    if edit and edit.saves != said.saves:
        raise EditRefused(
            _("Somebody saved this article meanwhile. Your text is kept below: compare, then save again.")
        )
    edit = edit or Edit(article=article, saves=0)
    edit.title, edit.body = said.title, markdown.check_text(said.body)
    edit.comment, edit.significance, edit.true_to = said.comment, said.significance, said.true_to
    edit.state, edit.publish_at = Edit.State.DRAFT, None
    edit.by, edit.at, edit.saves = by, timezone.now(), edit.saves + 1
    edit.save()
    if not article.is_published:
        path = Article.path_for(article.pk, said.title)
        Item.objects.filter(pk=article.pk).update(title=said.title, path=path, state=State.DRAFT)
    return edit


@transaction.atomic
def hand_in(article: Article, *, by: Member) -> None:
    """Ask somebody else to read and publish it."""
    lock(article)
    article.edits.filter(state=Edit.State.DRAFT).update(state=Edit.State.REVIEW, note="")


@transaction.atomic
def send_back(article: Article, note: str, *, by: Member) -> None:
    """The reviewer says what is missing; who wrote it hears of it."""
    lock(article)
    edit = open_edit(article)
    if edit is None or edit.state not in (Edit.State.REVIEW, Edit.State.SCHEDULED):
        return
    edit.state, edit.note, edit.reviewed_by, edit.publish_at = Edit.State.DRAFT, note, by, None
    edit.save()
    if edit.by and edit.by != by:
        tell(edit.by, "article_sent_back", item=article.item, by=by)


@transaction.atomic
def discard(article: Article) -> bool:
    """Throw the open edit away, and with it an article that was never published; whether the article is still there.

    Raises EditRefused for one with translations, which would go with it whether somebody reads them or not.
    """
    lock(article)
    if not article.is_published and article.translations.exists():
        raise EditRefused(_("This article has translations and cannot be discarded while it has any."))
    article.edits.exclude(state=Edit.State.PUBLISHED).delete()
    if article.is_published:
        return True
    Item.objects.filter(pk=article.pk).delete()
    return False


def lock(article: Article) -> None:
    """Everybody who changes an article takes its item first."""
    Item.objects.select_for_update(no_key=True).filter(pk=article.pk).values_list("pk").first()
    article.refresh_from_db()


def refuse_unread(edit: Edit, read: int | None) -> None:
    """Raise EditRefused where the edit was saved since somebody read it, when it had `read` saves."""
    if read is not None and read != edit.saves:
        raise EditRefused(_("Somebody saved this article meanwhile. Read it again, then publish it."))


def schedule(article: Article, at: datetime, *, by: Member, read: int | None = None) -> None:
    """Publish what is open at this moment of the future. `read` as in `publish`."""
    with transaction.atomic():
        lock(article)
        edit = open_edit(article)
        if edit:
            refuse_unread(edit, read)
        there = article.edits.exclude(state=Edit.State.PUBLISHED)
        there.update(state=Edit.State.SCHEDULED, publish_at=at, reviewed_by=by)
        if not article.is_published:
            Item.objects.filter(pk=article.pk).update(state=State.SCHEDULED)
