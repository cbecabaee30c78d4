"""One mail a day that something moved or shipped, whatever happens; the bell tells each at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django_q.models import OrmQ

from community.members.models import Member
from community.notifications import deliver, ration
from community.notifications.models import Mailing, Notification, Pace, Preference
from community.notifications.pace import change_pace
from community.notifications.unsubscribe import stop
from roadmap.ideas.models import Idea
from roadmap.releases.publish import publish
from roadmap.releases.write import Line, Told, draft_release, write_entry
from roadmap.stages.tell import announce
from tests import ideas, make, tasks
from tests.test_trials import at_once

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 6, 12, tzinfo=UTC)


class Clock:
    """What time it is, for whoever asks Django."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    def at_hour(self, day: int, hour: int, minute: int = 0) -> None:
        self.at = datetime(2026, 5, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", clock)
    return clock


@pytest.fixture
def wanted(ann: Member, bo: Member, clock: Clock) -> list[Idea]:
    """Five ideas of ann; bo voted for all. Both get mail at once."""
    make.confirmed(ann, bo)
    made = [ideas.idea(f"Idea {number}", f"Words {number}.", by=ann) for number in range(5)]
    for one in made:
        ideas.voted(one, bo)
    sent()
    return made


def sent() -> dict[str, str]:
    """Address → words, of what goes out now: one mail to each at the most."""
    mail.outbox.clear()
    tasks.run_all()
    deliver.pump()
    told = {one.to[0]: str(one.body) for one in mail.outbox}
    assert len(told) == len(mail.outbox)
    return told


def moved(idea: Idea, kind: str = "planned") -> dict[str, str]:
    ideas.moved(idea, kind, f"An answer to {idea.item.title}.", tells=True)
    return sent()


def told_of(idea: Idea) -> None:
    """Moved and told, and no mail has gone out yet."""
    announce(ideas.moved(idea, "planned", "This is why.", tells=True).pk)
    OrmQ.objects.all().delete()


def shipped(*wanted: Idea) -> dict[str, str]:
    sam = make.member("sam", role="agent")
    release = draft_release(Told("Version 5", "Words."), by=sam)
    write_entry(release, Line("new", "An entry", ideas=wanted), by=sam)
    publish(release, by=sam)
    return sent()


def test_five_moves_in_a_day_are_one_mail_that_day_and_one_the_next(
    wanted: list[Idea], ann: Member, bo: Member, clock: Clock
) -> None:
    first = moved(wanted[0])
    assert first.keys() == {ann.email, bo.email}
    for number, one in enumerate(wanted[1:5], start=2):
        clock.at += timedelta(hours=1)
        assert moved(one) == {}
        assert Notification.objects.filter(recipient=bo, topic="moved").count() == number  # the bell tells it at once
        bo.refresh_from_db()
        assert bo.unread_count == number
    clock.at_hour(7, 7, 59)
    assert sent() == {}
    clock.at_hour(7, 8)
    told = sent()
    assert told.keys() == {ann.email, bo.email}
    assert all(f"Idea {number}" in told[bo.email] for number in range(1, 5))
    assert "Idea 0" not in told[bo.email]
    clock.at_hour(8, 8)
    assert sent() == {}


def test_moves_at_one_time_stand_in_one_mail(wanted: list[Idea], bo: Member) -> None:
    for one in wanted[:3]:
        ideas.moved(one, "planned", "This is why.", tells=True)
    told = sent()
    assert all(f"Idea {number}" in told[bo.email] for number in range(3))
    assert next(one.subject for one in mail.outbox if one.to == ["bo@example.com"]).endswith("pieces of news for you")


def test_a_release_counts_into_it(wanted: list[Idea], bo: Member, clock: Clock) -> None:
    assert "An answer to Idea 0" in moved(wanted[0])[bo.email]
    assert shipped(wanted[1]) == {}
    clock.at_hour(7, 8)
    assert "It is here" in sent()[bo.email]
    assert moved(wanted[2]) == {}  # that day has had its mail


def test_other_mail_is_not_held_up(wanted: list[Idea], ann: Member, bo: Member, clock: Clock) -> None:
    moved(wanted[0])
    assert moved(wanted[1]) == {}
    thread = make.thread(by=ann)
    make.reply(thread, by=bo, body="An answer at once.")
    told = sent()
    assert told.keys() == {ann.email}
    assert "An answer at once." in told[ann.email]
    assert "Idea 1" not in told[ann.email]
    clock.at_hour(7, 8)
    assert "Idea 1" in sent()[ann.email]


def test_what_waits_comes_along_with_the_mail_of_the_next_day(wanted: list[Idea], bo: Member, clock: Clock) -> None:
    moved(wanted[0])
    moved(wanted[1])
    clock.at_hour(7, 1)
    told = moved(wanted[2])
    assert "Idea 1" in told[bo.email]
    assert "Idea 2" in told[bo.email]
    clock.at_hour(7, 8)
    assert sent() == {}


@pytest.mark.parametrize(
    ("zone", "is_next_day"), [("Asia/Seoul", True), ("UTC", False), ("America/Los_Angeles", False)]
)
def test_a_day_is_that_of_the_reader(
    zone: str, is_next_day: bool, wanted: list[Idea], bo: Member, clock: Clock
) -> None:
    """Noon and four in the afternoon in UTC: in Seoul midnight lies between them."""
    Member.objects.filter(pk=bo.pk).update(time_zone=zone)
    assert bo.email in moved(wanted[0])
    clock.at_hour(6, 16)
    assert (bo.email in moved(wanted[1])) is is_next_day
    Member.objects.filter(pk=bo.pk).update(time_zone="Pacific/Kiritimati")
    clock.at_hour(6, 17)
    assert (bo.email in moved(wanted[2])) is not is_next_day  # whoever travels has a new day too


@pytest.mark.parametrize("pace", [Pace.DAILY, Pace.HOURLY])
def test_digests_hold_them_too(pace: str, wanted: list[Idea], bo: Member, clock: Clock) -> None:
    Preference.objects.create(member=bo, pace=pace)
    for one in wanted[:3]:
        assert bo.email not in moved(one)
    clock.at_hour(7, 8)
    told = sent()[bo.email]
    assert all(f"Idea {number}" in told for number in range(3))
    moved(wanted[3])
    clock.at_hour(7, 12)
    assert bo.email not in sent()
    clock.at_hour(8, 8)
    assert "Idea 3" in sent()[bo.email]


def test_a_changed_pace_makes_no_second_mail(wanted: list[Idea], bo: Member, clock: Clock) -> None:
    moved(wanted[0])
    moved(wanted[1])
    for pace in (Pace.DAILY, Pace.AT_ONCE):
        Preference.objects.update_or_create(member=bo, defaults={"pace": pace})
        change_pace(bo)
        assert bo.email not in sent()
    clock.at_hour(7, 8)
    assert "Idea 1" in sent()[bo.email]


def test_who_stops_all_mail_gets_none_of_it(wanted: list[Idea], bo: Member, clock: Clock) -> None:
    moved(wanted[0])
    moved(wanted[1])
    stop(bo, None)
    clock.at_hour(7, 8)
    assert bo.email not in sent()


def test_what_was_read_meanwhile_leaves_the_day_to_others(wanted: list[Idea], bo: Member, clock: Clock) -> None:
    told_of(wanted[0])
    Notification.objects.filter(recipient=bo).update(read_at=clock.at)
    deliver.pump()
    assert bo.email in moved(wanted[1])


def test_a_killed_worker_makes_no_second_mail(
    wanted: list[Idea], bo: Member, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_of(wanted[0])

    def die(*_said: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(deliver, "compose", die)
        with pytest.raises(KeyboardInterrupt):
            deliver.pump()
    killed = Mailing.objects.get(rationed_on__isnull=False)
    others = moved(wanted[1])
    assert killed.recipient.email not in others  # its one mail of the day is under way
    clock.at += deliver.CLAIMED_FOR + timedelta(seconds=1)
    told = sent()
    assert "Idea 0" in told[killed.recipient.email]
    assert "Idea 1" not in told[killed.recipient.email]
    clock.at_hour(7, 8)
    assert "Idea 1" in sent()[killed.recipient.email]


def test_a_mail_that_failed_till_the_next_day_is_the_mail_of_that_day(
    wanted: list[Idea], bo: Member, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.at_hour(6, 23, 30)
    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.message.EmailMessage.send", lambda _mail: 1 / 0)
        moved(wanted[0])
    moved(wanted[1])
    clock.at_hour(7, 0, 30)
    told = sent()[bo.email]
    assert "Idea 0" in told
    assert moved(wanted[2]) == {}
    clock.at_hour(7, 8)
    assert bo.email not in sent()
    clock.at_hour(8, 8)
    assert "Idea 2" in sent()[bo.email]


def test_the_database_takes_one_a_day(bo: Member) -> None:
    day = NOON.date()
    Mailing.objects.create(recipient=bo, state="sent", due_at=NOON, rationed_on=day)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mailing.objects.create(recipient=bo, state="sent", due_at=NOON, rationed_on=day)


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_mail_of_the_day(bo: Member) -> None:
    make.confirmed(bo)
    idea = ideas.idea(by=bo)
    mailings = [Mailing.objects.create(recipient=bo, due_at=NOON, closed_at=NOON, attempts=1) for _ in range(3)]
    for number, mailing in enumerate(mailings):
        Notification.objects.create(
            recipient=bo, topic="moved", item=idea.item, about=idea.item, mailing=mailing, occasion=f"moved {number}"
        )
    assert at_once(*(lambda one=one: ration.take(one) for one in mailings)) == []
    assert Mailing.objects.filter(rationed_on__isnull=False).count() == 1
    assert Notification.objects.filter(mailing__rationed_on__isnull=False).count() == 1
    assert Mailing.objects.get(is_later=True).notifications.count() == 2
