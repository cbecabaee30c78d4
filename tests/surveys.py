"""Makes surveys, and people who are asked by them."""

import itertools
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from community.feedback.models import Item
from community.members.models import Company, Member, Site
from surveys.campaigns.models import Campaign
from surveys.campaigns.questions import Question
from surveys.campaigns.words import first_words
from surveys.campaigns.write_questions import Written, write
from surveys.embed.models import Widget
from surveys.mailing.draw import draw
from surveys.mailing.models import Audience
from surveys.people.known import people_of
from surveys.people.models import Person
from surveys.responses.models import Answer, Channel, Invitation, Response
from surveys.responses.respond import Said, record, say
from tests import make

_numbers = itertools.count(1)


def survey(*, starts: bool = True, audience: dict[str, Any] | None = None, **fields: Any) -> Campaign:
    """A relationship survey that runs and asks everybody at once."""
    running = {"state": Campaign.State.RUNNING, "started_at": timezone.now()} if starts else {}
    campaign = Campaign.objects.create(**{"name": "How we are doing", **running, **fields})
    first_words(campaign, Site.current())
    Audience.objects.create(campaign=campaign, **{"in_hours": False, **(audience or {})})
    return campaign


def question(
    campaign: Campaign, text: str, *options: str, kind: str = "", language: str = "en", **fields: Any
) -> Question:  # fmt: skip
    """One of the survey's own; with options one of them may be chosen."""
    kind = kind or (Question.Kind.ONE if options else Question.Kind.TEXT)
    told = Written(text, kind=kind, added=options, **fields)
    return write(campaign, told, language=language, by=make.member("sam", role="agent"))


def option(of: Question, label: str) -> int:
    """Its number, by what it was called in any version."""
    for words in of.wordings.all():
        for pk, said in words.options.items():
            if said == label:
                return int(pk)
    raise AssertionError(f"There is no option “{label}”.")


def chose(response: Response, of: Question, *labels: str, words: str = "") -> None:
    """What somebody answered to a question of the survey's own."""
    wording = of.wordings.order_by("-version").first()
    assert wording
    for label in labels:
        Answer.objects.create(
            response=response, question=of, wording=wording, option_id=option(of, label), text=label
        )  # fmt: skip
    if words:
        Answer.objects.create(response=response, question=of, wording=wording, text=words)


def person(member: Member) -> Person:
    make.confirmed(member)
    return people_of([member])[0]


def stranger(address: str = "eve@example.com", **fields: Any) -> Person:
    return Person.objects.create(address=address, **{"name": "Eve", **fields})


def widget(campaign: Campaign, **fields: Any) -> Widget:
    """Its place in the product, at shop.example, at once."""
    return Widget.objects.create(campaign=campaign, **{"origins": "https://shop.example", "delay": 0, **fields})


def chosen(campaign: Campaign) -> list[str]:
    """The names of those whom a draw has chosen so far."""
    draw(campaign.pk)
    waiting = Invitation.objects.filter(campaign=campaign, state=Invitation.State.WAITING)
    return sorted(str(one.person) for one in waiting.select_related("person"))


def answer(
    campaign: Campaign, score: int, *, by: Person | None = None, on: str = "", words: str = "", language: str = "en",
    channel: str = Channel.MAIL, company: Company | None = None,
) -> Response:  # fmt: skip
    """What somebody said, on some day."""
    number = next(_numbers)
    person = by or stranger(f"s{number}@example.com", language=language, company=company)
    made = record(campaign, person, score, channel=channel, key=f"k{number:032}", wording=None)
    if on:
        at = datetime.fromisoformat(on).replace(tzinfo=UTC)
        Response.objects.filter(pk=made.pk).update(answered_at=at)
        Item.objects.filter(pk=made.pk).update(created_at=at)
    if words:
        say(made, Said(words))
    made.refresh_from_db()
    return made


def answers(campaign: Campaign, *scores: int, **fields: Any) -> list[Response]:
    return [answer(campaign, score, **fields) for score in scores]
