"""Whom a survey asks: two clocks, chance, working hours, and the page that says why; whatever the order of events."""

import random
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from community.feedback.models import Item, Label, Link
from community.members.models import Company, Member, Site
from community.notifications import deliver
from community.notifications.models import Suppression
from surveys.campaigns import run
from surveys.campaigns.models import Campaign
from surveys.mailing.decide import Why, decided, turn
from surveys.mailing.draw import draw, draw_all
from surveys.mailing.explain import explained, found
from surveys.mailing.models import Audience, Clocks
from surveys.people.known import people_of
from surveys.people.models import Person
from surveys.reports.figures import figures
from surveys.responses.models import Invitation, Response
from surveys.tallies.keep import difference, tally_all
from tests import ideas, make, surveys
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
_now = datetime.now(UTC)  # what the database dates by itself is before it
MONDAY = (_now + timedelta(days=7 - _now.weekday())).replace(hour=10, minute=0, second=0, microsecond=0)
State = Campaign.State


class Time:
    """The clock of a test, set by hand."""

    def __init__(self) -> None:
        self.now = MONDAY

    def goes_by(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    clock = Time()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


def sent(campaign: Campaign) -> list[str]:
    draw(campaign.pk)
    deliver.pump()
    asked = Invitation.objects.filter(campaign=campaign, asked_at__isnull=False).select_related("person")
    return sorted(str(one.person) for one in asked)


def test_conditions_all_hold(time: Time) -> None:
    pro = make.company("Pro Inc", plan="Pro", monthly_revenue=500)
    free = make.company("Free Inc", plan="Free", monthly_revenue=0)
    surveys.stranger("a@example.com", name="A", company=pro, language="th")
    surveys.stranger("b@example.com", name="B", company=free, language="th")
    surveys.stranger("c@example.com", name="C", company=pro)
    surveys.stranger("d@example.com", name="D")
    new = surveys.stranger("n@example.com", name="N", company=pro, language="th")
    Person.objects.exclude(pk=new.pk).update(created_at=time.now - timedelta(days=40))
    who = {"plan": "pro", "least_revenue": 100, "language": "th", "known_days": 30}
    assert surveys.chosen(surveys.survey(audience=who)) == ["A"]
    assert surveys.chosen(surveys.survey(kind="csat", audience={"plan": "Free"})) == ["B"]


def test_who_is_asked_by_nobody(time: Time, ann: Member, bo: Member, cy: Member, sam: Member) -> None:
    for one in (ann, bo, sam):
        surveys.person(one)
    surveys.stranger("", external_id="7", name="No address")
    surveys.stranger("gone@example.com", name="Gone", unsubscribed_at=time.now)
    surveys.stranger("back@example.com", name="Back")
    Suppression.objects.create(address="back@example.com", reason="bounce")
    Member.objects.filter(pk=bo.pk).update(suspended_until=time.now + timedelta(days=9))
    campaign = surveys.survey()
    assert surveys.chosen(campaign) == ["Ann Okafor"]  # cy has proved no address, sam is staff
    why = {str(one): decided(campaign, one).why for one in Person.objects.select_related("member")}
    assert why == {
        "Ann Okafor": Why.ALREADY, "Bo Lind": Why.SUSPENDED, "Sam Rivera": Why.STAFF, "No address": Why.NO_ADDRESS,
        "Gone": Why.UNSUBSCRIBED, "Back": Why.SUPPRESSED,
    }  # fmt: skip


def test_two_clocks_count_from_when_somebody_was_asked(time: Time) -> None:
    surveys.stranger()
    first = surveys.survey(kind="transactional")
    assert sent(first) == ["Eve"]
    other, same = surveys.survey(kind="csat"), surveys.survey(kind="transactional")
    time.goes_by(days=29, hours=23)
    assert sent(other) == sent(same) == []
    assert decided(other, Person.objects.get()).until == MONDAY + timedelta(days=30)
    time.goes_by(hours=1)
    assert sent(other) == ["Eve"]
    time.goes_by(days=59, hours=23)
    assert sent(same) == []
    time.goes_by(hours=1)
    assert sent(same) == ["Eve"]


def test_a_relationship_survey_goes_before_what_waits(time: Time) -> None:
    surveys.stranger(time_zone="UTC")
    time.now = MONDAY.replace(hour=20)
    smaller = surveys.survey(kind="csat", audience={"in_hours": True})
    assert surveys.chosen(smaller) == ["Eve"]
    larger = surveys.survey(kind="relationship", audience={"in_hours": True})
    assert surveys.chosen(larger) == ["Eve"]
    time.goes_by(hours=14)
    deliver.pump()
    assert sent(smaller) == []
    assert sent(larger) == ["Eve"]
    time.goes_by(days=30)
    assert sent(smaller) == ["Eve"]  # it is their turn once the clock has run down


def test_pausing_keeps_what_waits_and_goes_on(time: Time) -> None:
    surveys.stranger()
    campaign = surveys.survey()
    assert surveys.chosen(campaign) == ["Eve"]
    run.put(campaign, State.PAUSED)
    deliver.pump()
    assert sent(campaign) == []
    run.put(campaign, State.RUNNING)
    assert sent(campaign) == ["Eve"]


@pytest.mark.parametrize(
    ("zone", "now", "then"),
    [
        ("UTC", "2026-11-30T10:00", "2026-11-30T10:00"),
        ("UTC", "2026-11-30T08:59", "2026-11-30T09:00"),
        ("UTC", "2026-11-30T17:00", "2026-12-01T09:00"),
        ("UTC", "2026-12-04T17:30", "2026-12-07T09:00"),  # Friday evening
        ("UTC", "2026-12-05T12:00", "2026-12-07T09:00"),  # Saturday
        ("UTC", "2026-12-06T03:00", "2026-12-07T09:00"),  # Sunday night
        ("Asia/Bangkok", "2026-11-30T01:00", "2026-11-30T02:00"),
        ("Asia/Bangkok", "2026-11-30T10:30", "2026-12-01T02:00"),
        ("Europe/Warsaw", "2026-10-23T20:00", "2026-10-26T08:00"),  # the clocks go back in between
        ("No/Where", "2026-11-30T10:00", "2026-11-30T10:00"),
    ],
)
def test_working_hours_of_the_person(zone: str, now: str, then: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    due = turn(Audience(in_hours=True), Person(time_zone=zone), at)
    assert due == datetime.fromisoformat(then).replace(tzinfo=UTC)
    assert turn(Audience(in_hours=False), Person(time_zone=zone), at) == at


def test_chance_is_fair_and_always_the_same(time: Time) -> None:
    Person.objects.bulk_create(Person(address=f"p{n}@example.com", name=f"P{n}") for n in range(2_000))
    half = surveys.survey(audience={"sample": 50, "holdout": 10})
    asked = set(surveys.chosen(half))
    assert 800 <= len(asked) <= 1_000  # 45 % of 2,000
    assert set(surveys.chosen(half)) == asked
    why = Counter(decided(half, one).why for one in Person.objects.all()[:400])
    assert 10 <= why[Why.HOLDOUT] <= 80
    held = {str(one) for one in Person.objects.all()[:400] if decided(half, one).why == Why.HOLDOUT}
    time.goes_by(days=100)
    other = surveys.survey(kind="csat", audience={"sample": 50, "holdout": 10})
    again = set(surveys.chosen(other))
    assert not held & again  # the same people of every survey
    assert 300 <= len(asked & again) <= 600  # but chance draws anew


def test_so_many_a_day(time: Time) -> None:
    Person.objects.bulk_create(Person(address=f"p{n}@example.com", name=f"P{n}") for n in range(25))
    campaign = surveys.survey(audience={"a_day": 10})
    assert len(surveys.chosen(campaign)) == 10
    assert len(surveys.chosen(campaign)) == 10
    time.goes_by(hours=25)
    assert len(surveys.chosen(campaign)) == 20
    time.goes_by(hours=25)
    assert len(surveys.chosen(campaign)) == 25


def test_a_draw_costs_the_same_however_many_are_drawn(time: Time) -> None:
    company = make.company("A", plan="Pro")

    def cost(count: int, **fields: str) -> int:
        start = Person.objects.count()
        Person.objects.bulk_create(Person(address=f"p{start + n}@example.com", company=company) for n in range(count))
        campaign = surveys.survey(**fields)
        with CaptureQueriesContext(connection) as queries:
            draw(campaign.pk)
        return len(queries)

    assert cost(2, kind="csat") == cost(40, kind="ces")  # SQLite writes a longer list in several steps


def test_a_person_imported_and_a_member_of_the_same_address_are_one(time: Time, ann: Member) -> None:
    surveys.stranger("ann@example.com", name="A. O.")
    assert surveys.chosen(surveys.survey()) == ["A. O."]
    surveys.person(ann)
    one = Person.objects.get()
    assert (one.member, one.name) == (ann, "Ann Okafor")
    assert Invitation.objects.get().person == one


def test_staff_read_why(time: Time, client: Client, sam: Member, ann: Member, bo: Member) -> None:
    surveys.person(ann)
    campaign = surveys.survey(kind="csat")
    staff, url = signed_in(sam), f"/desk/surveys/{campaign.pk}/why/"
    assert "Nothing stands against it" in staff.get(url + "?who=ann").content.decode()
    assert sent(campaign) == ["Ann Okafor"]
    assert "and have not answered" in staff.get(url + "?who=Ann+Okafor").content.decode()
    later = surveys.survey(kind="csat")
    page = staff.get(f"/desk/surveys/{later.pk}/why/?who=ANN@example.com").content.decode()
    until = date_format(MONDAY + timedelta(days=90), "DATE_FORMAT")
    assert f"they rest until {until}" in page
    assert "Nobody is called that" in staff.get(url + "?who=nobody").content.decode()
    assert "Nobody is called that" in staff.get(url + "?who=bo").content.decode()  # has proved no address
    assert staff.get(url + "?who=").status_code == 422
    assert signed_in(ann).get(url).status_code == 403
    assert found("7") == []


@pytest.mark.parametrize("seed", range(6))
def test_nobody_is_asked_twice_within_a_clock_whatever_happens(seed: int, time: Time) -> None:
    chance = random.Random(seed)
    Clocks.objects.create(any_days=20, kind_days=45)
    zones = ("UTC", "Asia/Bangkok", "America/New_York")
    Person.objects.bulk_create(
        Person(address=f"p{n}@example.com", name=f"P{n}", time_zone=zones[n % 3]) for n in range(9)
    )
    stopped: dict[int, datetime] = {}
    for _step in range(160):
        act = chance.choice(["new", "draw", "draw", "draw_all", "pump", "pump", "wait", "wait", "state", "stop"])
        running = list(Campaign.objects.filter(state=State.RUNNING))
        if act == "new":
            kind = chance.choice(["relationship", "transactional", "csat", "ces"])
            who = {"in_hours": chance.random() < 0.5, "sample": chance.choice([100, 60]), "holdout": 10}
            surveys.survey(kind=kind, audience=who | {"a_day": chance.choice([None, 3])})
        elif act == "draw" and running:
            campaign = chance.choice(running)
            before = {one.pk: decided(campaign, one).why for one in Person.objects.all()}
            draw(campaign.pk)
            now = Invitation.objects.filter(campaign=campaign).exclude(state=Invitation.State.DROPPED)
            for pk in now.values_list("person", flat=True):
                assert before[pk] in (Why.MAY, Why.ALREADY)
            if campaign.audience.a_day is None:
                may = {pk for pk, why in before.items() if why == Why.MAY}
                assert may <= set(now.values_list("person", flat=True))
        elif act == "draw_all":
            draw_all()
        elif act == "pump":
            deliver.pump()
        elif act == "wait":
            time.goes_by(hours=chance.choice([1, 9, 30, 24 * 7, 24 * 21]))
        elif act == "state" and (there := list(Campaign.objects.all())):
            run.put(chance.choice(there), chance.choice([State.RUNNING, State.PAUSED, State.PAUSED, State.RUNNING]))
        elif act == "stop" and chance.random() < 0.1:
            person = chance.choice(list(Person.objects.all()))
            person.unsubscribe()
            stopped.setdefault(person.pk, time.now)
    asked = Invitation.objects.filter(asked_at__isnull=False).select_related("campaign", "person__member")
    assert asked.count() > 5  # who they are hangs on numbers that differ from run to run
    by_person: dict[int, list[Invitation]] = {}
    for one in asked.order_by("asked_at", "pk"):
        by_person.setdefault(one.person_id, []).append(one)
        assert explained(one.campaign, one.person).was_asked
        assert one.person_id not in stopped or one.asked_at <= stopped[one.person_id]
    for theirs in by_person.values():
        kinds = {one.campaign.kind for one in theirs}
        for rows, days in [(theirs, 20), *(([one for one in theirs if one.campaign.kind == k], 45) for k in kinds)]:
            for earlier, later in pairwise(rows):
                assert later.asked_at - earlier.asked_at >= timedelta(days=days)


def test_people_without_an_account_are_brought_in_and_asked(
    time: Time, tmp_path: Path, capsys: pytest.CaptureFixture[str], ann: Member
) -> None:
    make.confirmed(ann)
    file = tmp_path / "people.csv"
    file.write_text(
        "Email,Name,Company,Plan,MRR,Language\n"
        "Eve@example.com,Eve Stone,Hooli,Pro,900,pl\n"
        "ann@example.com,Somebody Else,Hooli,,,\n"
        "eve@example.com,Eve Twice,,,,\n"
        "nobody,,,,,\n"
        '=cmd@example.com,"=2+2",hooli,,,th\n'
    )
    call_command("import_people", str(file), dry_run=True)
    assert not Person.objects.exists()
    for _time in range(2):
        call_command("import_people", str(file))
    told = capsys.readouterr()
    assert "Line 4 was left out: the same e-mail address as line 2." in told.err
    assert "Line 5 was left out: 'nobody' is no e-mail address." in told.err
    assert re.findall(r"(\d+)  (new|unchanged|members)\n", told.out) == [
        ("1", "members"), ("2", "new"), ("1", "members"), ("2", "new"), ("2", "unchanged"), ("1", "members"),
    ]  # fmt: skip
    eve = Person.objects.get(address="eve@example.com")
    assert (eve.name, eve.language, eve.company.plan, eve.company.monthly_revenue) == ("Eve Stone", "pl", "Pro", 900)
    assert Person.objects.get(address="=cmd@example.com").company == eve.company
    eve.unsubscribe()
    file.write_text("email,name\neve@example.com,Eve S.\n")
    call_command("import_people", str(file))
    eve.refresh_from_db()
    assert (eve.name, eve.language, eve.unsubscribed_at is None) == ("Eve S.", "pl", False)
    assert surveys.chosen(surveys.survey(audience={"plan": "Pro"})) == ["=2+2"]
    file.write_text("who\nEve\n")
    with pytest.raises(CommandError, match="no column for e-mail"):
        call_command("import_people", str(file))


def test_a_newer_file_changes_companies_too_and_a_dry_run_counts_them_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("surveys.people.import_people.BATCH", 1)
    make.company("Hooli", plan="Pro", monthly_revenue=900)
    file = tmp_path / "people.csv"
    file.write_text(
        "email,company,plan,mrr\n"
        "a@example.com,HOOLI,Free,\nb@example.com,Hooli,,0\nc@example.com,Acme,Pro,5\nd@example.com,acme,,\n"
    )
    call_command("import_people", str(file), dry_run=True)
    assert "1  new companies" in capsys.readouterr().out
    assert Company.objects.get().plan == "Pro"
    call_command("import_people", str(file))
    assert set(Company.objects.values_list("name", "plan", "monthly_revenue")) == {
        ("Hooli", "Free", 0), ("Acme", "Pro", 5),
    }  # fmt: skip


def moves_to(member: Member, address: str) -> Person:
    member.emailaddress_set.update(email=address)  # type: ignore[attr-defined]
    (one,) = people_of([member])
    return one


def test_whoever_was_known_by_an_address_that_a_member_takes_is_that_member(time: Time, ann: Member) -> None:
    surveys.person(ann)
    imported = surveys.stranger("ann@new.example", name="A. O.", external_id="42")
    campaign = surveys.survey()
    assert sent(campaign) == ["A. O.", "Ann Okafor"]
    time.goes_by(hours=1)
    imported.unsubscribe()
    Invitation.objects.filter(person=imported).update(answered_on=time.now.date())
    moves_to(ann, "ann@new.example")
    one = Person.objects.get()
    assert (one.member, one.address, one.external_id) == (ann, "ann@new.example", "42")
    assert one.unsubscribed_at == time.now
    assert Invitation.objects.get().answered_on  # of two the one that was answered


def test_what_they_were_asked_and_answered_goes_along(time: Time, ann: Member) -> None:
    mine, imported = surveys.person(ann), surveys.stranger("ann@new.example")
    old, hidden = surveys.survey(starts=False), surveys.survey(starts=False, privacy="confidential")
    first, latest = surveys.answer(old, 9, by=imported, on="2026-01-02"), surveys.answer(old, 3, by=mine)
    secret = surveys.answer(hidden, 8, by=imported)
    tally_all()
    assert figures(old).n == 2
    Invitation.objects.create(campaign=surveys.survey(), person=imported, asked_at=time.now, due_at=time.now)
    one = moves_to(ann, "ann@new.example")
    assert set(Response.objects.values_list("person", flat=True)) == {one.pk}
    assert dict(Item.objects.filter(kind="answer").values_list("pk", "author")) == {
        first.pk: ann.pk, latest.pk: ann.pk, secret.pk: None,
    }  # fmt: skip
    assert figures(old).counts == {3: 1}
    assert difference(old) == []
    assert sent(surveys.survey(kind="csat")) == []  # the clock goes on


def test_of_a_survey_that_does_not_run_nobody_is_said_to_be_asked(ann: Member) -> None:
    campaign = surveys.survey()
    one = surveys.person(ann)
    assert "when it is their turn" in explained(campaign, one).words
    campaign.state = "ended"
    assert "does not run now" in explained(campaign, one).words


def test_people_of_whom_no_language_is_known_are_asked_in_that_of_the_site(time: Time, tmp_path: Path) -> None:
    site = Site.current()
    site.language = "th"
    site.save()
    file = tmp_path / "people.csv"
    file.write_text("email,language\neve@example.com,\nmal@example.com,ko\n")
    call_command("import_people", str(file))
    sent(surveys.survey())
    asked = Invitation.objects.values_list("person__address", "wording__language")
    assert dict(asked) == {"eve@example.com": "th", "mal@example.com": "ko"}


def test_a_reminder_that_never_went_out_is_not_told_of(time: Time) -> None:
    eve = surveys.stranger()
    campaign = surveys.survey(audience={"reminder_days": 7})
    sent(campaign)
    time.goes_by(days=8)
    draw_all()
    assert "reminded" not in explained(campaign, eve).words  # it waits
    run.put(campaign, State.PAUSED)
    deliver.pump()
    assert len(mail.outbox) == 1
    assert "reminded" not in explained(campaign, eve).words


def test_whoever_is_silent_is_reminded_once(time: Time, client: Client, sam: Member) -> None:
    for name in ("eve", "mal", "zoe", "ida"):
        surveys.stranger(f"{name}@example.com", name=name.title())
    campaign = surveys.survey(audience={"reminder_days": 7})
    assert len(sent(campaign)) == 4
    asked_at = time.now
    links = {one.to[0]: re.search(r"https?://[^/]+(/s/(?!end)[^?\s]+)", str(one.body))[1] for one in mail.outbox}  # type: ignore[index]
    client.post(links["mal@example.com"], {"score": "8"})
    Person.objects.get(address="zoe@example.com").unsubscribe()
    first = {one.extra_headers["Message-ID"] for one in mail.outbox}
    for days in (6.9, 0.2, 3, 30):
        mail.outbox.clear()
        time.goes_by(days=days)
        draw_all()
        deliver.pump()
        if days != 0.2:
            assert mail.outbox == []
            continue
        assert sorted(one.to[0] for one in mail.outbox) == ["eve@example.com", "ida@example.com"]
        assert mail.outbox[0].subject == "[Northwind] Still one question"
        assert not first & {one.extra_headers["Message-ID"] for one in mail.outbox}
        link = re.search(r"https?://[^/]+(/s/(?!end)[^?\s]+)", str(mail.outbox[0].body))
        assert link
        assert link[1] in links.values()  # the same one
    assert set(Invitation.objects.values_list("asked_at", flat=True)) == {asked_at}  # the clock counts from there
    page = signed_in(sam).get(f"/desk/surveys/{campaign.pk}/why/?who=eve@example.com").content.decode()
    assert "and reminded on" in page


@pytest.fixture
def crowd() -> dict[str, Person]:
    """Who asked a question, whose wish shipped, who voted for it, who wrote under a label, and who did nothing."""
    there = {handle: make.member(handle) for handle in ("asker", "wisher", "voter", "writer", "quiet")}
    make.thread(by=there["asker"], kind="question")
    noted = make.thread(by=there["writer"], kind="discussion")
    noted.item.labels.add(make.label("mobile"))
    wish = ideas.idea(by=there["wisher"])
    ideas.voted(wish, there["voter"])
    for_nothing = ideas.idea("Another", by=there["quiet"])
    ideas.moved(for_nothing, "planned")
    release = make.thread(by=make.member("sam", role="agent")).item
    Link.objects.create(source=wish.item, target=release, kind=Link.Kind.SHIPPED_IN)
    return {handle: surveys.person(one) for handle, one in there.items()}


@pytest.mark.parametrize(
    ("wants", "asked"),
    [
        ({"asked_question": True}, ["asker"]),
        ({"wish_shipped": True}, ["voter", "wisher"]),
        ({"label": "mobile"}, ["writer"]),
        ({"label": "mobile", "asked_question": True}, []),
    ],
)
def test_what_people_did_decides(crowd: dict[str, Person], wants: dict[str, object], asked: list[str]) -> None:
    if "label" in wants:
        wants = {**wants, "label": Label.objects.get(slug=wants["label"])}
    surveys.stranger()  # without an account nobody has done anything
    campaign = surveys.survey(audience=wants)
    assert surveys.chosen(campaign) == asked
    assert decided(campaign, crowd["quiet"]).why == Why.NOT_DONE
    assert "have not done yet" in explained(campaign, crowd["quiet"]).words


def test_what_was_removed_is_not_done(crowd: dict[str, Person]) -> None:
    Item.objects.filter(author__handle="asker").update(state="removed")
    assert surveys.chosen(surveys.survey(audience={"asked_question": True})) == []
