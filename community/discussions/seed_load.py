"""A community of any size for the benchmark: nothing in it is true, its proportions are."""

import tomllib
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.utils import timezone

from community.conversations.models import Reply
from community.conversations.post import path_of
from community.discussions.models import Category, Closure, Kind, Pin, Solution, Thread
from community.feedback.models import Item, Label
from community.feedback.places import Place
from community.lib import markdown
from community.lib.avatars import COLOURS
from community.lib.bulk_rows import analyse, counted, insert, stamp
from community.lib.progress import bar
from community.lib.row_ids import reserve
from community.members.models import Member, Site

YEARS = timedelta(days=730)
BODIES = 200
TYPICAL = 20  # replies of the typical thread
LONGEST_OTHER = 600  # replies of any thread but the big one
PLACES, LABELS = 12, 40
ITEM = (
    "id", "kind", "title", "path", "language", "author_id", "place_id", "visibility", "state", "stage", "source",
    "created_at", "active_at", "active_by_id", "vote_count", "imported_votes", "reply_count", "reply_serial",
    "view_count", "renderer", "body", "html",
)  # fmt: skip
MEMBER = (
    "id", "password", "handle", "name", "role", "bio", "picture", "language", "time_zone", "theme", "keys_on",
    "is_active", "joined_at", "post_count", "source",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Volume:
    members: int
    threads: int
    replies: int
    big_thread: int = 5_000
    seed: int = 1
    shows_bar: bool = False


def seed_load(volume: Volume) -> dict[str, Any]:
    """Add so many rows to what is there; answers what was made, with the threads worth measuring."""
    return _Load(volume).run()


class _Load:
    def __init__(self, volume: Volume) -> None:
        self.volume = volume
        self.chance = Random(volume.seed)  # noqa: S311 - no secrets here
        self.end = timezone.now()
        self.start = self.end - YEARS
        self.bodies = bodies(self.chance)
        self.titles = [thread["title"] for thread in _story("en")]

    def run(self) -> dict[str, Any]:
        volume = self.volume
        self.place_ids = [place.pk for place in _places()]
        self.label_ids = [label.pk for label in _labels()]
        self.member_ids = reserve(Member, volume.members)
        self.thread_ids = reserve(Item, volume.threads)
        self.sizes = sizes(volume.threads, volume.replies, volume.big_thread, self.chance)
        self._plan()
        self._write_members()
        self._write_threads()
        self._write_replies()
        self._write_decisions()
        Site.touch()
        analyse()
        typical = self.sizes.index(TYPICAL) if TYPICAL in self.sizes else 0
        return {
            "members": volume.members,
            "threads": volume.threads,
            "replies": volume.replies,
            "categories": [place.slug for place in _places()],
            "labels": [label.slug for label in _labels()],
            "big_thread": self._told(0),
            "typical_thread": self._told(typical),
        }

    def _told(self, index: int) -> dict[str, Any]:
        return {"id": self.thread_ids[index], "path": self.paths[index], "replies": self.sizes[index]}

    def _author(self) -> int:
        """A few write most of it."""
        return self.member_ids[int(len(self.member_ids) * self.chance.random() ** 3)]

    def _plan(self) -> None:
        """When and by whom everything is written. Replies come in the order of time, as they would: those of one
        thread lie far apart in the table."""
        chance = self.chance
        span = YEARS.total_seconds()
        # The big thread and the one after it begin early, so that there is time to answer.
        begins = [60.0, 3_600.0, *sorted(chance.random() ** 0.8 * span * 0.998 for _thread in self.sizes[2:])]
        self.begins = array("d", begins[: len(self.sizes)])
        planned = []
        for index, size in enumerate(self.sizes):
            left = span - self.begins[index]
            for _reply in range(size):
                pause = chance.random() * left if index == 0 else min(chance.expovariate(1 / 400_000), left)
                planned.append((self.begins[index] + pause, index))
        planned.sort()
        self.reply_ids = reserve(Item, len(planned)) if planned else []
        self.moments = array("d", (moment for moment, _index in planned))
        self.about = array("l", (index for _moment, index in planned))
        self.thread_authors = array("q", (self._author() for _thread in self.sizes))
        self.reply_authors = array("q", (self._author() for _reply in planned))
        self.posts = Counter(self.thread_authors) + Counter(self.reply_authors)
        self.latest = dict(zip(self.about, range(len(planned)), strict=True))  # thread → its last reply
        self.paths = [Thread.path_for(pk, self._title(index)) for index, pk in enumerate(self.thread_ids)]

    def _title(self, index: int) -> str:
        return f"{self.titles[index % len(self.titles)][:180]} ({index + 1})"

    def _at(self, seconds: float) -> str:
        return stamp((self.start + timedelta(seconds=seconds)).astimezone(UTC))

    def _write_members(self) -> None:
        rows = (
            (
                pk, "!load", f"person-{pk}", f"Person {pk}", "member", "", "", "en", "UTC", "system", True, True,
                self._at(-86_400.0 * self.chance.randint(1, 400)), self.posts[pk], "",
            )
            for pk in self.member_ids
        )  # fmt: skip
        with bar(len(self.member_ids), "members", is_forced=self.volume.shows_bar) as progress:
            insert(Member, MEMBER, counted(rows, progress))

    def _write_threads(self) -> None:
        with bar(len(self.thread_ids), "threads", is_forced=self.volume.shows_bar) as progress:
            insert(Item, ITEM, counted(self._threads(), progress))
        kinds = [Kind.QUESTION, Kind.QUESTION, Kind.QUESTION, Kind.DISCUSSION]
        insert(Thread, ("item_id", "kind"), ((pk, kinds[pk % 4].value) for pk in self.thread_ids))
        through = Item.labels.through
        insert(through, ("item_id", "label_id"), self._label_pairs())

    def _threads(self) -> Iterator[tuple[Any, ...]]:
        for index, pk in enumerate(self.thread_ids):
            last = self.latest.get(index)
            active = self.begins[index] if last is None else self.moments[last]
            active_by = self.thread_authors[index] if last is None else self.reply_authors[last]
            size, votes = self.sizes[index], self._votes(12)
            code, body, html = self.chance.choice(self.bodies)
            yield (
                pk, "thread", self._title(index), self.paths[index], code, self.thread_authors[index],
                self.place_ids[index % len(self.place_ids)], "public", "visible", "", "web",
                self._at(self.begins[index]), self._at(active), active_by, votes, votes, size, size,
                size * 30 + self.chance.randint(3, 400), markdown.RENDERER_VERSION, body, html,
            )  # fmt: skip

    def _label_pairs(self) -> Iterator[tuple[int, int]]:
        for pk in self.thread_ids:
            for label in self.chance.sample(self.label_ids, self.chance.choice((0, 1, 1, 2, 3))):
                yield pk, label

    def _write_replies(self) -> None:
        with bar(len(self.reply_ids) * 2, "replies", is_forced=self.volume.shows_bar) as progress:
            insert(Item, ITEM, counted(self._replies(), progress))
            columns = ("item_id", "about_id", "number", "in_reply_to_id", "is_official")
            insert(Reply, columns, counted(self._places_of_replies(), progress))

    def _replies(self) -> Iterator[tuple[Any, ...]]:
        given = Counter[int]()
        about = Item(path="")
        for place, pk in enumerate(self.reply_ids):
            index = self.about[place]
            given[index] += 1
            about.path = self.paths[index]
            at = self._at(self.moments[place])
            author, votes = self.reply_authors[place], self._votes(3)
            code, body, html = self.chance.choice(self.bodies)
            yield (
                pk, "reply", "", path_of(about, given[index]), code, author,
                self.place_ids[index % len(self.place_ids)], "public", "visible", "", "web", at, at, author,
                votes, votes, 0, 0, 0, markdown.RENDERER_VERSION, body, html,
            )  # fmt: skip

    def _places_of_replies(self) -> Iterator[tuple[Any, ...]]:
        given = Counter[int]()
        before: dict[int, int] = {}
        for place, pk in enumerate(self.reply_ids):
            index = self.about[place]
            given[index] += 1
            answered = before.get(index) if self.chance.random() < 0.3 else None
            before[index] = pk
            yield pk, self.thread_ids[index], given[index], answered, self.chance.random() < 0.1

    def _write_decisions(self) -> None:
        now = stamp(self.end)
        solved = [(self.thread_ids[i], now, self.reply_ids[last]) for i, last in self.latest.items() if i % 3 == 1]
        insert(Solution, ("thread_id", "at", "reply_id"), solved)
        insert(Closure, ("thread_id", "at", "is_lock"), ((pk, now, False) for pk in self.thread_ids[7::40]))
        insert(Pin, ("thread_id", "at", "is_everywhere"), ((pk, now, False) for pk in self.thread_ids[-3:]))

    def _votes(self, usual: int) -> int:
        """Most have none or few, some have many."""
        return min(int(usual * (self.chance.paretovariate(1.3) - 1)), 900)


def sizes(threads: int, replies: int, big: int, chance: Random) -> list[int]:
    """How many replies each thread has: the big one first, a typical one next, then few long and many short."""
    if not threads:
        return []
    big = min(big, replies)
    typical = min(TYPICAL, replies - big) if threads > 1 else 0
    others = max(threads - 2, 0)
    left = replies - big - typical
    if not others:
        return [big + left, typical][:threads]
    weights = [0.0 if chance.random() < 0.2 else min(chance.paretovariate(1.1), 400.0) for _thread in range(others)]
    total = sum(weights) or 1.0
    found = [min(int(left * weight / total), LONGEST_OTHER) for weight in weights]
    rest = left - sum(found)
    step = 0
    while rest > 0:  # what rounding and the limit left over, one by one
        found[step % others] += 1
        step += 1
        rest -= 1
    return [big, typical, *found]


def bodies(chance: Random) -> list[tuple[str, str, str]]:
    """Texts of about 500 to 900 characters, each in one of the demo's languages: language, Markdown, HTML."""
    paragraphs = {
        code: [
            part
            for thread in _story(code)
            for post in (thread, *thread.get("reply", []))
            for part in post["body"].strip().split("\n\n")
            if "```" not in part
        ]
        for code, _name in settings.LANGUAGES
    }
    found = []
    for number in range(BODIES):
        # Half of it English, and the same share of each of the others.
        code = "en" if number % 2 else list(paragraphs)[number // 2 % len(paragraphs)]
        wish, body = chance.randint(500, 900), chance.choice(paragraphs[code])
        while len(body) < wish - 100:
            body = f"{body}\n\n{chance.choice(paragraphs[code])}"
        found.append((code, body[:wish], markdown.render(body[:wish]).html))
    return found


def _story(language: str) -> list[dict[str, Any]]:
    file = settings.BASE_DIR / "demo" / "threads" / f"{language}.toml"
    found: list[dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))["thread"]
    return found


def _places() -> list[Place]:
    for number in range(1, PLACES + 1):
        place, is_new = Place.objects.get_or_create(
            kind=Category.KIND,
            slug=f"load-{number}",
            defaults={
                "name": f"Category {number}",
                "order": 1_000 + number,
                "colour": COLOURS[number % len(COLOURS)],
            },
        )
        if is_new:
            Category.objects.create(place=place)
    return list(Place.objects.filter(kind=Category.KIND, slug__startswith="load-").order_by("pk"))


def _labels() -> list[Label]:
    slugs = [f"load-{number}" for number in range(1, LABELS + 1)]
    Label.objects.bulk_create(
        [Label(slug=slug, name=slug.replace("load-", "Label "), colour=COLOURS[len(slug) % 12]) for slug in slugs],
        ignore_conflicts=True,
    )
    return list(Label.objects.filter(slug__in=slugs).order_by("pk"))
