"""Old answers come in from Delighted, Formbricks and any table: with their dates, once, and back out again."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from community.feedback.models import Event, Item, Link
from community.lib.csv_files import FileRefused
from community.members.models import Member
from surveys.campaigns.models import Campaign
from surveys.imports.report import Report
from surveys.imports.run import Wish, import_answers
from surveys.imports.undo import undo
from surveys.people.models import Person
from surveys.reports.export import export_of
from surveys.reports.figures import figures
from surveys.responses.models import Invitation, Response
from surveys.responses.respond import Said, say
from tests import make, surveys

pytestmark = pytest.mark.django_db

DELIGHTED = """\
Response ID,Survey type,Person ID,Person email,Person name,Score,Comment,Response date,Permalink,Delighted locale,Plan
5001,nps,10,ann@example.com,Ann Okafor,10,"Love it, **really**",2024-01-31 09:15:00 UTC,https://x.example/a,en,Pro
5002,nps,11,eve@example.com,Eve,3,,2024-02-01 10:00:00 UTC,https://x.example/b,pl-PL,Free
5003,nps,12,kim@example.com,Kim,,,2024-02-01 10:05:00 UTC,https://x.example/c,ko,
5004,nps,13,lee@example.com,Lee,11,Too high,2024-02-01 10:06:00 UTC,https://x.example/d,en,
5005,nps,14,max@example.com,Max,8,,the other day,https://x.example/e,en,
5006,nps,,,,7,Nobody's,2024-02-02T00:00:00Z,https://x.example/f,th,
5002,nps,11,eve@example.com,Eve,9,Again,2024-03-01 10:00:00 UTC,https://x.example/b,pl,Free
"""
FORMBRICKS = """\
No.,Response ID,Timestamp,Finished,Survey ID,Formbricks ID (internal),User ID,Notes,Tags,url,1. How likely are you to recommend us?,2. What is the main reason?,3. May we contact you?
1,cmr1,2025-03-01T08:00:00.000Z,Yes,s1,f1,u-1,,,https://a.example,9,Quick support,clicked
2,cmr2,2025-03-02T08:00:00.000Z,No,s1,f2,u-2,,,https://a.example,,,
3,cmr3,2025-03-03T08:00:00.000Z,Yes,s1,f3,,,,https://a.example,2,Slow,
"""
GENERIC = """\
When;Mark;Said;Who;Firm;MRR
31.01.2024;9;Fine;eve@example.com;hooli;1,200
31.01.2024;9;Fine;eve@example.com;hooli;1,200
2024-02-03;6;;no address;Nowhere;lots
2024-02-04;5.5;;;;
2999-01-01;5;;;;
;5;;;;
"""
MAPPED = {"When": "answered", "Mark": "score", "Said": "comment", "Who": "email", "Firm": "company", "MRR": "revenue"}


def brought(tmp_path: Path, text: str, campaign: Campaign, **options: Any) -> Report:
    path = tmp_path / "old.csv"
    path.write_text(text, "utf-8")
    return import_answers(Wish(path=path, campaign=campaign, **options))


def everything() -> list[Any]:
    return [
        list(Response.objects.order_by("pk").values_list("pk", "score", "answered_at", "person", "key", "plan")),
        list(Item.objects.order_by("pk").values_list("pk", "body", "created_at", "external_id")),
        list(Event.objects.order_by("pk").values_list("pk", "verb")),
        list(Person.objects.order_by("pk").values_list("pk", "address", "name")),
    ]


def test_delighted_comes_in_once_with_its_dates_and_people(tmp_path: Path, ann: Member) -> None:
    campaign = surveys.survey()
    make.confirmed(ann)
    report = brought(tmp_path, DELIGHTED, campaign)
    assert {name: report.counts[name] for name in ("lines", "new", "skipped", "left out", "people", "words")} == {
        "lines": 7, "new": 3, "skipped": 1, "left out": 3, "people": 1, "words": 2,
    }  # fmt: skip
    assert report.warnings == [(5, "score", "11"), (6, "date", "the other day"), (8, "twice", "")]
    first, second, third = Response.objects.select_related("item", "person").order_by("answered_at")
    assert (first.score, first.answered_at.isoformat(), first.plan) == (10, "2024-01-31T09:15:00+00:00", "Pro")
    assert (first.item.author, first.person.member, first.channel) == (ann, ann, "import")
    assert "<strong>really</strong>" in first.item.html
    assert first.item.created_at == first.answered_at
    assert (second.person.address, second.item.language) == ("eve@example.com", "pl")
    assert second.person.unsubscribed_at is not None  # an import asks nobody
    assert (third.person, third.item.language, third.item.body) == (None, "th", "Nobody's")
    assert figures(campaign).counts == {10: 1, 3: 1, 7: 1}
    assert (figures(campaign).asked, figures(campaign).channels) == (0, {"import": 3})
    before = everything()
    again = brought(tmp_path, DELIGHTED, campaign)
    assert (again.counts["known"], again.counts["new"], again.counts["people"]) == (3, 0, 0)
    assert everything() == before


def test_formbricks_knows_the_score_among_its_questions(tmp_path: Path) -> None:
    campaign = surveys.survey()
    report = brought(tmp_path, FORMBRICKS, campaign)
    assert (report.counts["new"], report.counts["skipped"], report.warnings) == (2, 1, [])
    first, second = Response.objects.select_related("item", "person").order_by("answered_at")
    assert (first.score, first.item.body, first.person.external_id) == (9, "Quick support", "u-1")
    assert (second.score, second.item.body, second.person) == (2, "Slow", None)
    before = everything()
    brought(tmp_path, FORMBRICKS, campaign)
    assert everything() == before


def test_any_table_comes_in_by_what_its_columns_are(tmp_path: Path) -> None:
    campaign = surveys.survey()
    make.company("Hooli")
    with pytest.raises(FileRefused, match="No column is the score"):
        brought(tmp_path, GENERIC, campaign)
    report = brought(tmp_path, GENERIC, campaign, columns=MAPPED)
    assert report.counts["new"] == 3  # two lines that say the same are two answers
    assert report.warnings == [
        (4, "email", "no address"), (4, "revenue", "lots"), (5, "score", "5.5"), (6, "future", "2999-01-01"),
        (7, "no date", ""),
    ]  # fmt: skip
    first = Response.objects.order_by("pk")[0]
    assert (str(first.company), first.revenue, first.item.body) == ("Hooli", 1200, "Fine")
    before = everything()
    again = brought(tmp_path, GENERIC, campaign, columns=MAPPED)
    assert (again.counts["known"], again.counts["new"]) == (3, 0)
    assert everything() == before


@pytest.mark.parametrize(
    ("text", "columns", "says"),
    [
        ("", {}, "The file is empty"),
        (",,\n1,2,3\n", {}, "names no columns"),
        ("score,comment\n9,x\n", {}, "No column is the date"),
        ("score,date\n9,x\n", {"Mark": "score"}, "There is no column “Mark”"),
        ("score,date\n9,x\n", {"score": "points"}, "There is no field “points”"),
    ],
)
def test_a_file_that_says_too_little_is_refused(tmp_path: Path, text: str, columns: dict[str, str], says: str) -> None:
    with pytest.raises(FileRefused, match=says):
        brought(tmp_path, text, surveys.survey(), columns=columns)


def test_days_and_months_are_told_apart_as_one_says(tmp_path: Path) -> None:
    text = "id,score,date\na,9,3/4/2024\nb,9,3/14/2024\n"
    report = brought(tmp_path, text, surveys.survey())
    assert report.warnings == [(2, "date guessed", "3/4/2024")]
    assert {str(one.answered_at.date()) for one in Response.objects.all()} == {"2024-04-03", "2024-03-14"}
    report = brought(tmp_path, text, surveys.survey(), is_month_first=True)
    assert report.warnings == []
    assert Response.objects.filter(answered_at__date="2024-03-04").count() == 1


def test_a_newer_file_changes_what_was_not_used_here(tmp_path: Path) -> None:
    campaign = surveys.survey(kind="csat")
    text = "id,score,date,comment\na,5,2024-01-01,Good\nb,4,2024-01-01,Good\n"
    brought(tmp_path, text, campaign)
    one = Response.objects.get(score=5)
    say(one, Said("Said here."))
    report = brought(tmp_path, text.replace("a,5", "a,1").replace("b,4", "b,2"), campaign)
    assert (report.counts["changed"], report.counts["touched"]) == (1, 1)
    assert sorted(Response.objects.values_list("score", flat=True)) == [2, 5]
    assert brought(tmp_path, text.replace("b,4", "b,2"), campaign).counts["changed"] == 0


def test_an_import_is_tried_dry_and_taken_back(tmp_path: Path) -> None:
    campaign = surveys.survey()
    eve = surveys.stranger()
    before = everything()
    report = brought(tmp_path, DELIGHTED, campaign, is_dry=True)
    assert (report.counts["new"], report.counts["people"], everything() == before) == (3, 1, True)
    brought(tmp_path, DELIGHTED, campaign)
    source = Item.objects.order_by("pk")[0].source
    assert undo(source, is_dry=True).counts["removed"] == 3
    assert Response.objects.count() == 3
    report = undo(source)
    assert (report.counts["removed"], report.counts["removed people"]) == (3, 1)
    assert everything() == before
    assert list(Person.objects.all()) == [eve]


def test_what_was_used_here_is_not_taken_back(tmp_path: Path) -> None:
    campaign = surveys.survey()
    brought(tmp_path, DELIGHTED, campaign)
    kept, other, _third = Response.objects.order_by("answered_at")
    thread = make.thread()
    Link.objects.create(source_id=kept.pk, target_id=thread.pk, kind=Link.Kind.RAISED)
    Invitation.objects.create(campaign=campaign, person=other.person, due_at=other.answered_at)
    report = undo(Item.objects.get(pk=kept.pk).source)
    assert (report.counts["removed"], report.counts["kept"], report.counts["removed people"]) == (2, 1, 0)
    assert list(Response.objects.all()) == [kept]
    assert Person.objects.count() == 2


def test_an_anonymous_survey_takes_in_no_person(tmp_path: Path) -> None:
    campaign = surveys.survey(privacy="anonymous")
    assert brought(tmp_path, DELIGHTED, campaign).counts["new"] == 3
    assert not Person.objects.exists()
    for one in Response.objects.select_related("item"):
        assert (one.person, one.company, one.item.author) == (None, None, None)
        assert not one.item.external_id.startswith("500")
    before = everything()
    brought(tmp_path, DELIGHTED, campaign)
    assert everything() == before


def test_words_that_are_hostile_are_words(tmp_path: Path) -> None:
    campaign = surveys.survey()
    text = 'id,score,date,comment\na,9,2024-01-01,"<script>x</script>\x07 \'=1+1"\nb,9,2024-01-01,"' + "[" * 60_000
    report = brought(tmp_path, text + '"\n', campaign)
    assert report.counts["new"] == 2
    one = Item.objects.get(external_id="a")
    assert "<script" not in one.html
    assert "\x07" not in one.body


def test_the_command_tells_line_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    campaign = surveys.survey()
    file = tmp_path / "delighted.csv"
    file.write_text(DELIGHTED, "utf-8")
    told = ("--survey", str(campaign.pk))
    call_command("import_answers", file, *told, "--dry-run")
    said = capsys.readouterr()
    assert "Nothing was written" in said.out
    assert "Line 5: “11” is no whole number of the survey's scale." in said.err
    assert not Response.objects.exists()
    call_command("import_answers", file, *told, "--report", tmp_path / "r.json")
    assert "Imported." in capsys.readouterr().out
    assert json.loads((tmp_path / "r.json").read_text("utf-8"))["counts"]["new"] == 3
    for wrong in (
        (file, "--survey", "999"), (tmp_path / "none.csv", *told), (file, *told, "--map", "score"),
        (file, *told, "--source", "A B"), (file, *told, "--language", "english"), (*told,),
        (*told, "--undo", "--source", "other"),
    ):  # fmt: skip
        with pytest.raises(CommandError):
            call_command("import_answers", *wrong)
    call_command("import_answers", *told, "--undo")
    assert "Undone." in capsys.readouterr().out
    assert not Response.objects.exists()


def test_people_may_be_asked_where_one_says_so(tmp_path: Path) -> None:
    brought(tmp_path, DELIGHTED, surveys.survey(), may_ask=True)
    assert Person.objects.askable().filter(address="eve@example.com").exists()


def test_an_export_comes_in_again(tmp_path: Path) -> None:
    campaign = surveys.survey()
    surveys.answer(campaign, 9, on="2026-03-04", words="=1+1", company=make.company("Hooli", plan="Pro"))
    surveys.answer(campaign, 2, on="2026-03-05", by=surveys.stranger(), language="th")
    text = "".join(export_of(campaign, "csv"))
    other = surveys.survey(name="Copy")
    assert brought(tmp_path, text, other).counts["new"] == 2
    names = ("score", "answered_at", "item__body", "item__language", "plan", "company", "person")
    copy, there = (Response.objects.filter(campaign=one).order_by("pk") for one in (other, campaign))
    assert sorted(copy.values_list(*names)) == sorted(there.values_list(*names))


def test_whom_an_import_made_goes_with_their_last_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("surveys.imports.undo.BATCH", 2)
    campaign = surveys.survey()
    lines = "".join(f"{n},9,2024-01-0{n},eve@example.com\n" for n in range(1, 6))
    assert brought(tmp_path, f"id,score,date,email\n{lines}", campaign).counts["people"] == 1
    report = undo(Item.objects.order_by("pk")[0].source)
    assert (report.counts["removed"], report.counts["removed people"]) == (5, 1)
    assert not Person.objects.exists()


def test_answers_are_in_the_language_that_was_said(tmp_path: Path) -> None:
    campaign, text = surveys.survey(), "id,score,date,email\na,9,2024-01-01,eve@example.com\nb,2,2024-01-02,\n"
    brought(tmp_path, text, campaign, language="pl")
    assert list(Item.objects.values_list("language", flat=True)) == ["pl", "pl"]
    assert Person.objects.get().language == "pl"


def test_a_dry_run_counts_each_stranger_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("surveys.imports.run.BATCH", 2)
    lines = "".join(f"{n},9,2024-01-0{n},eve@example.com,\n{n + 4},8,2024-01-0{n},,u-1\n" for n in range(1, 5))
    text = f"id,score,date,email,user id\n{lines}"
    dry = brought(tmp_path, text, surveys.survey(), is_dry=True)
    assert dry.counts == brought(tmp_path, text, surveys.survey()).counts
    assert dry.counts["people"] == 2


def test_a_member_without_a_proved_address_is_a_stranger_until_then(tmp_path: Path, ann: Member) -> None:
    dry = brought(tmp_path, DELIGHTED, surveys.survey(), is_dry=True)
    assert dry.counts == brought(tmp_path, DELIGHTED, surveys.survey()).counts
    assert dry.counts["people"] == 2
    undo(Item.objects.order_by("pk")[0].source)
    assert not Person.objects.exists()


def test_a_newer_file_fills_in_what_the_first_left_out(tmp_path: Path) -> None:
    campaign = surveys.survey()
    hooli = make.company("Hooli")
    text = "id,score,date,Who,Firm,MRR,Tongue\na,9,2024-01-01,eve@example.com,Hooli,1200,pl\n"
    brought(tmp_path, text, campaign)
    columns = {"Who": "email", "Firm": "company", "MRR": "revenue", "Tongue": "language"}
    report = brought(tmp_path, text, campaign, columns=columns)
    assert (report.counts["changed"], report.counts["people"]) == (1, 1)
    one = Response.objects.select_related("item", "person").get()
    assert (one.person.address, one.company, one.revenue, one.item.language) == ("eve@example.com", hooli, 1200, "pl")
    assert brought(tmp_path, text, campaign, columns=columns).counts["known"] == 1
    assert undo(one.item.source).counts["removed people"] == 1


def test_answers_without_ids_come_in_once_whichever_way_days_are_read(tmp_path: Path) -> None:
    campaign, text = surveys.survey(), "score,date,comment\n9,03/04/2024,Fine\n8,04/13/2024,Well\n"
    brought(tmp_path, text, campaign)
    report = brought(tmp_path, text, campaign, is_month_first=True)
    assert (report.counts["changed"], report.counts["known"], report.counts["new"]) == (1, 1, 0)
    assert {one.answered_at.month for one in Response.objects.all()} == {3, 4}
