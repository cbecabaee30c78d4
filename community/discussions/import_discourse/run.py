"""Reading an archive and writing what is not here yet, a batch of topics per transaction.

A run that was killed is continued by running it again, and so is a forum of which a newer archive came.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count as counting
from pathlib import Path
from typing import Any

from django.db import transaction
from django_q.tasks import async_task
from tqdm import tqdm

from community.discussions.bulk import Rows, write
from community.discussions.import_discourse.people import import_people
from community.discussions.import_discourse.places import Described, Labels, Places
from community.discussions.import_discourse.plan import VERB, Fresh, Planner
from community.discussions.import_discourse.relink import relink
from community.discussions.import_discourse.report import Report
from community.discussions.import_discourse.survey import (
    external_id_of_post,
    external_id_of_topic,
    opening_of,
    survey,
)
from community.discussions.import_discourse.words import Words
from community.feedback.models import Event, Item
from community.feedback.places import Place
from community.lib import discourse_archive
from community.lib.discourse_topics import ArchivedTopic, Problems
from community.lib.progress import bar
from community.lib.row_ids import reserve
from community.search import rebuild

MOST_POSTS = 2_000  # of a batch, so that one transaction stays short however long its topics are


@dataclass(frozen=True, slots=True)
class Wish:
    """What the operator asked for."""

    path: Path
    name: str  # tells this forum from others
    base_url: str = ""
    categories: dict[int, Described] = field(default_factory=dict)
    only: Place | None = None  # everything goes here
    language: str = "en"
    batch: int = 100
    is_dry: bool = False
    shows_bar: bool = False

    @property
    def source(self) -> str:
        return f"discourse:{self.name}"


def import_discourse(wish: Wish) -> Report:
    """Write what the archive holds and the site does not; raises ArchiveRefused."""
    return _Import(wish).run()


class _Import:
    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.report = Report(is_dry=wish.is_dry)
        self.dry_ids = counting(-1, -1)
        # Topic → what the event of its import says.
        self.known: dict[int, dict[str, int]] = {}
        self.known_places: dict[int | None, int] = {}
        told = Event.objects.filter(item__source=wish.source, verb=VERB, detail__has_key="opening")
        for detail in told.order_by("pk").values_list("detail", flat=True):
            self.known[detail["topic"]] = detail
            self.known_places[detail["category"]] = detail["place"]
        items = Item.objects.filter(source=wish.source)
        self.pks: dict[str, int] = {external_id or "": pk for external_id, pk in items.values_list("external_id", "pk")}

    def run(self) -> Report:
        wish, report = self.wish, self.report
        with bar(discourse_archive.count(wish.path), "topics read", is_forced=wish.shows_bar) as progress:
            found = survey(_counted(self._read(Problems()), progress))
        report.counts.update({"topics": found.topics, "posts": found.posts})
        with transaction.atomic():
            members = import_people(found.people.values(), wish.source, wish.language, report, is_dry=wish.is_dry)
            places = Places(
                wish.name, wish.categories, self.known_places, found.solving, wish.only, report, wish.is_dry
            )
            places.make(found.categories)
        words = Words(self.pks, found, members, wish.base_url, report)
        labels = Labels(report, is_dry=wish.is_dry)
        self.planner = Planner(wish.source, wish.language, members, places, labels, words, report)
        with bar(found.topics, "topics", is_forced=wish.shows_bar) as progress:
            for batch in self._batches(_counted(self._read(report.problems), progress)):
                self._import(batch)
        if not wish.is_dry:
            relink(wish.source, lambda: self._read(Problems()), words)
            async_task(rebuild.TASK)  # bulk writing calls no consumer of events
        return report

    def _read(self, problems: Problems) -> Iterator[ArchivedTopic]:
        return discourse_archive.read(self.wish.path, problems)

    def _batches(self, topics: Iterable[ArchivedTopic]) -> Iterator[list[Fresh]]:
        """What is not here yet; a topic that the archive holds twice comes in two batches."""
        batch: list[Fresh] = []
        ids: set[int] = set()
        for topic in topics:
            if topic.id in ids or len(batch) >= self.wish.batch or sum(len(f.posts) for f in batch) >= MOST_POSTS:
                yield batch
                batch, ids = [], set()
            fresh = self._fresh(topic)
            if fresh:
                batch.append(fresh)
                ids.add(topic.id)
        if batch:
            yield batch

    def _fresh(self, topic: ArchivedTopic) -> Fresh | None:
        counts = self.report.counts
        counts["small actions dropped"] += sum(post.is_small_action for post in topic.posts)
        opening = opening_of(topic)
        if opening is None:
            self.report.note("without posts", f"topic {topic.id}")
            return None
        is_known = external_id_of_topic(topic.id) in self.pks
        opening_id = self.known.get(topic.id, {}).get("opening", opening.id) if is_known else opening.id
        posts = [post for post in topic.posts if not post.is_small_action and post.id != opening_id]
        new = [post for post in posts if external_id_of_post(post.id) not in self.pks]
        counts["known threads"] += is_known
        counts["known replies"] += len(posts) - len(new)
        return Fresh(topic, None if is_known else opening, new) if new or not is_known else None

    def _import(self, batch: list[Fresh]) -> None:
        wanted = [external_id for fresh in batch for external_id in fresh.external_ids]
        ids = [next(self.dry_ids) for _one in wanted] if self.wish.is_dry else reserve(Item, len(wanted))
        self.pks.update(zip(wanted, ids, strict=True))
        grown = [self.pks[external_id_of_topic(fresh.topic.id)] for fresh in batch if not fresh.opening]
        if self.wish.is_dry:
            self._plan(batch, Item.objects.in_bulk(grown))
        elif grown:
            # The lock, because somebody may be replying to these threads at this moment.
            with transaction.atomic():
                write(self._plan(batch, Item.objects.select_for_update(no_key=True, of=("self",)).in_bulk(grown)))
        else:
            # Outside the transaction: the words take seconds, and SQLite lets one writer in at a time.
            write(self._plan(batch, {}))

    def _plan(self, batch: list[Fresh], threads: dict[int, Item]) -> Rows:
        rows = Rows()
        for fresh in batch:
            known = threads.get(self.pks[external_id_of_topic(fresh.topic.id)])
            if fresh.opening or known:
                self.planner.plan(fresh, known, rows)
            if fresh.opening:
                self.known[fresh.topic.id] = {"topic": fresh.topic.id, "opening": fresh.opening.id}
        return rows


def _counted(topics: Iterator[ArchivedTopic], progress: "tqdm[Any]") -> Iterator[ArchivedTopic]:
    for topic in topics:
        yield topic
        progress.update(1)
