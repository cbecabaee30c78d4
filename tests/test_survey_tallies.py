"""Tallies: a report reads them and says what a recount says, whatever happened to the answers since."""

from datetime import date
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.members.leave import leave
from community.members.models import Member
from surveys.campaigns.models import Campaign
from surveys.imports.run import Wish, import_answers
from surveys.imports.undo import undo
from surveys.people.models import Person
from surveys.reports.answers import numbers_of
from surveys.reports.figures import figures, latest_of_each
from surveys.reports.segments import segments
from surveys.reports.trend import trend
from surveys.responses.models import Invitation, Response
from surveys.responses.respond import record, respond
from surveys.tallies import keep
from surveys.tallies.cells import cells, counts_in, kept
from surveys.tallies.keep import TALLY_ALL, difference, ensure_schedule, outdate, tally, tally_all
from surveys.tallies.models import Outdated, Tallied, Tally
from tests import make, surveys, tasks
from tests.conftest import signed_in

PERIODS = (date(2026, 5, 1), date(2026, 6, 3), date(2026, 8, 2))
pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    """Of some months, with people who answered several times."""
    chance = Random(7)
    found = surveys.survey()
    companies = [make.company("Hooli", plan="Pro", monthly_revenue=5_000), make.company("Tiny", plan="Free"), None]
    people = [surveys.stranger(f"p{n}@example.com", company=chance.choice(companies)) for n in range(30)]
    for _answer in range(60):
        person = chance.choice(people)
        on = f"2026-{chance.randint(5, 8):02}-{chance.randint(1, 6):02}T{chance.randint(0, 23):02}:00"
        language = chance.choice(["en", "th"])
        Person.objects.filter(pk=person.pk).update(language=language)
        person.language = language
        surveys.answer(found, chance.randint(0, 10), by=person, on=on, channel=chance.choice(["mail", "link"]))
    return found


def said(campaign: Campaign) -> list[Any]:
    """All that the pages say."""
    found = figures(campaign)
    trends = [trend(campaign, by).rows for by in ("day", "week", "month", "30", "90")]
    periods = [counts_in(campaign, kept(campaign), begin, date(2026, 8, 4)) for begin in PERIODS]
    return [periods, found.counts, found.languages, found.channels, segments(campaign), trends, numbers_of(campaign)]


def check(campaign: Campaign) -> None:
    tallied = said(campaign)
    with transaction.atomic():
        Tallied.objects.all().delete()
        assert said(campaign) == tallied
        transaction.set_rollback(True)
    assert sum(figures(campaign).counts.values()) == latest_of_each(Response.objects.filter(campaign=campaign)).count()
    assert difference(campaign) == []


def test_reports_say_the_same_with_tallies_and_without(campaign: Campaign) -> None:
    before = said(campaign)
    tally_all()
    assert Tally.objects.filter(segment="").exists()
    assert not kept(campaign).rest(campaign).exists()
    assert said(campaign) == before
    check(campaign)
    tally(campaign.pk)
    check(campaign)


def test_very_many_are_tallied_in_slices_and_tasks(
    campaign: Campaign, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = said(campaign)
    monkeypatch.setattr(keep, "SLICE", 3)
    settings.TASK_TIMEOUT = 0
    tally(campaign.pk)
    assert Tally.objects.exists()
    assert kept(campaign).rest(campaign).exists()  # the rest is another's turn
    check(campaign)
    assert tasks.run_all() > 3
    assert not kept(campaign).rest(campaign).exists()
    assert said(campaign) == before
    check(campaign)


def test_what_happens_to_answers_is_seen_at_once(campaign: Campaign, ann: Member) -> None:
    ours = surveys.person(ann)
    for on in ("2026-05-03", "2026-07-03"):
        surveys.answer(campaign, 5, by=ours, on=on)
    tally(campaign.pk)
    surveys.answer(campaign, 9)  # somebody new, today
    assert not Outdated.objects.exists()
    check(campaign)
    record(campaign, ours, 10, channel="embed", key="anew", wording=None)  # supersedes what is tallied
    assert [str(one.day) for one in Outdated.objects.all()] == ["2026-07-03"]
    check(campaign)
    invited = Invitation.objects.create(campaign=campaign, person=surveys.stranger(), due_at=timezone.now())
    made = respond(invited, 3)
    Response.objects.filter(pk=made.pk).update(answered_at="2026-06-02T10:00Z")
    outdate(campaign.pk, [Response.objects.get(pk=made.pk).answered_at.date()])
    tally(campaign.pk)
    assert not Outdated.objects.exists()
    respond(invited, 8)  # changed, long after
    check(campaign)
    tally(campaign.pk)
    check(campaign)
    leave(ann, erases=True)
    assert Outdated.objects.count() == 2
    check(campaign)
    tally(campaign.pk)
    check(campaign)


def test_a_wrong_tally_is_found(campaign: Campaign) -> None:
    tally(campaign.pk)
    one = Tally.objects.filter(segment="plan").order_by("pk")[0]
    Tally.objects.filter(pk=one.pk).update(n=one.n + 3)
    assert len(difference(campaign)) == 1
    assert f"{one.n + 3} instead of {one.n}" in difference(campaign)[0]


def test_an_import_and_its_undo_begin_the_tallies_anew(campaign: Campaign, tmp_path: Path) -> None:
    tally(campaign.pk)
    file = tmp_path / "old.csv"
    file.write_text("id,score,date,email\na,0,2026-05-02,p1@example.com\nb,0,2026-05-02,\n")
    import_answers(Wish(path=file, campaign=campaign))
    assert not Tallied.objects.exists()
    check(campaign)
    tasks.run_all()
    assert Tallied.objects.exists()
    check(campaign)
    undo(f"answers:{campaign.pk}:csv")
    check(campaign)
    tasks.run_all()
    check(campaign)


def test_with_too_many_days_to_count_anew_all_are(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    tally(campaign.pk)
    monkeypatch.setattr("surveys.tallies.cells.MOST_OUTDATED", 2)
    outdate(campaign.pk, {cell.day for cell in cells(campaign, kept(campaign), 31)})
    assert Outdated.objects.count() > 2
    assert kept(campaign).before is None
    check(campaign)


def test_the_report_costs_the_same_with_tallies(campaign: Campaign, sam: Member) -> None:
    tally(campaign.pk)
    staff = signed_in(sam)
    for path in ("", "trend/", "segments/", "periods/", "answers/"):
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(f"/desk/surveys/{campaign.pk}/{path}").status_code == 200
        assert len(queries) <= 12, path


def test_tallies_are_made_by_the_clock() -> None:
    from django_q.models import Schedule

    ensure_schedule("default")
    ensure_schedule("default")
    assert Schedule.objects.filter(func=TALLY_ALL).count() == 1


def test_seeded_answers_are_tallied_and_make_a_report(sam: Member) -> None:
    call_command("seed_answers", "--answers", "300", stdout=StringIO())
    found = Campaign.objects.get(name="300 answers")
    assert found.responses.count() == 300
    figures_of = figures(found)
    assert figures_of.n == 240  # of each person the latest
    assert 0 < (figures_of.rate or 0) < 100
    check(found)
    for path in ("", "trend/", "segments/", "periods/", "answers/"):
        assert signed_in(sam).get(f"/desk/surveys/{found.pk}/{path}").status_code == 200


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan is told in other words elsewhere")
def test_invitations_are_counted_without_reading_them() -> None:
    campaign = surveys.survey()
    with CaptureQueriesContext(connection) as asked:
        figures(campaign)
    counting = next(one["sql"] for one in asked if "UNION ALL" in one["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {counting}")
        searches = [row[3] for row in cursor.fetchall() if row[3].startswith("SEARCH")]
    assert len(searches) == 4
    assert all("COVERING INDEX" in one for one in searches)
