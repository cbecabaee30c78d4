"""Whoever is to be told is told though one task reaches only some: it goes on in another, as often as it takes."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from community.feedback.models import Item
from community.members.models import Member
from community.notifications import audience
from community.notifications.follow import set_level
from community.notifications.models import Level, Notification
from roadmap.ideas import split as splitting
from roadmap.ideas import supporters
from roadmap.ideas.suggest import Suggestion
from roadmap.releases import publish as publishing
from roadmap.releases.publish import publish
from roadmap.releases.write import Line, Told, draft_release, write_entry
from roadmap.stages.move import Step, move
from roadmap.subscriptions import tell as subscribers
from roadmap.subscriptions.models import Delivery, Subscription
from surveys.mailing import draw
from surveys.responses.models import Invitation
from tests import ideas, make, surveys, tasks

pytestmark = pytest.mark.django_db
PEOPLE = 7


@pytest.fixture(autouse=True)
def short(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every turn is over with its first two people."""
    settings.TASK_TIMEOUT = 0
    for module in (audience, supporters, subscribers, draw):
        monkeypatch.setattr(module, "CHUNK", 2)


def many() -> list[Member]:
    return [make.member(f"reader{n}") for n in range(PEOPLE)]


def told() -> Counter[str]:
    return Counter(Notification.objects.values_list("recipient__handle", flat=True))


def test_a_new_post(sam: Member) -> None:
    category, readers = make.category(), many()
    for one in readers:
        set_level(one, category.place, Level.WATCHING)
    make.thread(place=category.place, by=sam)
    assert tasks.run_all() > PEOPLE // 2
    assert told() == {one.handle: 1 for one in readers}


def test_a_release(sam: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    voters, idea = many(), ideas.idea(by=sam)
    ideas.voted(idea, *voters)
    muting = voters[2:4]  # the two of one turn: nobody is left in it
    for one in muting:
        set_level(one, idea.item, Level.MUTED)
    tasks.run_all()
    Notification.objects.all().delete()
    followed: list[int] = []
    monkeypatch.setattr(publishing, "announced", [followed.append])
    release = draft_release(Told("Version 5", "What is new.", "5.0"), by=sam)
    write_entry(release, Line("new", "A night theme", "Dark at last.", ideas=(idea,)), by=sam)
    publish(release, by=sam)
    tasks.run_all()
    assert told() == {one.handle: 1 for one in voters if one not in muting}
    assert followed == [release.pk]  # once all are told


def test_a_move(sam: Member) -> None:
    voters, idea = many(), ideas.idea(by=sam)
    ideas.voted(idea, *voters)
    tasks.run_all()
    Notification.objects.all().delete()
    move(Item.objects.get(pk=idea.pk), Step(ideas.stage("planned"), "In the spring.", tells=True), by=sam)
    tasks.run_all()
    assert told() == {one.handle: 1 for one in voters}


def test_a_split(sam: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "BATCH", 2)
    voters, idea = many(), ideas.idea(by=sam)
    ideas.voted(idea, *voters)
    tasks.run_all()
    Notification.objects.all().delete()
    splitting.split(idea, Suggestion("Another wish", "Of the same people."), by=sam, with_votes=True)
    tasks.run_all()
    assert told() == {one.handle: 1 for one in voters}


def test_subscribers_of_releases(sam: Member) -> None:
    earlier = timezone.now() - timedelta(days=1)
    for n in range(PEOPLE):
        Subscription.objects.create(address=f"s{n}@example.com", language="en", confirmed_at=earlier)
    release = draft_release(Told("Version 5", "What is new.", "5.0"), by=sam)
    publish(release, by=sam)
    tasks.run_all()
    addresses = Delivery.objects.values_list("subscription__address", flat=True)
    assert sorted(addresses) == [f"s{n}@example.com" for n in range(PEOPLE)]


def test_a_survey(sam: Member) -> None:
    members = many()
    make.confirmed(*members)
    campaign = surveys.survey()
    draw.queue(campaign)
    tasks.run_all()
    asked = Invitation.objects.filter(campaign=campaign).values_list("person__member", flat=True)
    assert sorted(asked) == [one.pk for one in members]
