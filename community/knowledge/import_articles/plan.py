"""Which rows an article becomes that is not here yet."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from community.feedback.models import Event, Item, State, Visibility
from community.knowledge.bulk import Rows
from community.knowledge.import_articles.brought import Brought
from community.knowledge.import_articles.report import Report
from community.knowledge.import_articles.sections import Labels, Sections
from community.knowledge.import_articles.words import Words, Written
from community.knowledge.models import Article, Edit, Highlight, OldAddress
from community.lib.markdown import RENDERER_VERSION

VERB = "imported"
WIDEST_FIRST = [Visibility.PUBLIC, Visibility.MEMBERS, Visibility.GROUP, Visibility.STAFF]


@dataclass(slots=True)
class Family:
    """Which article of the same import translates which, and into what."""

    originals: dict[int, int | None] = field(default_factory=dict)  # article → what it translates
    languages: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))  # original → all its languages

    def add(self, pk: int, original: int | None, language: str) -> None:
        self.originals[pk] = original
        self.languages[original or pk].add(language)

    def root_of(self, pk: int | None) -> int | None:
        """The article that is no translation itself; None where there is none yet."""
        return (self.originals[pk] or pk) if pk in self.originals else None


@dataclass(slots=True)
class Planner:
    source: str
    language: str  # of what says none
    is_draft: bool
    pks: dict[str, int]
    sections: Sections
    labels: Labels
    words: Words
    family: Family
    report: Report

    def plan(self, brought: Brought, rows: Rows) -> None:
        written = self.words.of(brought)
        original, language = self._kin(brought)
        pk = self.pks[brought.external_id]
        self.family.add(pk, original, language)
        is_draft = self.is_draft or brought.is_draft
        item = self._item(pk, brought, written, language, is_draft=is_draft)
        self._keep_to(original, item)
        true_to = 1 if original and not brought.is_out_of_date else 0
        first = 0 if is_draft else 1
        rows.items.append(item)
        rows.articles.append(
            Article(
                item=item, original_id=original, language=language, version=brought.version, revision=first,
                major_revision=first, true_to=first and true_to, reviewed_at=None if is_draft else item.active_at,
            )
        )  # fmt: skip
        rows.edits.append(edit_of(item, written, self.source, revision=first or None, true_to=true_to))
        if brought.is_featured and not is_draft:
            rows.highlights.append(Highlight(article_id=pk, is_featured=True, at=item.active_at))
        rows.labels += [(pk, label) for label in self.labels.of(brought.labels)]
        rows.addresses += [OldAddress(path=path, article_id=pk) for path in brought.addresses]
        rows.files |= {pk: [one.pk for one in written.attachments]} if written.attachments else {}
        detail = self.detail(brought, item, first) | {"visibility": item.visibility}
        rows.events.append(Event(item=item, verb=VERB, at=timezone.now(), detail=detail))
        rows.places.add(item.place_id or 0)
        self._count(brought, original, is_draft=is_draft)

    def _keep_to(self, original: int | None, item: Item) -> None:
        """A translation of what is here already: it has no more readers than the original has by now."""
        there = Item.objects.filter(pk=original).first() if original else None
        if there and WIDEST_FIRST.index(Visibility(there.visibility)) > WIDEST_FIRST.index(Visibility(item.visibility)):
            item.visibility, item.group_id = there.visibility, there.group_id

    def _kin(self, brought: Brought) -> tuple[int | None, str]:
        """What it translates, and its language: `pt` of `pt-br`, unless there is a `pt` already."""
        original = self.family.root_of(self.pks.get(brought.original)) if brought.original else None
        short = brought.language.split("-")[0]
        if brought.original and original is None:
            self.report.note("without original", brought.external_id)
        if original is None:
            return None, short or self.language
        taken = self.family.languages[original]
        language = next((one for one in (short or self.language, brought.language) if one and one not in taken), "")
        if not language:
            self.report.note("language taken", brought.external_id)
            return None, short or self.language
        return original, language

    def _item(self, pk: int, brought: Brought, written: Written, language: str, *, is_draft: bool) -> Item:
        created_at, active_at = times(brought)
        words: dict[str, Any] = {} if is_draft else {"body": written.body, "html": written.html}
        return Item(
            pk=pk, kind=Article.KIND, title=written.title, path=Article.path_for(pk, written.title), language=language,
            place=self.sections.of(brought.section), state=State.DRAFT if is_draft else State.VISIBLE,
            visibility=brought.visibility, source=self.source, external_id=brought.external_id, created_at=created_at,
            active_at=active_at, edited_at=active_at if active_at > created_at else None, renderer=RENDERER_VERSION,
            **words,
        )  # fmt: skip

    def detail(self, brought: Brought, item: Item, revision: int, saves: int = 1) -> dict[str, Any]:
        """What the event says, for later imports and for undoing this one."""
        found: dict[str, Any] = {"digest": brought.digest, "revision": revision, "saves": saves, "place": item.place_id}
        found["section"] = self.sections.meant(brought.section).key
        for name, made in (("made", self.sections.made), ("made_labels", self.labels.made)):
            found |= {name: [one.pk for one in made]} if made else {}
            made.clear()
        return found

    def _count(self, brought: Brought, original: int | None, *, is_draft: bool) -> None:
        counts = self.report.counts
        counts["new"] += 1
        counts["translations"] += original is not None
        counts["drafts"] += is_draft
        counts["restricted"] += brought.visibility != Item.Visibility.PUBLIC
        counts["addresses"] += len(brought.addresses)


def edit_of(item: Item, written: Written, source: str, *, revision: int | None, true_to: int) -> Edit:
    """Published, or open where there is no revision; its comment says where it is from."""
    if revision is None:
        return Edit(
            article_id=item.pk, title=written.title, body=written.body, comment=source, true_to=true_to, saves=1
        )
    return Edit(
        article_id=item.pk, state=Edit.State.PUBLISHED, comment=source, true_to=true_to, revision=revision,
        at=item.active_at,
    )  # fmt: skip


def times(brought: Brought) -> tuple[datetime, datetime]:
    """When it was written and changed last; never in the future."""
    now = timezone.now()
    known: Iterable[datetime | None] = (brought.created_at, brought.updated_at)
    found = [min(at, now) for at in known if at]
    return (min(found), max(found)) if found else (now, now)
