"""The demo community: the story in demo/ as rows of an empty database, the same every time but for the date."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from community.conversations.models import ReadMark, Reply
from community.conversations.post import path_of
from community.discussions.bulk import Rows, write
from community.discussions.models import Category, Pin, Solution, Thread
from community.discussions.seed_demo_hearing import report, tell_everybody
from community.feedback.models import Event, Item, Label, Visibility, Vote
from community.feedback.places import Audience, Place
from community.lib import markdown
from community.lib.row_ids import reserve
from community.lib.slots import Slot
from community.members.models import Company, Group, Member, Product, Site
from community.moderation.models import Flag
from community.search import rebuild

STORY = settings.BASE_DIR / "demo"
NAME = "Tidewick Community"
TAGLINE = "Ask, answer and shape Tidewick together"
PASSWORD = "hearback-demo"  # noqa: S105 - printed at the start of every demo
FIRST_LANGUAGE = "en"
# Filled by higher apps: each writes its part, when members and threads are there, and answers how much of what.
further: Slot[Callable[[], dict[str, int]]] = Slot("what else the demo tells")


class NotEmpty(Exception):
    """Somebody uses this database already."""


@transaction.atomic
def seed_demo(story: Path = STORY, now: datetime | None = None) -> dict[str, int]:
    """Write the demo and answer how much of each there is. Raises NotEmpty before it has touched anything."""
    if Member.objects.exists() or Item.objects.exists():
        raise NotEmpty
    now = now or timezone.now()
    companies = _companies(_tables(story / "companies.toml", "company"))
    members = _members(_tables(story / "members.toml", "member"), companies, now)
    places = _places(_tables(story / "categories.toml", "category"))
    labels = _labels(_tables(story / "labels.toml", "label"))
    seeder = _Seeder(members, places, labels, now)
    for file in sorted((story / "threads").glob("*.toml")):
        for told in _tables(file, "thread"):
            seeder.add(told, language=file.stem)
    write(seeder.rows)
    seeder.let_people_join()
    report(seeder.reports, seeder.held)
    tell_everybody(seeder.rows, now)
    async_task(rebuild.TASK)
    Site.objects.update_or_create(
        pk=1,
        defaults={
            "name": NAME, "tagline": TAGLINE, "is_demo": True, "set_up_at": now, "language": FIRST_LANGUAGE,
            "champion_solutions": 10, "languages": [code for code, _name in settings.LANGUAGES],
        },
    )  # fmt: skip
    return {
        "members": len(members),
        "companies": len(companies),
        "categories": len(places),
        "labels": len(labels),
        "threads": len(seeder.rows.threads),
        "replies": len(seeder.rows.replies),
        "votes": len(seeder.rows.votes),
    }


def _tables(file: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))[name]
    return found


def _companies(told: list[dict[str, Any]]) -> dict[str, Company]:
    products = {name: Product(name=name) for one in told for name in one["products"]}
    Product.objects.bulk_create(products.values())
    companies = {}
    for one in told:
        company = Company.objects.create(
            name=one["name"],
            plan=one["plan"],
            monthly_revenue=one["monthly_revenue"],
            attributes=one["attributes"],
        )
        company.products.set(products[name] for name in one["products"])
        companies[one["name"]] = company
    return companies


def _members(told: list[dict[str, Any]], companies: dict[str, Company], now: datetime) -> dict[str, Member]:
    secret = make_password(PASSWORD)  # once: hashing takes longer than everything else here
    members = {
        one["handle"]: Member(
            handle=one["handle"], name=one["name"], email=f"{one['handle']}@tidewick.example", role=one["role"],
            company=companies[one["company"]] if one["company"] else None, bio=one["bio"],
            language=one["language"], time_zone=one["time_zone"], joined_at=now, password=secret,
        )
        for one in told
    }  # fmt: skip
    Member.objects.bulk_create(members.values())
    EmailAddress.objects.bulk_create(
        EmailAddress(user=member, email=member.email, verified=True, primary=True) for member in members.values()
    )
    for name in sorted({group for one in told for group in one.get("groups", [])}):
        group = Group.objects.create(name=name)
        group.members.set(members[one["handle"]] for one in told if name in one.get("groups", []))
    return members


def _places(told: list[dict[str, Any]]) -> dict[str, Place]:
    groups = {group.name: group for group in Group.objects.all()}
    places: dict[str, Place] = {}
    for order, one in enumerate(told):
        names, descriptions = one["names"], one["descriptions"]
        places[one["slug"]] = Place.objects.create(
            kind=Category.KIND, slug=one["slug"], name=names[FIRST_LANGUAGE],
            description=descriptions[FIRST_LANGUAGE], icon=one["icon"], colour=one["colour"], order=order,
            parent=places[one["parent"]] if one["parent"] else None, audience=one["audience"],
            group=groups[one["group"]] if one["audience"] == Audience.GROUP else None,
            is_premoderated=one["premoderated"], posting=one["who_may_post"],
            translations={
                language: {"name": names[language], "description": descriptions.get(language, "")}
                for language in names
                if language != FIRST_LANGUAGE
            },
        )  # fmt: skip
        Category.objects.create(place=places[one["slug"]], default_kind=one["kind"])
    return places


def _labels(told: list[dict[str, Any]]) -> dict[str, Label]:
    labels = {
        one["slug"]: Label(
            slug=one["slug"],
            name=one["names"][FIRST_LANGUAGE],
            colour=one["colour"],
            translations={code: name for code, name in one["names"].items() if code != FIRST_LANGUAGE},
        )
        for one in told
    }
    Label.objects.bulk_create(labels.values())
    return labels


@dataclass
class _Seeder:
    members: dict[str, Member]
    places: dict[str, Place]
    labels: dict[str, Label]
    now: datetime

    def __post_init__(self) -> None:
        self.rows = Rows()
        self.chance = Random(20)  # noqa: S311 - the same story every time
        self.first_post: dict[str, datetime] = {}
        self.reports: list[Flag] = []
        self.held: dict[int, list[str]] = {}  # item → the signals that hold it

    def add(self, told: dict[str, Any], *, language: str) -> None:
        replies = told.get("reply", [])
        thread_pk, *reply_pks = reserve(Item, 1 + len(replies))
        at = self.now - timedelta(days=told["days_ago"])
        place = self.places[told["category"]]
        visibility = Visibility.PRIVATE if told.get("private") else Visibility.PUBLIC
        thread = self._item(thread_pk, Thread.KIND, told, at, place, visibility, language)
        thread.title, thread.view_count = told["title"], told["views"]
        thread.path = Thread.path_for(thread_pk, thread.title)
        thread.reply_serial = len(replies)
        thread.reply_count = sum("held" not in one for one in replies)
        self.rows.add(thread)
        self.rows.threads.append(Thread(item=thread, kind=told["kind"]))
        self.rows.labels += [(thread_pk, self.labels[slug]) for slug in told["labels"]]
        self.rows.places.add(place.pk)
        if told.get("pinned"):
            self.rows.pins.append(Pin(thread_id=thread_pk, by=thread.author, at=at))
        for number, (pk, answer) in enumerate(zip(reply_pks, replies, strict=True), 1):
            self._reply(pk, number, answer, thread, place, reply_pks)
        self._read(thread, place, {told["by"]: 0} | {one["by"]: number for number, one in enumerate(replies, 1)})

    def _reply(
        self, pk: int, number: int, told: dict[str, Any], thread: Item, place: Place, reply_pks: list[int]
    ) -> None:
        at = min(thread.created_at + timedelta(hours=told["hours_after"]), self.now)
        item = self._item(pk, Reply.KIND, told, at, place, thread.visibility, thread.language)
        item.path = path_of(thread, number)
        if told.get("held"):
            item.state, self.held[pk] = Item.State.HELD, told["held"]
        else:
            thread.active_at, thread.active_by = at, item.author
        self.rows.add(item)
        self.rows.replies.append(
            Reply(
                item=item, about=thread, number=number, is_official=told.get("official", False),
                in_reply_to_id=reply_pks[told["reply_to"] - 1] if told.get("reply_to") else None,
            )
        )  # fmt: skip
        self.reports += [
            Flag(
                item=item, by=self.members[one["by"]], reason=one["reason"], words=one["words"],
                at=min(at + timedelta(hours=one["hours_after"]), self.now),
            )
            for one in told.get("report", [])
        ]  # fmt: skip
        if told.get("solution"):
            solved_at = min(at + timedelta(minutes=self.chance.randint(5, 300)), self.now)
            self.rows.solutions.append(Solution(thread_id=thread.pk, reply_id=pk, by=thread.author, at=solved_at))
            self.rows.events.append(
                Event(item=thread, verb="solved", by=thread.author, at=solved_at, detail={"reply": pk})
            )

    def _item(
        self,
        pk: int,
        kind: str,
        told: dict[str, Any],
        at: datetime,
        place: Place,
        visibility: str,
        language: str,
    ) -> Item:
        author = self.members[told["by"]]
        body = told["body"].strip("\n")
        rendered = markdown.render(body, known_handles=lambda candidates: candidates & self.members.keys())
        others = [one for one in self._readers(place, visibility) if one != author]
        vote_count = self._vote(pk, told.get("votes", 0), at, others)
        item = Item(
            pk=pk, kind=kind, author=author, place=place, visibility=visibility, language=language, created_at=at,
            active_at=at, active_by=author, vote_count=vote_count, renderer=markdown.RENDERER_VERSION,
            body=markdown.check_text(body), html=rendered.html,
        )  # fmt: skip
        self.first_post[author.handle] = min(at, self.first_post.get(author.handle, at))
        verb = "held" if told.get("held") else "posted"
        self.rows.events.append(
            Event(item_id=pk, verb=verb, by=author, at=at, detail={"mentions": len(rendered.mentions)})
        )
        return item

    def _readers(self, place: Place, visibility: str) -> list[Member]:
        """Who could have seen it; of what is private these are staff, besides its author."""
        members = [one for one in self.members.values() if place.is_visible_to(one)]
        return [one for one in members if one.is_staff] if visibility == Visibility.PRIVATE else members

    def _vote(self, pk: int, wish: int, at: datetime, voters: list[Member]) -> int:
        """Votes by so many, at most by all of them, most of them soon."""
        voters = self.chance.sample(voters, min(wish, len(voters)))
        seconds = (self.now - at).total_seconds()
        self.rows.votes += [
            Vote(item_id=pk, member=one, created_at=at + timedelta(seconds=seconds * self.chance.random() ** 3))
            for one in voters
        ]
        return len(voters)

    def _read(self, thread: Item, place: Place, writers: dict[str, int]) -> None:
        """Who wrote has read to there at least, and every other one to the end; of the others some, or half-way."""
        for member in self._readers(place, thread.visibility):
            wrote = writers.get(member.handle)
            ends = [None, None, None, thread.reply_serial // 2] if wrote is None else [wrote]
            read_to = self.chance.choice([*ends, thread.reply_serial])
            if read_to is not None:
                self.rows.marks.append(ReadMark(member=member, item=thread, number=read_to, at=thread.active_at))

    def let_people_join(self) -> None:
        """Before they wrote anything, each at a time of their own."""
        for handle, member in self.members.items():
            days = self.chance.uniform(3, 500)
            member.joined_at = self.first_post.get(handle, self.now) - timedelta(days=days)
        Member.objects.bulk_update(self.members.values(), ["joined_at"])
