"""Writing ideas that are not here yet, many at once: nobody is told, no limit is counted."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from community.conversations.models import Reply
from community.conversations.post import path_of
from community.feedback.models import Event, Item, Label, Vote
from community.feedback.places import Place
from community.lib.markdown import RENDERER_VERSION
from community.members.models import Member, Site
from community.members.post_counts import add_to_post_counts
from community.search import write as search
from roadmap.ideas.heat import heat_of
from roadmap.ideas.models import Idea
from roadmap.imports.brought import external_id
from roadmap.imports.models import VERB
from roadmap.imports.plan import Below, Planned, Planner, Words
from roadmap.stages.models import Move


@dataclass(slots=True)
class Rows:
    """What one transaction writes."""

    items: list[Item] = field(default_factory=list)
    ideas: list[Idea] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    votes: list[Vote] = field(default_factory=list)
    labels: list[tuple[int, Label]] = field(default_factory=list)  # of items; some have no row yet
    events: list[Event] = field(default_factory=list)
    posted: Counter[int] = field(default_factory=Counter)  # member → items
    places: set[int] = field(default_factory=set)


@transaction.atomic
def write(rows: Rows) -> None:
    Item.objects.bulk_create(rows.items, batch_size=500)
    Idea.objects.bulk_create(rows.ideas, batch_size=500)
    Reply.objects.bulk_create(rows.replies, batch_size=500)
    Move.objects.bulk_create(rows.moves, batch_size=500)
    Vote.objects.bulk_create(rows.votes, batch_size=1_000, ignore_conflicts=True)
    through = Item.labels.through
    _make_labels(rows)
    through.objects.bulk_create(through(item_id=pk, label_id=label.pk) for pk, label in rows.labels)
    Event.objects.bulk_create(rows.events, batch_size=500)
    add_to_post_counts(rows.posted)
    search.index([item.pk for item in rows.items])
    touch(rows.places)


def _make_labels(rows: Rows) -> None:
    """Those that are needed for the first time; the event of the idea tells, so that undoing it takes them along."""
    made: dict[int, list[int]] = defaultdict(list)
    for pk, label in rows.labels:
        made[pk] += make_labels([label])
    for event in rows.events:
        if made[event.item_id]:
            event.detail["made_labels"] = made[event.item_id]


def make_labels(labels: list[Label]) -> list[int]:
    """Write those that have no row; their ids."""
    new = [label for label in labels if label.pk is None]
    for label in new:
        label.save()
    return [label.pk for label in new]


def touch(places: set[int]) -> None:
    """Pages kept for guests show what they showed no longer."""
    Place.objects.filter(pk__in=places).update(changes=F("changes") + 1)
    Site.touch()


@dataclass(slots=True)
class Maker:
    """Makes the rows of ideas that are not here; `ids` are free ones."""

    source: str
    planner: Planner
    ids: Iterator[int]
    run: int = 0  # the Import, where there is one

    def make(self, planned: Planned, rows: Rows) -> None:
        brought = planned.brought
        words = self.planner.words(brought.text, is_markdown=brought.is_markdown)
        item = self._item(Idea.KIND, external_id(brought.key), planned.author, planned.created_at, words)
        item.title = self.planner.title(brought, words)
        item.path = Idea.path_for(item.pk, item.title)
        item.stage, item.place, item.visibility = planned.stage.slug, planned.place, planned.visibility
        item.vote_count, item.imported_votes = planned.apart + len(planned.votes), planned.apart
        self._add(item, rows)
        replies = [self.reply(item, below, planned, rows) for below in planned.below()]
        answer = next((reply for reply in replies if reply.is_official), None)
        moved_at = self._move(planned, item, answer, rows)
        heat = heat_of(item.vote_count, item.created_at, planned.stage.is_ended)
        rows.ideas.append(
            Idea(item=item, stage=planned.stage, heat=heat, moved_at=moved_at, answered_at=planned.answered_at)
        )
        rows.votes += votes_of(item.pk, planned)
        rows.labels += [(item.pk, label) for label in planned.labels]
        rows.events.append(Event(item=item, verb=VERB, detail=self.detail(planned)))
        rows.places.add(item.place_id or 0)

    def detail(self, planned: Planned) -> dict[str, Any]:
        """For later imports and for undoing this one."""
        return {"digest": planned.digest} | ({"run": self.run} if self.run else {})

    def _item(self, kind: str, external: str, author: Member | None, at: datetime, words: Words) -> Item:
        return Item(
            pk=next(self.ids), kind=kind, language=self.planner.setting.language, author=author, source=self.source,
            external_id=external, created_at=at, active_at=at, active_by=author, renderer=RENDERER_VERSION,
            body=words.body, html=words.html,
        )  # fmt: skip

    def _add(self, item: Item, rows: Rows) -> None:
        rows.items.append(item)
        if item.author_id:
            rows.posted[item.author_id] += 1

    def reply(self, about: Item, below: Below, planned: Planned, rows: Rows) -> Reply:
        """The next reply below an idea, whose counts are raised."""
        words = self.planner.words(below.text, is_markdown=planned.brought.is_markdown)
        item = self._item(Reply.KIND, below.external_id, below.author, below.at, words)
        about.reply_serial += 1
        about.reply_count += 1
        item.place, item.visibility, item.path = about.place, about.visibility, path_of(about, about.reply_serial)
        if below.at >= about.active_at:
            about.active_at, about.active_by = below.at, below.author
        self._add(item, rows)
        found = Reply(item=item, about=about, number=about.reply_serial, is_official=below.is_official)
        rows.replies.append(found)
        return found

    def _move(self, planned: Planned, item: Item, answer: Reply | None, rows: Rows) -> datetime:
        """Its way to where it stands, in its public history; when that was."""
        first = self.planner.setting.statuses.first
        if planned.stage == first:
            return planned.created_at
        at = planned.moved_at
        rows.moves.append(Move(item=item, before=first, stage=planned.stage, answer=answer, by=planned.answerer, at=at))
        return at


def votes_of(pk: int, planned: Planned) -> list[Vote]:
    """Votes of members, none before the idea."""
    created_at, now = planned.created_at, timezone.now()
    return [
        Vote(item_id=pk, member_id=member, created_at=min(max(at or created_at, created_at), now))
        for member, at in planned.votes.items()
    ]
