"""Reading what is brought and writing what is not here yet, a batch of articles per transaction.

Everything is read twice: first who is there, so that links and translations find each other, then the words. A run that
was killed is continued by running it again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count as counting
from pathlib import Path
from typing import Any

from django.db import transaction
from django_q.tasks import async_task

from community.feedback.models import Event, Item
from community.knowledge.bulk import Rows, write
from community.knowledge.import_articles import lines, markdown_folder, zendesk
from community.knowledge.import_articles.brought import Brought, ImportRefused, SectionWords
from community.knowledge.import_articles.change import Changer
from community.knowledge.import_articles.plan import VERB, Family, Planner
from community.knowledge.import_articles.report import Report
from community.knowledge.import_articles.sections import Labels, Sections
from community.knowledge.import_articles.words import Words
from community.knowledge.models import Article
from community.lib.bulk_rows import analyse
from community.lib.discourse_topics import Problems
from community.lib.progress import bar
from community.lib.row_ids import reserve
from community.search.bulk import Indexing
from community.search.write import LEARN

MANY = 5_000  # new articles, after which the database's planner is told
Read = Callable[[Path, Problems], Iterator[Brought]]
FORMATS: dict[str, Read] = {"jsonl": lines.read, "markdown": markdown_folder.read, "zendesk": zendesk.read}


@dataclass(frozen=True, slots=True)
class Wish:
    """What the operator asked for."""

    path: Path
    name: str  # tells this set of articles from others
    format: str = ""  # a key of FORMATS
    language: str = "en"  # of articles that say none
    section: SectionWords | None = None  # everything goes here
    is_draft: bool = False
    is_dry: bool = False
    shows_bar: bool = False
    batch: int = 200

    @property
    def source(self) -> str:
        return f"{self.format}:{self.name}"


def format_of(path: Path) -> str:
    """What a file or folder holds, by its endings. Raises ImportRefused."""
    name = path.name.lower().removesuffix(".gz")
    if path.is_file():
        if name.endswith((".jsonl", ".ndjson")):
            return "jsonl"
        if name.endswith((".json", *markdown_folder.ENDINGS)):
            return "zendesk" if name.endswith(".json") else "markdown"
    elif path.is_dir():
        if markdown_folder.files_of(path):
            return "markdown"
        if zendesk.files_of(path):
            return "zendesk"
    raise ImportRefused(
        f"{path.name} holds no articles that we read: a folder of Markdown files (.md), Zendesk's articles as .json, "
        "or JSON lines (.jsonl, .jsonl.gz)."
    )


def import_articles(wish: Wish) -> Report:
    """Write what is brought and not here; raises ImportRefused."""
    return _Import(wish).run()


@dataclass(slots=True)
class _Survey:
    """Who is there."""

    ids: dict[str, None] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)  # old path or name in the folder → external id
    hosts: set[str] = field(default_factory=set)
    read: int = 0

    def add(self, brought: Brought) -> None:
        self.read += 1
        if brought.external_id not in self.ids:
            self.ids[brought.external_id] = None
            for address in (*brought.addresses, brought.name):
                self.addresses.setdefault(address, brought.external_id)
            self.hosts.add(brought.host)


class _Import:
    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.report = Report(is_dry=wish.is_dry)
        items = Item.objects.filter(source=wish.source, kind=Article.KIND)
        self.known: dict[str, int] = {
            external_id or "": pk for external_id, pk in items.values_list("external_id", "pk")
        }
        told = Event.objects.filter(item__source=wish.source, verb=VERB).order_by("pk")
        self.told: dict[int, dict[str, Any]] = dict(told.values_list("item_id", "detail"))
        self.family = Family()
        for kin in Article.objects.filter(item__source=wish.source).values_list("pk", "original_id", "language"):
            self.family.add(*kin)

    def run(self) -> Report:
        wish, report = self.wish, self.report
        survey = _Survey()
        with bar(None, "articles read", is_forced=wish.shows_bar) as progress:
            for brought in self._read(report.problems):
                survey.add(brought)
                progress.update(1)
        report.counts["read"] = survey.read
        self._prepare(survey)
        with Indexing() as self.indexing, bar(survey.read, "articles", is_forced=wish.shows_bar) as progress:
            for batch in self._batches(progress.update):
                self._import(batch)
        if report.counts["new"] > MANY and not wish.is_dry:
            analyse()
        if report.counts["changed"] and not wish.is_dry:
            async_task(LEARN)
        return report

    def _prepare(self, survey: _Survey) -> None:
        wish = self.wish
        wanted = [one for one in survey.ids if one not in self.known]
        # Reserving no ids would touch SQLite's count of them.
        ids = counting(-1, -1) if wish.is_dry else iter(reserve(Item, len(wanted)) if wanted else [])
        pks = self.known | dict(zip(wanted, ids, strict=False))
        addresses = {address: pks[external_id] for address, external_id in survey.addresses.items() if address}
        words = Words(addresses, frozenset(survey.hosts - {""}), self.report, is_dry=wish.is_dry)
        places = {detail["section"]: detail["place"] for detail in self.told.values()}
        sections = Sections(places, wish.section, self.report, wish.is_dry)
        labels = Labels(self.report, wish.is_dry)
        self.planner = Planner(
            wish.source, wish.language, wish.is_draft, pks, sections, labels, words, self.family, self.report
        )
        self.changer = Changer(self.planner)

    def _read(self, problems: Problems) -> Iterator[Brought]:
        return FORMATS[self.wish.format](self.wish.path, problems)

    def _batches(self, tell: Callable[[int], Any]) -> Iterator[list[Brought]]:
        """What is not here yet or came otherwise: translations last, for their originals must be there."""
        batch: list[Brought] = []
        translations: list[Brought] = []
        seen: set[str] = set()
        for brought in self._read(Problems()):
            tell(1)
            if brought.external_id in seen:
                self.report.note("twice", brought.external_id)
                continue
            seen.add(brought.external_id)
            pk = self.known.get(brought.external_id)
            detail = self.told.get(pk, {}) if pk is not None else {}
            if detail.get("visibility") == brought.visibility and detail.get("digest") == brought.digest:
                self.report.counts["known"] += 1
                continue
            (translations if brought.original else batch).append(brought)
            if len(batch) >= self.wish.batch:
                yield batch
                batch = []
        yield batch
        for at in range(0, len(translations), self.wish.batch):
            yield translations[at : at + self.wish.batch]

    def _import(self, batch: list[Brought]) -> None:
        rows = Rows()
        for brought in batch:
            if brought.external_id not in self.known:
                self.planner.plan(brought, rows)
        if rows.items and not self.wish.is_dry:
            self._write(rows)
        for brought in batch:
            pk = self.known.get(brought.external_id)
            if pk is not None:
                self.changer.change(pk, brought, self.told.get(pk) or {"revision": -1, "saves": 0})

    def _write(self, rows: Rows) -> None:
        # The words and what they are found by take the time, so both are made before anything is locked.
        analysed = self.indexing.analysed([item for item in rows.items if item.is_visible])
        with transaction.atomic():
            write(rows)
            analysed.put()
        analysed.count()
