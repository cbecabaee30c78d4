"""The surveys of the demo: what demo/surveys.toml tells as rows, when its people are there."""

import tomllib
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from community.discussions.seed_demo import further
from community.feedback.models import Event, Item
from community.members.models import Member, Site
from community.members.roles import STAFF
from surveys.campaigns.models import Campaign, Wording
from surveys.campaigns.words import first_words, for_language, latest
from surveys.campaigns.write_questions import Written, reword_question, write
from surveys.mailing.models import Audience
from surveys.people.known import people_of
from surveys.people.models import Person
from surveys.responses.links import key_of
from surveys.responses.models import Channel, ContactRequest, Invitation, Quote, Response
from surveys.responses.own import Told, keep, put_to
from surveys.responses.respond import Said, record, say

STORY = settings.BASE_DIR / "demo" / "surveys.toml"


@further.filler("surveys")
@transaction.atomic
def seed_surveys(story: Path = STORY, now: datetime | None = None) -> dict[str, int]:
    """Write the surveys of the demo, and answer how many answers they got."""
    told = tomllib.loads(story.read_text("utf-8"))["survey"]
    customers = Member.objects.exclude(role__in=STAFF).exclude(handle="shift-deals").order_by("pk")
    proved = EmailAddress.objects.filter(user__in=customers, verified=True, primary=True)
    people = {
        str(one.member.handle): one for one in people_of(customers.filter(pk__in=proved.values("user"))) if one.member
    }
    for one in told:
        _survey(one, people, now or timezone.now())
    return {"answers to surveys": Response.objects.count()}


def _survey(told: dict[str, Any], people: dict[str, Person], now: datetime) -> None:
    begin = now - timedelta(days=told["days_ago"])
    end = now - timedelta(days=told["ended_days_ago"]) if "ended_days_ago" in told else None
    owner = Member.objects.get(handle=told["owner"])
    campaign = Campaign.objects.create(
        name=told["name"], kind=told["kind"], brand=told["brand"], owner=owner,
        state=Campaign.State.ENDED if end else Campaign.State.PAUSED, created_at=begin, started_at=begin, ended_at=end,
    )  # fmt: skip
    Audience.objects.create(campaign=campaign)
    first_words(campaign, Site.current())
    words, own = latest(campaign), _questions(campaign, told.get("question", ()), owner)
    Wording.objects.filter(campaign=campaign).update(at=begin)
    answers = {one["who"]: one for one in told["answers"]}
    for at, (handle, person) in enumerate(people.items()):
        asked = begin + timedelta(hours=at)
        invitation = Invitation.objects.create(
            campaign=campaign, person=person, wording=for_language(words, person.language), state=Invitation.State.SENT,
            due_at=asked, created_at=asked, ended_at=asked, asked_at=asked, expires_at=asked + timedelta(days=30),
        )  # fmt: skip
        if handle in answers:
            made = _answer(answers[handle], invitation, asked + timedelta(hours=5 + 7 * at))
            _answer_own(answers[handle].get("own", {}), made, own)


def _questions(campaign: Campaign, told: Iterable[dict[str, Any]], owner: Member) -> dict[str, int]:
    """The survey's own, in every language; the number of each question and option by its key."""
    own: dict[str, int] = {}
    for one in told:
        options = one.get("options", [])
        written = Written(
            one["text"]["en"], one["kind"], one.get("bands", ()), own.get(one.get("only_if", "")),
            added=[option["en"] for option in options],
        )  # fmt: skip
        question = write(campaign, written, language="en", by=owner)
        numbers = question.options.order_by("place").values_list("pk", flat=True)
        own[f"question {one['key']}"] = question.pk
        own |= {option["key"]: pk for option, pk in zip(options, numbers, strict=True)}
        for language, text in one["text"].items():
            labels = {str(own[option["key"]]): option[language] for option in options}
            reword_question(question, language, text, labels, by=owner)
    return own


def _answer_own(told: dict[str, Any], made: Response, own: dict[str, int]) -> None:
    put = put_to(made, made.item.language)
    said = []
    for one in put:
        answer = next((what for key, what in told.items() if own[f"question {key}"] == one.question.pk), "")
        if isinstance(answer, list):
            said += [Told(one.question.pk, one.wording.pk, one.options[own[key]], own[key]) for key in answer]
        elif answer:
            said.append(Told(one.question.pk, one.wording.pk, answer))
    keep(made, put, said)


def _answer(told: dict[str, Any], invitation: Invitation, at: datetime) -> Response:
    made = record(
        invitation.campaign, invitation.person, told["score"], channel=Channel.MAIL, key=key_of(invitation),
        wording=invitation.wording,
    )  # fmt: skip
    say(made, Said(told.get("words", ""), how=told.get("contact", ""), quoted_as=told.get("quote", "")))
    Invitation.objects.filter(pk=invitation.pk).update(answered_on=at.date())
    Item.objects.filter(pk=made.pk).update(created_at=at, active_at=at)
    Event.objects.filter(item=made.pk).update(at=at)
    Response.objects.filter(pk=made.pk).update(answered_at=at)
    Quote.objects.filter(pk=made.pk).update(at=at)
    ContactRequest.objects.filter(pk=made.pk).update(asked_at=at, due_at=at + timedelta(days=2))
    return made
