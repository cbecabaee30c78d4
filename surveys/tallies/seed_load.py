"""A survey with any number of answers, for the benchmark: nothing in it is true."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from community.discussions.seed_load import ITEM, bodies
from community.feedback.models import Item
from community.lib import markdown
from community.lib.bulk_rows import analyse, counted, insert, stamp
from community.lib.progress import bar
from community.lib.row_ids import reserve
from community.members.models import Company, Member, Site
from community.members.roles import STAFF
from surveys.campaigns.models import Campaign
from surveys.campaigns.words import first_words, latest
from surveys.people.models import Person
from surveys.responses.models import Invitation, Response
from surveys.tallies.keep import tally

YEARS = timedelta(days=730)
SILENT = 3  # of so many people who were asked, one is told to have said nothing
OFTEN = 20  # of a hundred answers, those whose person answered before
WORDS = 20  # of a hundred answers, those with words
PLANS = (("Free", 0), ("Team", 90), ("Business", 900), ("Enterprise", 20_000))
LANGUAGES = ("en", "en", "en", "th", "pl", "ar", "ko")
CHANNELS = ("mail", "mail", "mail", "embed", "link")
SCORES = (*range(11), 7, 8, 8, 9, 9, 9, 9, 10, 10, 10, 10, 10)


@dataclass(frozen=True, slots=True)
class Wishes:
    answers: int
    seed: int = 1
    shows_bar: bool = False


def seed_answers(wishes: Wishes) -> dict[str, int]:
    """Add a survey with so many answers; tells what was made."""
    return _Load(wishes).run()


class _Load:
    def __init__(self, wishes: Wishes) -> None:
        self.wishes = wishes
        self.chance = Random(wishes.seed)  # noqa: S311 - no secrets here
        self.end = timezone.now() - timedelta(hours=1)
        self.bodies = [(body, html) for _language, body, html in bodies(self.chance)]
        self.campaign = Campaign.objects.create(
            name=f"{wishes.answers:,} answers", state=Campaign.State.ENDED, started_at=self.end - YEARS,
            ended_at=self.end, owner=Member.objects.filter(role__in=STAFF).first(),
        )  # fmt: skip
        first_words(self.campaign, Site.current())
        self.wordings = {language: one.pk for language, one in latest(self.campaign).items()}
        self.companies = [
            Company.objects.get_or_create(name=f"Seeded {plan}", defaults={"plan": plan, "monthly_revenue": revenue})[0]
            for plan, revenue in PLANS
        ]

    def run(self) -> dict[str, int]:
        number = self.wishes.answers
        self.people = reserve(Person, number - number * OFTEN // 100)
        self.items = reserve(Item, number)
        # Whoever answered before is one of the first people again, later.
        again = self.people[: number * OFTEN // 100]
        self.who = [*self.people, *again]
        self.days = sorted(self.chance.random() for _answer in self.items)
        self.told = [self._one() for _answer in self.items]
        insert(Person, _PERSON, self._persons())
        with bar(number, "answers", is_forced=self.wishes.shows_bar) as progress:
            insert(Item, ITEM, counted(self._items(), progress))
        insert(Response, _RESPONSE, self._responses())
        insert(Invitation, _INVITATION, self._invitations())
        analyse()
        tally(self.campaign.pk)
        return {"survey": self.campaign.pk, "answers": number, "people": len(self.people)}

    def _one(self) -> tuple[int, str, str, Company | None]:
        """Score, language, channel, company."""
        company = self.chance.choice([*self.companies, None])
        pick = self.chance.choice
        return pick(SCORES), pick(LANGUAGES), pick(CHANNELS), company

    def _at(self, number: int) -> datetime:
        return (self.end - YEARS * (1 - self.days[number])).astimezone(UTC)

    def _persons(self) -> Iterator[Any]:
        now = stamp(self.end.astimezone(UTC))
        for pk in self.people:
            yield pk, f"seeded-{pk}@example.com", "", f"Person {pk}", None, "en", "UTC", now, now

    def _items(self) -> Iterator[Any]:
        for number, pk in enumerate(self.items):
            score, language, channel, _company = self.told[number]
            at = stamp(self._at(number))
            body, html = self.chance.choice(self.bodies) if self.chance.randrange(100) < WORDS else ("", "")
            yield (
                pk, Response.KIND, f"{score}/10", Response.path_for(pk), language, None, None, "staff", "visible", "",
                channel, at, at, None, 0, 0, 0, 0, 0, markdown.RENDERER_VERSION, body, html,
            )  # fmt: skip

    def _responses(self) -> Iterator[Any]:
        for number, pk in enumerate(self.items):
            score, language, channel, company = self.told[number]
            yield (
                pk, self.campaign.pk, self.who[number], f"seeded-{pk}", score, self.wordings[language], "neutral",
                channel, company and company.pk, company.plan if company else "",
                str(company.monthly_revenue) if company else None, stamp(self._at(number)), None,
            )  # fmt: skip

    def _invitations(self) -> Iterator[Any]:
        """Of each person; some count as silent, so that there is a rate."""
        for number, person in enumerate(self.people):
            at = stamp(self._at(number))
            day = self._at(number).date().isoformat() if number % SILENT else None
            yield (
                "sent", at, at, None, 1, "", at, at, "mail", at, at, None, day, self.campaign.pk, person, None,
            )  # fmt: skip


_PERSON = (
    "id", "address", "external_id", "name", "company_id", "language", "time_zone", "created_at", "unsubscribed_at",
)  # fmt: skip
_RESPONSE = (
    "item_id", "campaign_id", "person_id", "key", "score", "wording_id", "colours", "channel", "company_id", "plan",
    "revenue", "answered_at", "changed_at",
)  # fmt: skip
_INVITATION = (
    "state", "due_at", "closed_at", "claimed_until", "attempts", "error", "created_at", "ended_at", "channel",
    "asked_at", "expires_at", "intent", "answered_on", "campaign_id", "person_id", "wording_id",
)  # fmt: skip
