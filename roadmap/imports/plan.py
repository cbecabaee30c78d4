"""What an idea of a file should be here: its rows, and a digest that changes when any of them would."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from community.feedback.models import Label, Visibility
from community.feedback.places import Audience, Place
from community.lib import markdown
from community.lib.brought_words import cleaned, rendered
from community.lib.made_titles import made_title
from community.lib.plain_text import excerpt
from community.members.models import Member
from community.search.write import plain
from roadmap.imports import cells
from roadmap.imports.brought import Brought, Said, Voter, external_id_of_answer, external_id_of_reply
from roadmap.imports.report import Report
from roadmap.imports.setting import Setting
from roadmap.stages.models import Stage

LONGEST_TITLE = 200
_EVERYBODY = ("", "public", "everyone", "false", "no", "0")
_PRIVATE = ("company", "private", "true", "yes", "1")  # author, company and staff


@dataclass(frozen=True, slots=True)
class Words:
    body: str
    html: str


@dataclass(frozen=True, slots=True)
class Below:
    """What stands below an idea: the answer of staff, or a reply."""

    at: datetime
    external_id: str
    text: str
    author: Member | None
    is_official: bool = False


@dataclass(slots=True)
class Planned:
    """An idea of the file with what stands for it here."""

    brought: Brought
    stage: Stage
    place: Place | None
    labels: list[Label]
    author: Member | None
    answerer: Member | None
    votes: dict[int, datetime | None]  # member → when
    apart: int  # votes of people we do not know
    says_who: bool  # voted; else only how many
    replies: list[tuple[Said, Member | None]]
    visibility: str = Visibility.PUBLIC
    digest: str = ""
    created_at: datetime = field(default_factory=timezone.now)
    answered_at: datetime | None = None
    moved_at: datetime = field(default_factory=timezone.now)  # to where it stands, unless it has not moved

    def below(self) -> list[Below]:
        """Oldest first; nothing is older than the idea, or yet to come."""
        found = [
            Below(self._at(said.at), external_id_of_reply(said.key), said.text, author) for said, author in self.replies
        ]
        if self.answered_at:
            external = external_id_of_answer(self.brought.key)
            found.append(Below(self.answered_at, external, self.brought.answer, self.answerer, is_official=True))
        return sorted(found, key=lambda one: (one.at, one.external_id))

    def _at(self, said: str) -> datetime:
        return min(max(_moment(said) or self.created_at, self.created_at), timezone.now())


@dataclass(slots=True)
class Planner:
    setting: Setting
    report: Report

    def planned(
        self, brought: Brought, voters: Sequence[Voter], replies: Sequence[Said], members: dict[str, Member]
    ) -> Planned:
        votes: dict[int, datetime | None] = {}
        for voter in voters:
            member = members.get(voter.email)
            if member and member.pk not in votes:
                votes[member.pk] = _moment(voter.at)
        created_at = self._not_after_now(brought, brought.created) or timezone.now()
        moved_at = max(self._not_after_now(brought, brought.answered) or created_at, created_at)
        found = Planned(
            brought=brought, stage=self._stage(brought), place=self._place(brought),
            labels=self.setting.labels.of(brought.labels), author=members.get(brought.author),
            answerer=members.get(brought.answerer), votes=votes,
            apart=max(brought.votes, len(voters)) - len(votes), says_who=bool(voters) or not brought.votes,
            replies=[(said, members.get(said.author)) for said in replies], created_at=created_at,
            answered_at=moved_at if brought.answer else None, moved_at=moved_at,
        )  # fmt: skip
        found.visibility = _visibility(found, self.setting.areas.of(brought.area))
        found.digest = _digest(found)
        return found

    def _stage(self, brought: Brought) -> Stage:
        statuses = self.setting.statuses
        if brought.duplicate_of:
            return statuses.merged
        stage = statuses.of(brought.status)
        if stage is None:
            self.report.warn(brought.line, "status", brought.status)
        return stage or statuses.first

    def _place(self, brought: Brought) -> Place | None:
        place = self.setting.areas.of(brought.area)
        if place is None and brought.area:
            self.report.warn(brought.line, "area", brought.area)
        return place or self.setting.areas.default

    def _not_after_now(self, brought: Brought, said: str) -> datetime | None:
        at, now = _moment(said), timezone.now()
        if at and at > now:
            self.report.warn(brought.line, "future", said)
        return min(at, now) if at else None

    def words(self, text: str, *, is_markdown: bool = False) -> Words:
        """As they are stored and shown here; nothing is refused."""
        clean, is_cleaned = cleaned(cells.to_markdown(text, is_markdown=is_markdown))
        body, html, way = rendered(clean.strip("\n"), lambda words: markdown.render(words).html)
        self.report.counts["cleaned"] += is_cleaned
        if way:
            self.report.counts[way] += 1
        return Words(body, html)

    def title(self, brought: Brought, words: Words) -> str:
        clean = " ".join(cleaned(brought.title)[0].split())
        if not clean:
            self.report.warn(brought.line, "no title")
            clean = made_title(plain(words.html)) or excerpt(plain(words.html), LONGEST_TITLE) or brought.key
        self.report.counts["titles cut"] += len(clean) > LONGEST_TITLE
        return excerpt(markdown.check_text(clean), LONGEST_TITLE)


def _visibility(planned: Planned, named: Place | None) -> str:
    """Never more readers than over there: what is not understood is for staff, and so is what an area restricted there
    unless the file names one of ours that restricts it too.
    """
    said = planned.brought.readers.casefold()
    if said in _EVERYBODY:
        return Visibility.PUBLIC
    if said == Visibility.MEMBERS:
        return Visibility.MEMBERS
    if said in _PRIVATE and planned.author:
        return Visibility.COMPANY
    is_in_its_area = named is not None and named.audience in (Audience.GROUP, Audience.STAFF)
    return Visibility.PUBLIC if said == Visibility.GROUP and is_in_its_area else Visibility.STAFF


def _moment(said: str) -> datetime | None:
    return datetime.fromisoformat(said) if said else None


def _digest(planned: Planned) -> str:
    """Of all that is written, members and stages as they are found now."""
    brought = planned.brought
    told: list[Any] = [
        brought.title, brought.text, brought.is_markdown, planned.stage.slug, planned.place and planned.place.pk,
        sorted(label.slug for label in planned.labels), planned.author and planned.author.pk, brought.created,
        sorted(planned.votes), planned.apart, brought.answer, brought.answered, brought.duplicate_of,
        planned.answerer and planned.answerer.pk, planned.visibility,
        [(said.key, said.text, said.at, author and author.pk) for said, author in planned.replies],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode(errors="surrogatepass")).hexdigest()[:32]
