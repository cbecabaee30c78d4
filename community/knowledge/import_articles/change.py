"""An article that changed over there becomes a new revision here, unless somebody changed it here as well."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from community.feedback.attachments import Attachment
from community.feedback.models import Event, Item, Revision, State
from community.knowledge import bulk
from community.knowledge.import_articles.brought import Brought
from community.knowledge.import_articles.plan import VERB, Planner, edit_of, times
from community.knowledge.import_articles.words import Written
from community.knowledge.models import Article, Edit, OldAddress
from community.lib.markdown import RENDERER_VERSION
from community.search import write as search


def is_touched(article: Article, detail: dict[str, Any], edit: Edit | None) -> bool:
    """Whether somebody edited it here since it was brought as `detail` says; `edit` is its open one."""
    if article.revision != detail["revision"]:
        return True
    return edit is not None and (article.is_published or edit.saves != detail["saves"] or edit.by_id is not None)


@dataclass(slots=True)
class Changer:
    planner: Planner

    def change(self, pk: int, brought: Brought, detail: dict[str, Any]) -> None:
        written = self.planner.words.of(brought)
        with transaction.atomic():
            item = Item.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)
            article = Article.objects.select_related("original").get(pk=pk)
            edit = article.edits.exclude(state=Edit.State.PUBLISHED).first()
            if is_touched(article, detail, edit):
                self.planner.report.note("edited here", brought.external_id)
                return
            if article.is_published and (brought.is_draft or self.planner.is_draft):
                self.planner.report.note("published here", brought.external_id)
                return
            self.planner.report.counts["changed"] += 1
            if not self.planner.words.is_dry:
                self._change(item, article, edit, brought, written)

    def _change(self, item: Item, article: Article, edit: Edit | None, brought: Brought, written: Written) -> None:
        saves = 1
        if edit and (brought.is_draft or self.planner.is_draft):
            edit.title, edit.body, saves = written.title, written.body, edit.saves + 1
            edit.saves, edit.at = saves, timezone.now()
            edit.save()
            Item.objects.filter(pk=item.pk).update(title=written.title, path=Article.path_for(item.pk, written.title))
        elif not article.is_published or (item.title, item.body, item.html) != (
            written.title, written.body, written.html
        ):  # fmt: skip
            self._publish(item, article, edit, brought, written)
        item.labels.add(*self.planner.labels.of(brought.labels))
        OldAddress.objects.bulk_create(
            [OldAddress(path=path, article_id=item.pk) for path in brought.addresses], ignore_conflicts=True
        )
        detail = self.planner.detail(brought, item, article.revision, saves)
        Event.objects.create(item=item, verb=VERB, detail=detail)
        bulk.touch({item.place_id or 0})
        search.index([item.pk])

    def _publish(self, item: Item, article: Article, edit: Edit | None, brought: Brought, written: Written) -> None:
        if edit:
            edit.delete()
        if article.is_published:
            Revision.objects.create(
                item=item, number=item.revisions.count() + 1, title=item.title, body=item.body,
                at=item.edited_at or item.created_at,
            )  # fmt: skip
        _created_at, active_at = times(brought)
        item.title, item.body, item.html, item.renderer = written.title, written.body, written.html, RENDERER_VERSION
        item.path, item.edited_at, item.active_at = Article.path_for(item.pk, item.title), timezone.now(), active_at
        item.state = State.VISIBLE if not article.is_published else item.state
        item.save()
        self._hand_files(item, written)
        article.revision += 1
        article.major_revision = article.major_revision or article.revision
        if article.original and not brought.is_out_of_date:
            article.true_to = article.original.revision
        article.reviewed_at = active_at
        article.save()
        source = self.planner.source
        edit_of(item, written, source, revision=article.revision, true_to=article.true_to).save()

    def _hand_files(self, item: Item, written: Written) -> None:
        kept = [one.pk for one in written.attachments]
        Attachment.objects.filter(item=item).update(item=None, unused_since=timezone.now())
        Attachment.objects.filter(pk__in=kept).update(item=item, unused_since=None)
