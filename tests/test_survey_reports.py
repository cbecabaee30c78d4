"""What a survey's report says: over time, by segment, of two periods, and the answers behind each number."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.feedback.models import Item
from community.members.models import Member
from surveys.campaigns.models import Campaign, Wording
from surveys.reports.guard import hidden
from surveys.reports.measure import signed
from surveys.reports.segments import segments
from surveys.reports.trend import open_months, trend
from surveys.reports.windows import Window, windows
from surveys.responses.models import Response
from surveys.tallies.cells import Cell, Kept, cells, counted, counts_in
from tests import make, surveys
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
NINE = (10, 10, 10, 10, 10, 9, 8, 7, 3)
TEN = (*NINE, 2)


@pytest.fixture
def mia() -> Member:
    return make.member("mia", role="manager")


def read(reader: Client, campaign: Campaign, path: str = "", status: int = 200) -> str:
    page = reader.get(f"/desk/surveys/{campaign.pk}/{path}")
    assert page.status_code == status
    return re.sub(r"\s+", " ", page.content.decode())


def scores_in(page: str) -> list[int]:
    return sorted(int(n) for n in re.findall(r'class="survey-number[^>]*>(\d+)<', page))


def test_of_each_person_the_latest_answer_of_a_window_counts() -> None:
    campaign = surveys.survey()
    eve = surveys.stranger()
    for on, score in (("2026-03-02", 3), ("2026-03-02T09:00", 4), ("2026-04-07", 9), ("2026-06-01", 10)):
        surveys.answer(campaign, score, by=eve, on=on)
    surveys.answer(campaign, 0, on="2026-04-08")
    found = cells(campaign, Kept(None), 400)
    assert Cell(date(2026, 3, 2), date(2026, 4, 7), 4, 1) in found
    for begin, end, said in (
        (None, None, {10: 1, 0: 1}),
        (date(2026, 3, 1), date(2026, 4, 1), {4: 1}),
        (date(2026, 3, 1), date(2026, 5, 1), {9: 1, 0: 1}),
        (date(2026, 4, 8), date(2026, 4, 9), {0: 1}),
        (date(2026, 5, 1), None, {10: 1}),
    ):
        assert counted(found, begin, end) == said
        assert counts_in(campaign, Kept(None), begin or date(2000, 1, 1), end or date(2030, 1, 1)) == said


def test_windows_are_whole_and_follow_each_other() -> None:
    last = date(2026, 11, 30)
    months = windows("month", last)
    assert (months[0].begin, months[-1], len(months)) == (
        date(2024, 12, 1), Window(date(2026, 11, 1), date(2026, 12, 1)), 24,
    )  # fmt: skip
    for by in ("day", "week", "month"):
        found = windows(by, last)
        assert all(one.end == following.begin for one, following in pairwise(found))
        assert found[-1].begin <= last < found[-1].end
    assert all(one.begin.weekday() == 0 for one in windows("week", last))
    assert windows("90", last)[-1] == Window(date(2026, 9, 2), date(2026, 12, 1))


def test_the_trend_shows_counts_under_ten_and_what_happened_meanwhile(sam: Member) -> None:
    campaign = surveys.survey()
    surveys.answers(campaign, *TEN, on="2026-08-10")
    surveys.answers(campaign, *NINE, on="2026-09-10")
    surveys.answers(campaign, *TEN, 0, 0, on="2026-10-10")
    Wording.objects.create(
        campaign=campaign, language="en", version=2, question="Well?", low="No", high="Yes",
        at=datetime(2026, 9, 3, tzinfo=UTC),
    )  # fmt: skip
    for title, visibility in (("Faster sync", "public"), ("Secret", "staff")):
        Item.objects.create(
            kind="release", title=title, visibility=visibility, path="/changelog/x/",
            created_at=datetime(2026, 10, 2, tzinfo=UTC),
        )  # fmt: skip
    page = read(signed_in(sam), campaign, "trend/?by=month&until=2026-11-01")
    rows = re.findall(r'<th scope="row">.*?<bdi>([^<]+)</bdi>.*?<td class="number">(\d+)</td>(.*?)</tr>', page)
    assert [(name, int(n)) for name, n, _rest in rows] == [
        ("October 2026", 12), ("September 2026", 9), ("August 2026", 10)
    ]  # fmt: skip
    assert ["+" in rest for _name, _n, rest in rows] == [True, False, True]
    assert "since=2026-09-01&amp;until=2026-09-30" in page
    assert "2 September" not in page
    assert "Other words in English (version 2)" in page
    assert "Release: Faster sync" in page
    assert "Secret" not in page
    assert page.count('class="chart-mark"') == 2
    assert page.count("<polyline") == 2  # a month without a score is a gap
    assert "Earlier" not in page
    assert "Earlier" in read(signed_in(sam), campaign, "trend/?by=day&until=2026-10-10")


def test_a_rolling_trend_holds_the_last_days_of_each_week() -> None:
    campaign = surveys.survey()
    surveys.answers(campaign, *TEN, on="2026-08-10")
    surveys.answers(campaign, *TEN, on="2026-09-05")
    surveys.answers(campaign, *TEN, on="2026-09-14")
    numbers = {one.name: one.n for one in trend(campaign, "30", date(2026, 9, 12)).rows}
    assert numbers == {
        "Sept. 12, 2026": 10, "Sept. 5, 2026": 20, "Aug. 29, 2026": 10, "Aug. 22, 2026": 10, "Aug. 15, 2026": 10,
    }  # fmt: skip
    assert trend(campaign, "90", date(2026, 9, 10)).rows[0].n == 20


@pytest.mark.parametrize("query", ["by=year", "until=soon", "until=2026-02-31", "until=0001-01-01", "until=9999-12-31"])
def test_an_address_that_makes_no_sense_shows_the_trend_all_the_same(sam: Member, query: str) -> None:
    campaign = surveys.survey()
    surveys.answers(campaign, *TEN)
    assert "Over time" in read(signed_in(sam), campaign, f"trend/?{query}")


def test_each_segment_shows_its_number_and_a_score_from_ten_on(sam: Member) -> None:
    campaign = surveys.survey()
    pro = make.company("Hooli", plan="Pro", monthly_revenue=20_000)
    surveys.answers(campaign, *TEN, company=pro)
    surveys.answers(campaign, *NINE, language="th", channel="link")
    found = {one.key: {row.name: (row.n, row.score) for row in one.rows} for one in segments(campaign)}
    assert found["language"] == {"English": (10, "+40"), "ไทย": (9, "")}
    assert found["channel"] == {"E-mail": (10, "+40"), "By a link": (9, "")}
    assert found["plan"] == {"Pro": (10, "+40"), "Not known": (9, "")}
    assert found["revenue"] == {"10,000 and more": (10, "+40"), "Not known": (9, "")}
    assert "product" not in found
    page = read(signed_in(sam), campaign, "segments/")
    for query in ("language=th", "plan=-", "revenue=10000"):
        assert f"answers/?{query}" in page
        numbers = re.search(r">(\d+) answers<", read(signed_in(sam), campaign, f"answers/?{query}"))
        assert numbers
        assert int(numbers[1]) in (9, 10)


@pytest.mark.parametrize(
    ("numbers", "kept_back"),
    [
        ({"a": 40, "b": 12, "c": 3}, {"b", "c"}),  # 3 alone would be what is left
        ({"a": 40, "b": 12, "c": 6, "d": 5}, {"c", "d"}),
        ({"a": 40, "b": 12}, set()),
        ({"a": 9}, {"a"}),
        ({"a": 10, "b": 0}, set()),
        ({}, set()),
    ],
)
def test_no_small_group_is_left_over_when_others_are_taken_away(numbers: dict[str, int], kept_back: set[str]) -> None:
    assert hidden(numbers) == kept_back


@pytest.mark.parametrize("privacy", ["confidential", "anonymous"])
def test_a_survey_that_shows_nobody_gives_nobody_away(sam: Member, mia: Member, privacy: str) -> None:
    campaign = surveys.survey(privacy=privacy)
    staff = signed_in(sam)
    surveys.answers(campaign, *NINE, on="2026-08-10", words="Quite alone.")
    one = Response.objects.order_by("pk")[0]
    for path in ("", "answers/"):
        page = read(staff, campaign, path)
        assert "Under 10 answers" in page
        assert "Quite alone." not in page
    assert "answers/?score=" not in read(staff, campaign)
    assert staff.get(f"/desk/surveys/answers/{one.pk}/").status_code == 403
    assert signed_in(mia).get(f"/desk/surveys/{campaign.pk}/export/").status_code == 403
    surveys.answers(campaign, *TEN, *TEN, 5, on="2026-09-10", company=make.company("Hooli", plan="Pro"))
    surveys.answers(campaign, 1, on="2026-10-10", language="th", words="Only me.")
    page = read(staff, campaign, "segments/")
    assert "Others together: English, ไทย" in page  # Thai is one answer, and English what is left
    assert "Others together: Not known, Pro" not in page
    assert "answers/?plan=Pro" in page
    trend_page = read(staff, campaign, "trend/?by=day")
    # October is one answer, August nine: together ten, so that September is shown.
    assert re.findall(r"answers/\?([^\"]+)", trend_page) == ["since=2026-09-01&amp;until=2026-09-30"]
    everything = read(staff, campaign, "answers/")
    assert "Pro" not in re.sub(r"<option.*?</option>", "", everything).replace("Promoters", "")
    assert "2026" not in re.sub(r"<option.*?</option>", "", everything)
    assert 'lang="th"' not in everything.replace('lang="th" hreflang', "")
    for query in ("language=th", "language=en", "since=2026-10-01", "since=2026-10-10", "plan=Pro&since=2026-09-01"):
        page = read(staff, campaign, f"answers/?{query}", 422)
        assert not scores_in(page)
        assert "Only me." not in page
    assert len(scores_in(read(staff, campaign, "answers/?plan=Pro&band=promoter"))) == 12


def test_months_that_would_be_left_over_stay_closed() -> None:
    campaign = surveys.survey(privacy="confidential")
    surveys.answers(campaign, *TEN, on="2026-08-10")
    surveys.answers(campaign, *TEN, *TEN, on="2026-09-10")
    surveys.answers(campaign, 1, on="2026-10-10")
    assert [one.begin.month for one in open_months(campaign)] == [9]
    rows = {one.name: (one.n, one.score, bool(one.url)) for one in trend(campaign, "week", date(2026, 10, 31)).rows}
    assert rows == {
        "October 2026": (1, "", False), "September 2026": (20, "+40", True), "August 2026": (10, "", False),
    }  # fmt: skip


def test_two_periods_are_compared_in_words(sam: Member) -> None:
    campaign = surveys.survey()
    surveys.answers(campaign, *[2] * 20, *[9] * 10, on="2026-08-10")
    surveys.answers(campaign, *[2] * 3, *[9] * 27, on="2026-09-10")
    surveys.answers(campaign, *[2] * 4, *[9] * 26, on="2026-10-10")
    surveys.answers(campaign, 9, on="2026-11-10")
    month = {8: ("08-01", "08-31"), 9: ("09-01", "09-30"), 10: ("10-01", "10-31"), 11: ("11-01", "11-30")}

    def said(before: int, after: int) -> str:
        query = "&".join(
            f"{name}=2026-{day}"
            for name, day in zip(
                ("before_since", "before_until", "since", "until"), (*month[before], *month[after]), strict=True
            )
        )
        return read(signed_in(sam), campaign, f"periods/?{query}")

    page = said(8, 9)
    assert "Clearly better" in page
    assert re.search(r"\+113 points, 95 % interval \+\d+ … \+\d+", page)
    assert "Clearly worse" in said(9, 8)
    assert "No clear difference" in said(9, 10)
    page = said(10, 11)
    assert "Too few answers to compare" in page
    assert "points, 95 %" not in page
    assert "Compare" in read(signed_in(sam), campaign, "periods/")
    wrong = "before_since=2026-08-31&before_until=2026-08-01&since=x&until=1600-01-01"
    page = read(signed_in(sam), campaign, f"periods/?{wrong}", 422)
    assert "The first day comes after the last one" in page
    assert "Choose a day from 1990 on." in page
    assert 'value="2026-08-31"' in page


def test_only_whole_months_are_compared_where_nobody_is_shown(sam: Member) -> None:
    campaign = surveys.survey(privacy="anonymous")
    assert "no two months yet" in read(signed_in(sam), campaign, "periods/")
    surveys.answers(campaign, *TEN, on="2026-08-10")
    surveys.answers(campaign, *[0] * 12, on="2026-09-10")
    page = read(signed_in(sam), campaign, "periods/")
    assert "Clearly worse" in page
    assert "August 2026" in page
    assert read(signed_in(sam), campaign, "periods/?before_since=2026-08-02&since=2026-09-01", 422)


def test_every_number_leads_to_the_answers_behind_it(sam: Member) -> None:
    campaign = surveys.survey()
    staff = signed_in(sam)
    eve = surveys.stranger()
    surveys.answer(campaign, 0, by=eve, on="2026-08-01")
    surveys.answer(campaign, 9, by=eve, on="2026-09-01", words="Better *now*.")
    surveys.answers(campaign, 6, 7, 8, 10, on="2026-09-02", language="pl")
    assert 'answers/?score=9"' in read(staff, campaign)
    for query, said in {
        "": [6, 7, 8, 9, 10],
        "band=detractor": [6],
        "band=passive": [7, 8],
        "band=promoter": [9, 10],
        "score=9": [9],
        "words=on": [9],
        "language=pl": [6, 7, 8, 10],
        "language=pl&band=promoter": [10],
        "since=2026-08-01&until=2026-08-31": [0],
        "until=2026-09-01": [9],
        "since=2026-09-02": [6, 7, 8, 10],
    }.items():
        assert scores_in(read(staff, campaign, f"answers/?{query}")) == said, query
    assert "No answer is like that." in read(staff, campaign, "answers/?score=1")
    for query in ("score=11", "band=fans", "language=xx", "since=yesterday", "since=2026-09-02&until=2026-09-01"):
        page = read(staff, campaign, f"answers/?{query}", 422)
        assert "field-error" in page or 'class="errors"' in page
        assert not scores_in(page)


def test_answers_come_a_page_at_a_time_at_the_same_cost(sam: Member) -> None:
    campaign = surveys.survey()
    staff = signed_in(sam)

    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            read(staff, campaign, path)
        return len(queries)

    paths = ("", "answers/", "answers/?band=promoter", "trend/?by=30", "segments/", "periods/")
    surveys.answers(campaign, *TEN, on="2026-09-02")
    few = {path: cost(path) for path in paths}
    for number in range(15):
        surveys.answers(campaign, 9, 10, on=f"2026-09-{number + 5:02}", company=make.company(f"C{number}"))
    assert {path: cost(path) for path in paths} == few
    assert max(few.values()) <= 12
    seen, path = [], "answers/?band=promoter"
    while path:
        page = read(staff, campaign, path)
        seen += re.findall(r"/desk/surveys/answers/(\d+)/", page)
        link = re.search(r'href="(\?[^"]+)#answers"', page)
        path = f"answers/{link[1].replace('&amp;', '&')}" if link else ""
    assert len(seen) == len(set(seen)) == 36
    assert "36 answers" in read(staff, campaign, "answers/?band=promoter")


@pytest.mark.parametrize(("kind", "scores", "says"), [
    ("csat", (5, 5, 5, 4, 4, 4, 4, 4, 3, 1), "80 %"), ("ces", (7, 7, 7, 6, 6, 5, 5, 4, 3, 1), "70 %"),
])  # fmt: skip
def test_other_questions_show_the_share_of_the_content(
    sam: Member, kind: str, scores: tuple[int, ...], says: str
) -> None:
    campaign = surveys.survey(kind=kind)
    surveys.answers(campaign, *scores[:9], on="2026-09-02")
    assert "Too few answers for a score" in read(signed_in(sam), campaign)
    surveys.answer(campaign, scores[9], on="2026-09-02")
    page = read(signed_in(sam), campaign)
    assert f'<b><bdi dir="ltr">{says}</bdi></b>' in page
    assert "Agresti–Coull" in page
    assert re.search(r"95 % interval</dt><dd><bdi dir=\"ltr\">\d+ % … \d+ %", page)
    assert says in read(signed_in(sam), campaign, "trend/?by=month&until=2026-09-30")
    assert "Promoters" not in read(signed_in(sam), campaign, "answers/")


def test_managers_take_every_answer_away_and_no_formula_runs(sam: Member, mia: Member) -> None:
    campaign = surveys.survey()
    for words in ("=1+1", "+49 30", "-1", "@SUM(A1)", "\t=2", "＝1+1", 'Fine, "really"\nnew line'):
        surveys.answer(campaign, 9, words=words, company=make.company(words.strip()[:3] + words[-2:].strip()))
    surveys.answers(campaign, *[8] * 319)
    assert signed_in(sam).get(f"/desk/surveys/{campaign.pk}/export/").status_code == 403
    manager = signed_in(mia)
    with CaptureQueriesContext(connection) as queries:
        answer = manager.get(f"/desk/surveys/{campaign.pk}/export/?format=csv")
        text = b"".join(answer).decode()
    assert len(queries) <= 12
    assert answer.headers["Content-Disposition"].endswith('.csv"')
    assert text.startswith("\ufeffid,answered,")
    rows = list(csv.DictReader(io.StringIO(text[1:], newline="")))
    assert len(rows) == 326
    assert not [cell for row in rows for cell in row.values() if cell[:1] in tuple("=+-@＝\t\r")]
    assert {row["comment"] for row in rows} >= {"'=1+1", "'+49 30", "'-1", "'@SUM(A1)", 'Fine, "really"\nnew line'}
    told = json.loads(b"".join(manager.get(f"/desk/surveys/{campaign.pk}/export/?format=json")))
    assert told["survey"]["name"] == "How we are doing"
    assert len(told["answers"]) == 326
    assert {one["comment"] for one in told["answers"]} >= {"=1+1", "-1"}
    assert manager.get(f"/desk/surveys/{campaign.pk}/export/?format=xml").status_code == 404
    assert "export/?format=csv" in read(manager, campaign, "answers/")
    assert "export/?format=csv" not in read(signed_in(sam), campaign, "answers/")


@pytest.mark.parametrize("privacy", ["confidential", "anonymous"])
def test_a_file_of_a_survey_that_shows_nobody_holds_nothing_of_anybody(mia: Member, privacy: str) -> None:
    campaign = surveys.survey(privacy=privacy)
    surveys.answers(campaign, *TEN, on="2026-09-02", company=make.company("Hooli", plan="Rare"), words="Slow.")
    for format in ("csv", "json"):
        text = b"".join(signed_in(mia).get(f"/desk/surveys/{campaign.pk}/export/?format={format}")).decode()
        assert text.count("Slow.") == 10
        for told in ("Hooli", "Rare", "2026", "example.com", "Eve", "mail"):
            assert told not in text


def test_nobody_but_staff_reads_a_report(client: Client, ann: Member) -> None:
    campaign = surveys.survey()
    for path in ("trend/", "segments/", "periods/", "answers/", "export/"):
        assert client.get(f"/desk/surveys/{campaign.pk}/{path}").status_code == 302
        assert signed_in(ann).get(f"/desk/surveys/{campaign.pk}/{path}").status_code == 403
        assert signed_in(ann).get(f"/desk/surveys/{campaign.pk + 1}/{path}").status_code == 403


def test_the_method_card_keeps_each_number_behind_its_language(mia: Member) -> None:
    campaign = surveys.survey()
    surveys.answers(campaign, *TEN, language="ar")
    surveys.answers(campaign, 9, 9, language="pl")
    page = read(signed_in(mia), campaign)
    assert "<dd>\u2068العربية\u2069 10, \u2068Polski\u2069 2</dd>" in page


@pytest.mark.parametrize(("privacy", "told"), [("identified", "Feb. 3, 2021"), ("confidential", "February 2021")])
def test_the_method_card_begins_with_the_first_answer_that_was_brought(sam: Member, privacy: str, told: str) -> None:
    campaign = surveys.survey(privacy=privacy)
    campaign.started_at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    campaign.save()
    surveys.answers(campaign, *TEN)
    assert "<dd>March 1, 2026 – today</dd>" in read(signed_in(sam), campaign)
    surveys.answer(campaign, 9, on="2021-02-03", channel="import")
    staff = signed_in(sam)
    with CaptureQueriesContext(connection) as queries:
        assert f"<dd>{told} – today</dd>" in read(staff, campaign)
    assert len(queries) <= 12


@pytest.mark.parametrize(("points", "words"), [(0.3, "0"), (-0.3, "0"), (0.6, "+1"), (-0.6, "−1"), (None, "–")])
def test_only_what_is_more_than_nothing_has_a_plus(points: float | None, words: str) -> None:
    assert signed(points) == words
