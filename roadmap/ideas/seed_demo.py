"""The ideas of the demo: what demo/ tells as rows, the same every time but for the date."""

import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
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
from community.feedback.models import Event, Item, Label, Vote
from community.feedback.places import Place
from community.lib import markdown
from community.lib.row_ids import reserve
from community.members.models import Member
from roadmap.ideas.heat import heat_of
from roadmap.ideas.models import AREA, Idea, Importance, OnBehalf
from roadmap.stages.models import Kind, Move, Reason, Stage

STORY = settings.BASE_DIR / "demo"
FIRST_LANGUAGE = "en"
SAID_WHY = 6  # of so many voters one says how much it matters
TAKEN_DOWN = 29  # one vote in so many


@transaction.atomic
def seed_ideas(story: Path = STORY, now: datetime | None = None) -> dict[str, int]:
    """Write the ideas of the demo, whose members are there, and answer how much of each there is."""
    seeder = _Seeder(now or timezone.now(), _areas(story))
    for file in sorted((story / "ideas").glob("*.toml")):
        for told in tomllib.loads(file.read_text("utf-8"))["idea"]:
            seeder.add(told, language=file.stem)
    write(seeder.rows)
    Idea.objects.bulk_create(seeder.ideas)
    Move.objects.bulk_create(seeder.moves)
    votes = Vote.objects.filter(item__in=[idea.pk for idea in seeder.ideas]).order_by("pk")
    _take_down(list(votes.select_related("item", "member__company")[::TAKEN_DOWN]), by=seeder.members["sam"])
    levels = Importance.Level.values
    Importance.objects.bulk_create(
        Importance(vote=vote, level=levels[at % len(levels)], at=vote.created_at)
        for at, vote in enumerate(votes.filter(is_own=True)[::SAID_WHY])
    )
    seeder.let_people_join()
    return {"ideas": len(seeder.ideas)}


def _take_down(votes: list[Vote], *, by: Member) -> None:
    """Some of the votes are what staff heard, and every third of these is that of a company."""
    sources, known = OnBehalf.Source.values, set[tuple[int, int]]()
    heard: list[OnBehalf] = []
    for at, vote in enumerate(votes):
        if vote.member is None or vote.member_id == vote.item.author_id:
            continue
        company = vote.member.company
        if at % 3 == 0 and company and (vote.item_id, company.pk) not in known:
            known.add((vote.item_id, company.pk))
            vote.member, vote.company = None, company
        vote.is_own = False
        heard.append(OnBehalf(vote=vote, source=sources[at % len(sources)], reference=f"#{4100 + 17 * at}", by=by))
    Vote.objects.bulk_update(votes, ["member", "company", "is_own"])
    OnBehalf.objects.bulk_create(heard)


def _areas(story: Path) -> dict[str, Place]:
    areas = {}
    for order, one in enumerate(tomllib.loads((story / "areas.toml").read_text("utf-8"))["area"]):
        names, descriptions = one["names"], one["descriptions"]
        areas[one["slug"]] = Place.objects.create(
            kind=AREA, slug=one["slug"], name=names[FIRST_LANGUAGE], description=descriptions[FIRST_LANGUAGE],
            icon=one["icon"], colour=one["colour"], order=order,
            translations={
                code: {"name": names[code], "description": descriptions[code]}
                for code in names
                if code != FIRST_LANGUAGE
            },
        )  # fmt: skip
    return areas


@dataclass
class _Seeder:
    now: datetime
    areas: dict[str, Place]
    rows: Rows = field(default_factory=Rows)
    ideas: list[Idea] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = Random(5)  # noqa: S311 - the same story every time
        self.members = {one.handle: one for one in Member.objects.all()}
        self.labels = {one.slug: one for one in Label.objects.all()}
        self.stages = {one.kind: one for one in Stage.objects.all()}
        self.reasons = {one.slug: one for one in Reason.objects.all()}
        self.first_post: dict[int, datetime] = {}

    def add(self, told: dict[str, Any], *, language: str) -> None:
        answers = [one for one in told["moves"] if one.get("answer")]
        said = sorted(told["replies"] + answers, key=lambda one: -one["days_ago"])
        pk, *reply_pks = reserve(Item, 1 + len(said))
        at = self._ago(told["days_ago"])
        stage = self.stages[told["stage"]]
        item = self._item(pk, Idea.KIND, self.members[told["author"]], told["body"], at, language)
        item.title, item.place, item.stage = told["title"], self.areas[told["area"]], stage.slug
        item.path = Idea.path_for(pk, item.title)
        item.reply_serial = item.reply_count = len(said)
        item.vote_count = self._vote(item, told["votes"])
        replies = {id(one): self._reply(reply_pk, at, one, item) for reply_pk, (at, one) in
                   zip(reply_pks, enumerate(said, 1), strict=True)}  # fmt: skip
        self.rows.labels += [(pk, self.labels[slug]) for slug in told["labels"]]
        self.rows.places.add(item.place.pk)
        moved_at, answered_at = self._move(item, told["moves"], replies)
        heat = heat_of(item.vote_count, item.created_at, stage.is_ended)
        self.ideas.append(Idea(item=item, stage=stage, heat=heat, moved_at=moved_at or at, answered_at=answered_at))

    def _move(
        self, item: Item, told: list[dict[str, Any]], replies: dict[int, Reply]
    ) -> tuple[datetime | None, datetime | None]:
        """When it moved last, and when it was answered first."""
        before, moved_at, answered = self.stages[Kind.NEW], None, []
        for one in told:
            moved_at, stage, answer = self._ago(one["days_ago"]), self.stages[one["stage"]], replies.get(id(one))
            self.moves.append(
                Move(
                    item=item, before=before, stage=stage, answer=answer, is_told=True, by=self.members[one["by"]],
                    at=moved_at, reason=self.reasons[one["reason"]] if "reason" in one else None,
                )
            )  # fmt: skip
            before = stage
            answered += [moved_at] if answer else []
        return moved_at, answered[0] if answered else None

    def _reply(self, pk: int, number: int, told: dict[str, Any], about: Item) -> Reply:
        """What a customer said, or the answer of staff that came with a move."""
        is_official = "stage" in told
        author = self.members[told["by" if is_official else "author"]]
        body = told["answer" if is_official else "body"]
        at = self._ago(told["days_ago"]) + timedelta(seconds=number)
        item = self._item(pk, Reply.KIND, author, body, at, about.language)
        item.path, item.place = path_of(about, number), about.place
        about.active_at, about.active_by = at, author
        reply = Reply(item=item, about=about, number=number, is_official=is_official)
        self.rows.replies.append(reply)
        return reply

    def _item(self, pk: int, kind: str, author: Member, body: str, at: datetime, language: str) -> Item:
        rendered = markdown.render(body.strip("\n"), known_handles=lambda named: named & self.members.keys())
        item = Item(
            pk=pk, kind=kind, author=author, language=language, created_at=at, active_at=at, active_by=author,
            renderer=markdown.RENDERER_VERSION, body=markdown.check_text(body.strip("\n")), html=rendered.html,
        )  # fmt: skip
        self.first_post[author.pk] = min(at, self.first_post.get(author.pk, at))
        self.rows.add(item)
        self.rows.events.append(Event(item_id=pk, verb="posted", by=author, at=at, detail={}))
        return item

    def _vote(self, item: Item, wish: int) -> int:
        """By whoever suggested it, and by so many customers, most of them soon."""
        others = [one for one in self.members.values() if not one.is_staff and one != item.author]
        voters = [item.author, *self.chance.sample(others, min(wish - 1, len(others)))] if wish else []
        seconds = (self.now - item.created_at).total_seconds()
        self.rows.votes += [
            Vote(
                item=item,
                member=one,
                created_at=item.created_at + timedelta(seconds=seconds * self.chance.random() ** 3),
            )
            for one in voters
        ]
        return len(voters)

    def _ago(self, days: int) -> datetime:
        return self.now - timedelta(days=days, minutes=days * 37 % 600)

    def let_people_join(self) -> None:
        """Before they wrote anything."""
        early = [one for one in self.members.values() if one.joined_at >= self.first_post.get(one.pk, self.now)]
        for member in early:
            member.joined_at = self.first_post[member.pk] - timedelta(days=self.chance.uniform(3, 300))
        Member.objects.bulk_update(early, ["joined_at"])


further.fill("ideas", seed_ideas)
