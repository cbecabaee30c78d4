"""The roadmap of the demo: what demo/features.toml tells as rows, when members and ideas are there."""

import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from community.conversations.models import Reply
from community.conversations.post import path_of
from community.discussions.bulk import Rows, write
from community.discussions.seed_demo import further
from community.feedback.models import Event, Item, Link
from community.feedback.places import Place
from community.lib import markdown
from community.lib.row_ids import reserve
from community.members.models import Member
from community.notifications.models import Follow, Level
from roadmap.features.models import Feature, Fit, Part, Promise, end_of_quarter, quarter_of
from roadmap.ideas.models import AREA, Idea
from roadmap.stages.models import Move, Stage

STORY = settings.BASE_DIR / "demo"


@transaction.atomic
def seed_features(story: Path = STORY, now: datetime | None = None) -> dict[str, int]:
    """Write the features of the demo and answer how many there are."""
    seeder = _Seeder(now or timezone.now(), _ideas(story))
    told = tomllib.loads((story / "features.toml").read_text("utf-8"))["feature"]
    for rank, one in enumerate(reversed(told), 1):
        seeder.add(one, rank)
    write(seeder.rows)
    written: list[tuple[Any, list[Any]]] = [
        (Feature, seeder.features), (Move, seeder.moves), (Promise, seeder.promises), (Part, seeder.parts),
        (Link, seeder.links), (Follow, seeder.follows), (Fit, seeder.fits),
    ]  # fmt: skip
    for model, rows in written:
        model.objects.bulk_create(rows)
    return {"features": len(seeder.features)}


def _ideas(story: Path) -> dict[str, Idea]:
    """By the keys that the files give them: their titles are each its own."""
    told = [one for file in (story / "ideas").glob("*.toml") for one in tomllib.loads(file.read_text("utf-8"))["idea"]]
    by_title = {idea.item.title: idea for idea in Idea.objects.select_related("item")}
    return {one["key"]: by_title[one["title"]] for one in told}


@dataclass
class _Seeder:
    now: datetime
    ideas: dict[str, Idea]
    rows: Rows = field(default_factory=Rows)
    features: list[Feature] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    follows: list[Follow] = field(default_factory=list)
    fits: list[Fit] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = Random(14)  # noqa: S311 - the same story every time
        self.members = {one.handle: one for one in Member.objects.all()}
        self.areas = {one.slug: one for one in Place.objects.filter(kind=AREA)}
        self.stages = {one.kind: one for one in Stage.objects.all()}

    def add(self, told: dict[str, Any], rank: int) -> None:
        answers = [one for one in told["moves"] if one.get("answer")]
        said = sorted(told["replies"] + answers, key=lambda one: -one["days_ago"])
        pk, *reply_pks = reserve(Item, 1 + len(said))
        at = self._ago(max([one["days_ago"] for one in told["moves"] + told["target_changes"]], default=20) + 2)
        stage, owner = self.stages[told["stage"]], self.members[told["owner"]]
        item = self._item(pk, Feature.KIND, None, told["what"], at, told["language"])
        item.title, item.place, item.stage = told["title"], self.areas[told["area"]], stage.slug
        item.path = Feature.path_for(pk, item.title)
        item.reply_serial = item.reply_count = len(said)
        replies = {
            id(one): self._reply(reply_pk, number, one, item)
            for reply_pk, (number, one) in zip(reply_pks, enumerate(said, 1), strict=True)
        }
        feature = Feature(
            item=item, stage=stage, why=told["why"].strip(), owner=owner, progress=told["progress"],
            notes=told["private_notes"].strip(), rank=rank, confidence=told["confidence"], moved_at=at,
        )  # fmt: skip
        self._target(feature, told["target_kind"], told["target"])
        self._move(feature, told["moves"], replies)
        self._promise(feature, told, owner, at)
        for key in told["ideas"]:
            self.parts.append(Part(feature=feature, idea=self.ideas[key], by=owner, at=at))
            self.links.append(Link(source_id=self.ideas[key].pk, target=item, kind=Link.Kind.PART_OF, by=owner, at=at))
        self._follow(feature, told["followers"])
        self.features.append(feature)
        self.rows.places.add(item.place.pk)

    def _target(self, row: Feature | Promise, kind: str, target: str) -> None:
        row.precision = kind
        if kind == "horizon":
            row.horizon = target
        else:
            row.due_on = self._day(kind, target)

    def _day(self, kind: str, target: str) -> date:
        today = timezone.localdate(self.now)
        if kind == "date":
            return today + timedelta(days=int(target))
        return end_of_quarter(today.year, quarter_of(today) + int(target))

    def _promise(self, feature: Feature, told: dict[str, Any], by: Member, at: datetime) -> None:
        """What was promised before, each until it was given up, and the present target."""
        reason, begins = "", at
        for one in sorted(told["target_changes"], key=lambda change: -change["days_ago"]):
            promise = Promise(feature=feature, confidence=one["confidence"], reason=reason, by=by, at=begins)
            self._target(promise, one["kind"], one["target"])
            self.promises.append(promise)
            reason, begins = one["reason"], self._ago(one["days_ago"])
        self.promises.append(
            Promise(
                feature=feature, precision=feature.precision, horizon=feature.horizon, due_on=feature.due_on,
                confidence=feature.confidence, reason=reason, by=by, at=begins,
            )
        )  # fmt: skip

    def _move(self, feature: Feature, told: list[dict[str, Any]], replies: dict[int, Reply]) -> None:
        before = self.stages["new"]
        for one in told:
            stage, at = self.stages[one["stage"]], self._ago(one["days_ago"])
            self.moves.append(
                Move(
                    item=feature.item, before=before, stage=stage, answer=replies.get(id(one)), is_told=True,
                    by=self.members[one["by"]], at=at,
                )
            )  # fmt: skip
            before, feature.moved_at = stage, at

    def _follow(self, feature: Feature, wish: int) -> None:
        customers = [one for one in self.members.values() if not one.is_staff]
        chosen = self.chance.sample(customers, min(wish, len(customers)))
        self.follows += [Follow(member=one, item=feature.item, level=Level.TRACKING, at=self.now) for one in chosen]
        if feature.stage.is_ended:
            self.fits += [
                Fit(feature=feature, member=one, solves=self.chance.random() < 0.8, at=self.now) for one in chosen[::2]
            ]

    def _reply(self, pk: int, number: int, told: dict[str, Any], about: Item) -> Reply:
        is_official = "stage" in told
        author = self.members[told["by" if is_official else "author"]]
        at = self._ago(told["days_ago"]) + timedelta(seconds=number)
        item = self._item(pk, Reply.KIND, author, told["answer" if is_official else "body"], at, about.language)
        item.path, item.place = path_of(about, number), about.place
        about.active_at, about.active_by = at, author
        reply = Reply(item=item, about=about, number=number, is_official=is_official)
        self.rows.replies.append(reply)
        return reply

    def _item(self, pk: int, kind: str, author: Member | None, body: str, at: datetime, language: str) -> Item:
        rendered = markdown.render(body.strip("\n"), known_handles=lambda named: named & self.members.keys())
        item = Item(
            pk=pk, kind=kind, author=author, language=language, created_at=at, active_at=at, active_by=author,
            renderer=markdown.RENDERER_VERSION, body=markdown.check_text(body.strip("\n")), html=rendered.html,
        )  # fmt: skip
        self.rows.add(item)
        self.rows.events.append(Event(item_id=pk, verb="posted", by=author, at=at, detail={}))
        return item

    def _ago(self, days: int) -> datetime:
        return self.now - timedelta(days=days, minutes=days * 37 % 600)


further.fill("features", seed_features)
