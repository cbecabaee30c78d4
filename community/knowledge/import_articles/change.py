"""An article that changed over there becomes a new revision here, unless somebody changed it here as well."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from community.feedback.attachments import Attachment
from community.feedback.models import Event, Item, Revision, State, Visibility
from community.knowledge import bulk
from community.knowledge.import_articles.brought import Brought
from community.knowledge.import_articles.plan import VERB, WIDEST_FIRST, Planner, edit_of, times
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
            article = Article.objects.select_related("original__item").get(pk=pk)
            detail = self._follow_readers(item, article, brought, detail)
            if detail.get("digest") == brought.digest:
                return
            edit = article.edits.exclude(state=Edit.State.PUBLISHED).first()
            if is_touched(article, detail, edit):
                self.planner.report.note("edited here", brought.external_id)
                return
            if article.is_published and (brought.is_draft or self.planner.is_draft):
                self.planner.report.note("published here", brought.external_id)
                return
            self.planner.report.counts["changed"] += 1
            if not self.planner.words.is_dry:
                self._change(item, article, edit, brought, written, set_before=detail.get("visibility"))

    def _follow_readers(self, item: Item, article: Article, brought: Brought, detail: dict[str, Any]) -> dict[str, Any]:
        """Whoever may read it over there may here, unless that was changed here; `detail` with what was set.

        Imports once did not keep what they set: of those articles only fewer readers are followed.
        """
        report, now, said = self.planner.report, Visibility(item.visibility), Visibility(brought.visibility)
        if article.original:  # never more readers than the original has
            said = max(said, Visibility(article.original.item.visibility), key=WIDEST_FIRST.index)
        if said == now:
            report.counts["known"] += detail.get("digest") == brought.digest
            return {"visibility": now} | detail
        is_narrower = WIDEST_FIRST.index(said) > WIDEST_FIRST.index(now)
        if detail["visibility"] != now if "visibility" in detail else not is_narrower:
            report.note("readers changed here", brought.external_id)
            return detail
        report.note("readers changed", brought.external_id)
        detail = detail | {"visibility": said}
        if not report.is_dry:
            self._set_readers(item, article, said, detail)
        return detail

    def _set_readers(self, item: Item, article: Article, said: Visibility, detail: dict[str, Any]) -> None:
        """Translations that were read by the same people still are."""
        family = Item.objects.filter(Q(pk=item.pk) | Q(article__original=article))
        family.filter(visibility=item.visibility, group=item.group_id).update(visibility=said, group=None)
        item.visibility, item.group = said, None
        if "digest" in detail:
            Event.objects.create(item=item, verb=VERB, detail=detail)
        bulk.touch(set(family.exclude(place=None).values_list("place", flat=True)))

    def _change(
        self, item: Item, article: Article, edit: Edit | None, brought: Brought, written: Written,
        *, set_before: str | None,
    ) -> None:  # fmt: skip
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
        detail = self.planner.detail(brought, item, article.revision, saves) | (
            {"visibility": set_before} if set_before else {}
        )
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
