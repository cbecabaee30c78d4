"""A board of any size for the benchmark, over the members that `seed_load` made: nothing in it is true."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from django.db.models import F
from django.utils import timezone

from community.conversations.models import Reply
from community.conversations.post import path_of
from community.discussions.seed_load import ITEM, bodies
from community.feedback.models import Item, Vote
from community.feedback.places import Place
from community.lib import markdown
from community.lib.avatars import COLOURS
from community.lib.bulk_rows import analyse, counted, insert, stamp
from community.lib.progress import bar
from community.lib.row_ids import reserve
from community.members.models import Member, Site
from roadmap.features.models import Confidence, Feature, Horizon, Part, Precision
from roadmap.ideas.heat import heat_of
from roadmap.ideas.models import AREA, Idea
from roadmap.stages.models import Kind, Move, Stage

YEARS = timedelta(days=730)
AREAS = 8
DISCUSSED, REPLIES = 50, 20  # ideas that have so many replies
GATHERED = 5  # ideas of a feature
# Of a hundred ideas and of ten features, how many stand at a stage of each kind.
IDEAS_AT = {Kind.NEW: 60, Kind.CONSIDERING: 14, Kind.PLANNED: 8, Kind.BUILDING: 4, Kind.SHIPPED: 8, Kind.DECLINED: 6}
FEATURES_AT = {Kind.CONSIDERING: 3, Kind.PLANNED: 3, Kind.BUILDING: 2, Kind.SHIPPED: 2}


@dataclass(frozen=True, slots=True)
class Wishes:
    ideas: int
    votes: int
    features: int
    seed: int = 1
    shows_bar: bool = False


def seed_ideas(wishes: Wishes) -> dict[str, int]:
    """Add so many rows to what is there; answers what was made."""
    return _Load(wishes).run()


class _Load:
    def __init__(self, wishes: Wishes) -> None:
        self.wishes = wishes
        self.chance = Random(wishes.seed)  # noqa: S311 - no secrets here
        self.end = timezone.now()
        self.bodies = bodies(self.chance)
        self.stages = {stage.kind: stage for stage in Stage.objects.order_by("-order", "-pk")}
        self.members = list(Member.objects.filter(handle__startswith="person-").values_list("pk", flat=True))
        self.areas = [_area(number) for number in range(AREAS)]

    def run(self) -> dict[str, int]:
        self.idea_ids = reserve(Item, self.wishes.ideas)
        self.at = self._stages_of(IDEAS_AT, self.wishes.ideas)
        self.votes = self._votes()
        self.begun = [self.end - YEARS * self.chance.random() for _idea in self.idea_ids]
        self.authors = [self.chance.choice(self.members) for _idea in self.idea_ids]
        with bar(self.wishes.ideas, "ideas", is_forced=self.wishes.shows_bar) as progress:
            insert(Item, ITEM, counted(self._items(), progress))
        columns = ("item_id", "stage_id", "heat", "moved_at", "answered_at", "is_weighed", "is_compared")
        insert(Idea, columns, self._ideas())
        insert(Move, ("item_id", "before_id", "stage_id", "is_told", "note", "at"), self._moves())
        with bar(sum(self.votes), "votes", is_forced=self.wishes.shows_bar) as progress:
            insert(Vote, ("item_id", "member_id", "created_at"), counted(self._ballots(), progress))
        self._write_replies()
        self._write_features()
        Site.touch()
        analyse()
        return {"ideas": self.wishes.ideas, "votes": sum(self.votes), "features": self.wishes.features}

    def _stages_of(self, shares: dict[Kind, int], count: int) -> list[Stage]:
        kinds = self.chance.choices(list(shares), list(shares.values()), k=count)
        return [self.stages[kind] for kind in kinds]

    def _votes(self) -> list[int]:
        """Of each idea: most have few, some have many, together about as many as were asked for."""
        weights = [min(self.chance.paretovariate(1.2), 100.0) for _idea in self.idea_ids]
        each = self.wishes.votes / sum(weights)
        return [min(round(weight * each), len(self.members)) for weight in weights]

    def _row(self, pk: int, kind: str, title: str, path: str, at: datetime, **said: Any) -> tuple[Any, ...]:
        code, body, html = self.chance.choice(self.bodies)
        row: dict[str, Any] = dict.fromkeys(ITEM, 0) | {
            "id": pk, "kind": kind, "title": title, "path": path, "language": code, "visibility": "public",
            "state": "visible", "stage": "", "source": "web", "created_at": self._moment(at),
            "active_at": self._moment(at), "author_id": None, "active_by_id": None, "place_id": None,
            "renderer": markdown.RENDERER_VERSION, "body": body, "html": html,
        }  # fmt: skip
        return tuple((row | said)[column] for column in ITEM)

    def _moment(self, at: datetime) -> str:
        return stamp(at.astimezone(UTC))

    def _items(self) -> Iterator[tuple[Any, ...]]:
        for index, pk in enumerate(self.idea_ids):
            title = f"Something that would help {index + 1}"
            yield self._row(
                pk, Idea.KIND, title, Idea.path_for(pk, title), self.begun[index], author_id=self.authors[index],
                place_id=self.areas[index % AREAS].pk, stage=self.at[index].slug, vote_count=self.votes[index],
                view_count=self.votes[index] * 9,
            )  # fmt: skip

    def _ideas(self) -> Iterator[tuple[Any, ...]]:
        for index, pk in enumerate(self.idea_ids):
            stage, begun = self.at[index], self.begun[index]
            moved = begun + (self.end - begun) / 2
            heat = heat_of(self.votes[index], begun, stage.is_ended)
            is_new = stage.kind == Kind.NEW
            yield (
                pk, stage.pk, heat, self._moment(begun if is_new else moved), None if is_new else self._moment(moved),
                True, True,
            )  # fmt: skip

    def _moves(self) -> Iterator[tuple[Any, ...]]:
        first = self.stages[Kind.NEW]
        for pk, stage, begun in zip(self.idea_ids, self.at, self.begun, strict=True):
            if stage != first:
                yield pk, first.pk, stage.pk, False, "", self._moment(begun + (self.end - begun) / 2)

    def _ballots(self) -> Iterator[tuple[Any, ...]]:
        for pk, count, begun in zip(self.idea_ids, self.votes, self.begun, strict=True):
            at = self._moment(begun)
            for member in self.chance.sample(self.members, count):
                yield pk, member, at

    def _write_replies(self) -> None:
        discussed = self.idea_ids[:DISCUSSED]
        ids = iter(reserve(Item, len(discussed) * REPLIES))
        replies, places = [], []
        for index, idea in enumerate(discussed):
            about = Item(path=Idea.path_for(idea, f"Something that would help {index + 1}"))
            for number in range(1, REPLIES + 1):
                pk, author = next(ids), self.chance.choice(self.members)
                path, place = path_of(about, number), self.areas[index % AREAS].pk
                replies.append(self._row(pk, Reply.KIND, "", path, self.end, author_id=author, place_id=place))
                places.append((pk, idea, number, False))
        insert(Item, ITEM, replies)
        insert(Reply, ("item_id", "about_id", "number", "is_official"), places)
        Item.objects.filter(pk__in=discussed).update(reply_count=REPLIES, reply_serial=REPLIES)

    def _write_features(self) -> None:
        count = self.wishes.features
        ids = reserve(Item, count) if count else []
        stages = self._stages_of(FEATURES_AT, count)
        items, features = [], []
        for index, pk in enumerate(ids):
            title = f"What we mean to build {index + 1}"
            items.append(self._row(
                pk, Feature.KIND, title, Feature.path_for(pk, title), self.end, stage=stages[index].slug,
                place_id=self.areas[index % AREAS].pk,
            ))  # fmt: skip
            features.append((
                pk, stages[index].pk, "Because many asked.", 40, "", index, self._moment(self.end), Precision.HORIZON,
                list(Horizon)[index % 3], Confidence.MEDIUM,
            ))  # fmt: skip
        insert(Item, ITEM, items)
        columns = ("item_id", "stage_id", "why", "progress", "notes", "rank", "moved_at", "precision", "horizon",
                   "confidence")  # fmt: skip
        insert(Feature, columns, features)
        gathered = ((pk, idea) for pk in ids for idea in self.chance.sample(self.idea_ids, GATHERED))
        now = self._moment(self.end)
        insert(Part, ("feature_id", "idea_id", "at"), ((pk, idea, now) for pk, idea in gathered))
        Place.objects.filter(pk__in=[one.pk for one in self.areas]).update(changes=F("changes") + 1)


def _area(number: int) -> Place:
    colour = COLOURS[number % len(COLOURS)]
    return Place.objects.get_or_create(
        kind=AREA, slug=f"load-area-{number}", defaults={"name": f"Area {number}", "order": number, "colour": colour}
    )[0]
