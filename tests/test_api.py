"""The API: what programs read, as whoever asks may read it, in one shape, at their rate and no faster."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.test import Client
from django.utils import timezone

from community.discussions import decide
from community.discussions.relocate import merge
from community.feedback.models import Item
from community.feedback.write import revise
from community.members import rates
from community.members.models import Member, Site
from community.search.learn import learn
from tests import make
from tests.conftest import signed_in
from tests.knowledge import drafted, published, section
from tests.quick import takes_less
from tests.test_search import HOSTILE

pytestmark = pytest.mark.django_db
SEARCH, THREADS, ARTICLES = "/api/v1/search", "/api/v1/threads", "/api/v1/articles"


def read(url: str, browser: Client | None = None, **asked: Any) -> Any:
    answer = (browser or Client()).get(url, asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


def refused(url: str, status: int, browser: Client | None = None, **asked: Any) -> dict[str, Any]:
    """The problem that is answered, which says its status, a title and what happened."""
    answer = (browser or Client()).get(url, asked)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    said = answer.json()
    assert said["status"] == status
    assert said["title"]
    assert len(said["detail"]) > 10
    return said


def titles(found: Any) -> list[str]:
    return [one["title"] for one in found["results"]]


# -- Search -------------------------------------------------------------------------------------------------------


def test_a_search_answers_with_all_that_a_program_needs(ann: Member, sam: Member) -> None:
    thread = make.thread(by=ann, title="The nightly export stops", body="After ten <b>thousand</b> rows & more.")
    Item.objects.filter(pk=thread.pk).update(source="import", external_id="a-1")
    learn()
    (found,) = read(SEARCH, q="exprot of thousand rows", language="en", limit=10)["results"]
    assert (found["id"], found["kind"], found["title"]) == (thread.pk, "thread", "The nightly export stops")
    assert (found["external_id"], found["language"], found["reply_id"]) == ("a-1", "en", None)
    assert found["url"] == site_settings.SITE_URL + thread.item.path
    assert found["score"] > 0
    assert found["snippet"] == "After ten <b>thousand</b> rows & more."
    assert "&lt;b&gt;<mark>thousand</mark>&lt;/b&gt; <mark>rows</mark> &amp;" in found["snippet_html"]


def test_a_reply_that_answers_is_named_beside_its_thread(ann: Member, sam: Member) -> None:
    thread = make.thread(by=ann, title="The nightly export stops")
    reply = make.reply(thread, by=sam, body="Raise the kumquat limit.")
    (found,) = read(SEARCH, q="kumquat")["results"]
    assert (found["id"], found["reply_id"], found["title"]) == (thread.pk, reply.pk, "The nightly export stops")
    assert found["url"].endswith("#1")
    assert found["snippet"] == "Raise the kumquat limit."


def test_language_and_kind_narrow_and_the_grammar_holds(ann: Member, bo: Member) -> None:
    for language in ("en", "pl", "pt-br"):
        make.thread(by=ann, title=f"A pangolin {language}", language=language)
    make.thread(by=bo, title="A pangolin of bo")
    assert titles(read(SEARCH, q="pangolin", language="pl")) == ["A pangolin pl"]
    assert titles(read(SEARCH, q="pangolin", language="pt")) == ["A pangolin pt-br"]
    assert titles(read(SEARCH, q="pangolin", language="PT_BR")) == ["A pangolin pt-br"]
    assert titles(read(SEARCH, q="pangolin", language="pt-pt")) == []
    assert titles(read(SEARCH, q="pangolin author:bo", kind="thread", language="")) == ["A pangolin of bo"]
    assert titles(read(SEARCH, q="", language="pl")) == ["A pangolin pl"]  # the newest
    assert read(SEARCH, q=" ") == {"results": []}


def test_what_a_search_cannot_do_it_says(ann: Member) -> None:
    assert refused(SEARCH, 422)["errors"] == [{"parameter": "q", "detail": "It is missing."}]
    assert "thread" in refused(SEARCH, 422, q="a", kind="reply")["detail"]
    assert refused(SEARCH, 422, q="a", language="thai!")["errors"][0]["parameter"] == "language"


def test_a_search_gives_as_many_as_are_asked_for_and_never_more_than_fifty(ann: Member, sam: Member) -> None:
    for number in range(55):
        make.thread(by=sam, title=f"Pangolin {number}")
    learn()
    counts = {limit: len(read(SEARCH, q="pangolin", limit=limit)["results"]) for limit in (1, 10, 45, 50, 99)}
    assert counts == {1: 1, 10: 10, 45: 45, 50: 50, 99: 50}
    assert len(read(SEARCH, q="pangolin")["results"]) == 20


@pytest.mark.parametrize("at", range(len(HOSTILE)))
def test_I109_hostile_queries_are_answered_soon(at: int, sam: Member) -> None:
    for number in range(5):
        make.thread(by=sam, title=f"Resetting my password {number}", body="Where do I click? ลืมรหัสผ่าน 비밀번호")
    learn()
    browser = Client()
    browser.get(SEARCH, {"q": "warm"})
    query = HOSTILE[at].encode("utf-8", "surrogatepass")
    ask = partial(browser.get, SEARCH, {"q": query, "limit": 50})
    assert takes_less(0.1, ask)
    assert ask().status_code in (200, 400)  # 400 is what a NUL gets anywhere
    assert list(Item.objects.filter(kind="thread")[:1])  # the connection is sound


# -- Threads ------------------------------------------------------------------------------------------------------


def test_threads_are_listed_with_what_people_see_of_them(ann: Member, sam: Member) -> None:
    place = make.category("billing").place
    thread = make.thread(by=ann, title="The export", place=place, labels=(make.label("sync", name="Sync"),))
    decide.solve(thread, make.reply(thread, by=sam), by=sam)
    (row,) = read(THREADS)["results"]
    said = {name: row[name] for name in ("id", "kind", "title", "language", "reply_count", "visibility", "state")}
    assert said == {
        "id": thread.pk, "kind": "question", "title": "The export", "language": "en", "reply_count": 1,
        "visibility": "public", "state": "visible",
    }  # fmt: skip
    site = site_settings.SITE_URL
    assert row["url"] == site + thread.item.path
    assert row["category"] == {"slug": "billing", "name": "Billing", "url": f"{site}/c/billing/"}
    assert row["labels"] == [{"slug": "sync", "name": "Sync", "url": f"{site}/labels/sync/"}]
    assert row["author"] == {"handle": "ann", "name": "Ann Okafor", "url": f"{site}/members/ann/", "is_staff": False}
    assert (row["is_solved"], row["is_closed"], row["is_pinned"]) == (True, False, False)
    assert "@example.com" not in str(row)


def test_threads_are_narrowed_and_ordered(ann: Member, sam: Member) -> None:
    place = make.category("billing").place
    make.thread(by=ann, title="First", place=place)
    talk = make.thread(by=ann, title="Second", kind="discussion", labels=(make.label("sync"),))
    make.reply(talk, by=sam)
    make.category("inside", parent=place)
    make.thread(by=ann, title="Third", place=make.category("inside").place)
    assert titles(read(THREADS, order="new")) == ["Third", "Second", "First"]
    assert titles(read(THREADS, order="unanswered")) == ["Third", "First"]
    assert titles(read(THREADS, kind="discussion")) == ["Second"]
    assert titles(read(THREADS, label="sync", kind="")) == ["Second"]
    assert titles(read(THREADS, category="billing")) == ["Third", "First"]
    assert titles(read(THREADS, category="nothing")) == []


def test_pages_of_threads_follow_one_another_without_gap_or_repeat(ann: Member, sam: Member) -> None:
    made = [make.thread(by=sam, title=f"Thread {number}", labels=(make.label("sync"),)) for number in range(7)]
    seen: list[int] = []
    url: str | None = f"{THREADS}?order=new&label=sync&limit=3"
    pages = 0
    while url:
        page = read(url.removeprefix(site_settings.SITE_URL))
        seen += [row["id"] for row in page["results"]]
        url = page["next"]
        pages += 1
        make.thread(by=sam, title=f"Meanwhile {pages}", labels=(make.label("sync"),))  # shifts no page
    assert (seen, pages) == ([thread.pk for thread in reversed(made)], 3)


def test_a_thread_is_read_with_its_replies_page_by_page(ann: Member, sam: Member) -> None:
    thread = make.thread(by=ann, title="Long", body="Some **words**.")
    replies = [make.reply(thread, by=sam, body=f"Reply *{number}*.") for number in range(5)]
    decide.solve(thread, replies[1], by=sam)
    make.reply(thread, by=sam, body="To the second.", in_reply_to=replies[1])
    first = read(f"{THREADS}/{thread.pk}", limit=4)
    assert (first["body"], first["html"]) == ("Some **words**.", '<p dir="auto">Some <strong>words</strong>.</p>\n')
    assert [reply["number"] for reply in first["replies"]] == [1, 2, 3, 4]
    assert [reply["is_solution"] for reply in first["replies"]] == [False, True, False, False]
    assert first["replies"][0]["body"] == "Reply *0*."
    assert first["replies"][0]["author"]["is_staff"]
    last = read(first["next"].removeprefix(site_settings.SITE_URL))
    assert [(reply["number"], reply["in_reply_to"]) for reply in last["replies"]] == [(5, None), (6, 2)]
    assert last["next"] is None


def test_a_merged_thread_leads_on(ann: Member, sam: Member) -> None:
    source, target = make.thread(by=ann, title="The first one"), make.thread(by=ann, title="The second one")
    merge(source, target, by=sam)
    assert Client().get(f"{THREADS}/{source.pk}").headers["Location"] == f"{THREADS}/{target.pk}"


# -- Articles ----------------------------------------------------------------------------------------------------


def test_an_article_is_read_with_its_translations(sam: Member) -> None:
    article = published("Exporting", "Press **Export**.")
    Item.objects.filter(pk=article.pk).update(source="import", external_id="a-1")
    thai = published("การส่งออก", language="th", original=article)
    drafted("Eksport", language="pl", original=article)
    site = site_settings.SITE_URL
    found = read(f"{ARTICLES}/{article.pk}")
    assert found["section"] == {"slug": "start", "name": "Start", "url": f"{site}/help/start/"}
    assert (found["title"], found["url"]) == ("Exporting", site + article.item.path)
    assert (found["body"], found["html"]) == ("Press **Export**.", '<p dir="auto">Press <strong>Export</strong>.</p>\n')
    assert (found["language"], found["external_id"], found["original_id"]) == ("en", "a-1", None)
    other = {"id": thai.pk, "language": "th", "title": "การส่งออก", "url": site + thai.item.path}
    assert found["translations"] == [other]  # nobody reads the draft
    translated = read(f"{ARTICLES}/{thai.pk}")
    assert (translated["original_id"], [one["id"] for one in translated["translations"]]) == (article.pk, [article.pk])
    assert read(ARTICLES, language="en")["results"] == [found]
    assert titles(read(SEARCH, q="export", kind="article", language="en")) == ["Exporting"]


def test_articles_are_narrowed_by_language_section_and_time(sam: Member) -> None:
    inside = section("inside", parent=section())
    old, new = published("Old"), published("New", section=inside)
    thai = published("ไทย", language="th", section=section("other"))
    past = timezone.now() - timedelta(days=9)
    Item.objects.filter(pk__in=(old.pk, new.pk)).update(created_at=past)
    assert titles(read(ARTICLES, language="th")) == ["ไทย"]
    assert set(titles(read(ARTICLES, section="start"))) == {"Old", "New"}
    assert titles(read(ARTICLES, section="inside")) == ["New"]
    assert titles(read(ARTICLES, section="nothing")) == []
    assert titles(read(ARTICLES, updated_since=(past + timedelta(days=1)).isoformat())) == ["ไทย"]
    revise(new.item, by=sam, title="New", body="Other words.")
    assert set(titles(read(ARTICLES, updated_since=(past + timedelta(days=1)).date()))) == {"ไทย", "New"}
    first = read(ARTICLES, limit=1, updated_since=past.isoformat())
    assert titles(first) == ["ไทย"]
    rest = read(first["next"].removeprefix(site_settings.SITE_URL))
    assert titles(rest) == ["New"]
    assert thai.pk not in [row["id"] for row in rest["results"]]
    for time_ in ("soon", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "1e400", "--"):
        assert refused(ARTICLES, 422, updated_since=time_)["errors"][0]["detail"].startswith("Write a time"), time_


def test_B25_articles_are_read_by_those_whom_they_are_for(bo: Member, sam: Member) -> None:
    article = published("Open")
    beta = section("beta", audience="group", group=make.group("beta", bo))
    secret = published("Secret", section=beta, language="th", original=article)
    hidden = published("Hidden")
    Item.objects.filter(pk=hidden.pk).update(state="hidden")
    for browser, seen in (
        (Client(), {"Open"}),
        (signed_in(bo), {"Open", "Secret"}),
        (signed_in(sam), {"Open", "Secret"}),
    ):
        assert set(titles(read(ARTICLES, browser))) == seen
        assert set(titles(read(ARTICLES, browser, section="beta"))) == seen & {"Secret"}
        assert {one["title"] for one in read(f"{ARTICLES}/{article.pk}", browser)["translations"]} == seen & {"Secret"}
        assert (browser.get(f"{ARTICLES}/{secret.pk}").status_code == 200) == ("Secret" in seen)
    refused(f"{ARTICLES}/{hidden.pk}", 404)
    assert read(f"{ARTICLES}/{hidden.pk}", signed_in(sam))["state"] == "hidden"


# -- Who may read what --------------------------------------------------------------------------------------------


def test_B25_nothing_hidden_is_listed_read_filtered_or_ordered_by(ann: Member, bo: Member, cy: Member) -> None:
    beta = make.category("beta", audience="group", group=make.group("beta", bo)).place
    secret = make.thread(by=bo, title="A secret quokka", place=beta, labels=(make.label("sync"),))
    private = make.thread(by=ann, title="A private quokka", is_private=True)
    make.thread(by=ann, title="An open quokka")
    for browser, seen in (
        (Client(), {"An open quokka"}),
        (signed_in(cy), {"An open quokka"}),
        (signed_in(bo), {"An open quokka", "A secret quokka"}),
        (signed_in(ann), {"An open quokka", "A private quokka"}),
    ):
        assert set(titles(read(THREADS, browser))) == seen
        assert set(titles(read(SEARCH, browser, q="quokka"))) == seen
        for asked in ({"category": "beta"}, {"label": "sync"}):
            assert set(titles(read(THREADS, browser, **asked))) == seen & {"A secret quokka"}
        for thread in (secret, private):
            status = browser.get(f"{THREADS}/{thread.pk}").status_code
            assert (status == 200) == (thread.item.title in seen)
    for field in ("author__email", "-author__email", "state", "body", "view_count", "?"):
        refused(THREADS, 422, order=field)
    plain = read(THREADS)
    for name in ("author__email__startswith", "visibility", "state", "body", "item__author__password", "fields"):
        assert read(THREADS, **{name: "a"}) == plain, name
    hidden = refused(f"{THREADS}/{secret.pk}", 404)
    assert hidden == refused(f"{THREADS}/{secret.pk + 1000}", 404)  # B34


def test_replies_out_of_sight_are_read_by_their_author_and_staff(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    made = {
        state: make.reply(thread, by=bo, body=f"A {state} tapir.") for state in ("visible", "held", "hidden", "removed")
    }
    for state, reply in made.items():
        Item.objects.filter(pk=reply.pk).update(state=state)
    for browser, seen in (
        (Client(), ["visible"]), (signed_in(ann), ["visible"]),
        (signed_in(bo), ["visible", "held", "hidden"]), (signed_in(sam), ["visible", "held", "hidden"]),
    ):  # fmt: skip
        found = read(f"{THREADS}/{thread.pk}", browser)
        assert [reply["state"] for reply in found["replies"]] == seen
    held = make.thread(by=bo, title="A held tapir")
    Item.objects.filter(pk=held.pk).update(state="held")
    refused(f"{THREADS}/{held.pk}", 404, signed_in(ann))
    assert read(f"{THREADS}/{held.pk}", signed_in(bo))["state"] == "held"


def test_others_sites_read_what_guests_may_and_nothing_by_a_session(ann: Member) -> None:
    make.thread(by=ann)
    guest = Client().get(THREADS, headers={"Origin": "https://elsewhere.example"})
    assert guest.headers["Access-Control-Allow-Origin"] == "*"
    assert "RateLimit-Remaining" in guest.headers["Access-Control-Expose-Headers"]
    member = signed_in(ann).get(THREADS, headers={"Origin": "https://elsewhere.example"})
    assert "Access-Control-Allow-Origin" not in member.headers
    for answer in (guest, member):
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert not answer.cookies
        assert "private" in answer.headers["Cache-Control"]
        assert "Cookie" in answer.headers["Vary"]
    asked = Client().options(SEARCH, headers={"Origin": "https://elsewhere.example"})
    assert (asked.status_code, asked.headers["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")


def test_C47_other_methods_are_refused_and_HEAD_answers_like_GET(ann: Member) -> None:
    thread = make.thread(by=ann)
    browser = signed_in(ann)
    article = published()
    for url in (
        SEARCH, THREADS, f"{THREADS}/{thread.pk}", ARTICLES, f"{ARTICLES}/{article.pk}", "/api/v1/openapi.json",
    ):  # fmt: skip
        for method in ("post", "put", "patch", "delete"):
            answer = getattr(browser, method)(url, headers={"X-HTTP-Method-Override": "GET"})
            assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
            assert answer.json()["status"] == 405
        answer = browser.head(f"{url}?q=a")
        assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("value", ["-1", "0", "1e9", "NaN", "inf", "-inf", "99999999999999999999"])
def test_C44_numbers_of_rows_are_clamped(value: str, ann: Member) -> None:
    make.thread(by=ann, title="A pangolin")
    for url in (THREADS, SEARCH, ARTICLES, f"{THREADS}/{make.thread(by=ann).pk}"):
        assert read(url, limit=value, q="pangolin")


@pytest.mark.parametrize("value", ["true", "1.5", "[]", "{}", "x", " ", "१x"])
def test_C42_what_is_no_number_is_refused(value: str, ann: Member) -> None:
    for url in (THREADS, SEARCH, ARTICLES):
        assert refused(url, 422, limit=value, q="a")["errors"] == [
            {"parameter": "limit", "detail": "Write a whole number."}
        ]


def test_cursors_that_are_not_ours_are_refused(ann: Member) -> None:
    thread = make.thread(by=ann)
    for cursor in ("x", "e30", "WzFd", "W251bGwsMV0", "é", "9" * 5_000, "WyIyMDI2IiwxXQ"):
        refused(THREADS, 422, after=cursor)
        refused(ARTICLES, 422, after=cursor)
    for cursor in ("x", "WyJhIl0", "W10", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OV0"):
        refused(f"{THREADS}/{thread.pk}", 422, after=cursor)
    assert read(f"{THREADS}/{thread.pk}", after="Wy01XQ")["replies"] == []  # -5: from the beginning


def test_addresses_that_lead_nowhere_are_problems_too(ann: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in ("", "nothing", "search/", "threads/x", "threads/" + "9" * 30, "threads/-1", "threads/1/replies"):
        refused(f"/api/v1/{path}", 404)
    refused(THREADS, 400, q="\0")
    monkeypatch.setattr("community.discussions.api.thread_rows", lambda *_: 1 / 0)
    browser = Client(raise_request_exception=False)
    assert "broke" in refused(THREADS, 500, browser)["detail"]
    assert "ZeroDivision" not in browser.get(THREADS).content.decode()


def test_it_answers_before_the_site_is_set_up(db: None) -> None:
    Site.objects.all().delete()
    Site.forget()
    assert Client().get("/discussions/").status_code == 302
    assert read(THREADS) == {"results": [], "next": None}
    assert read(ARTICLES) == {"results": [], "next": None}
    assert read(SEARCH, q="anything") == {"results": []}
    assert read("/api/v1/openapi.json")["openapi"].startswith("3.")
    assert Client().get("/healthz").status_code == 200
    assert Client().get("/feeds/discussions.atom").status_code == 200


# -- How often ----------------------------------------------------------------------------------------------------


def test_a_caller_asks_so_often_and_no_more(settings: Any, ann: Member, bo: Member) -> None:
    settings.API_RATE = (3, 60)
    browser = Client()
    answers = [browser.get(THREADS) for _each in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0", "0"]
    assert {answer.headers["RateLimit-Limit"] for answer in answers} == {"3"}
    last = answers[-1]
    assert (
        50
        <= int(last.headers["Retry-After"])
        == int(last.headers["RateLimit-Reset"])
        == last.json()["retry_after"]
        <= 60
    )
    assert "Try again in" in refused(SEARCH, 429, q="a")["detail"]
    assert signed_in(ann).get(THREADS).status_code == 200  # counted by member
    assert Client(REMOTE_ADDR="192.0.2.7").get(THREADS).status_code == 200
    assert browser.get("/discussions/").status_code == 200
    assert browser.options(THREADS).status_code == 204


def test_workers_share_one_count_and_time_sets_it_free(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.API_RATE = (40, 60)
    now = time.time()
    monkeypatch.setattr("community.members.rates.time", lambda: now)
    answered = 0
    for _each in range(41):
        answered += Client().get(THREADS).status_code == 200
        if answered % 2 == 0:
            rates.forget()  # the next comes to another worker
    assert answered == 40
    rates.forget()
    refused(THREADS, 429)
    now += 61
    assert Client().get(THREADS).headers["RateLimit-Remaining"] == "39"


def test_most_requests_cost_no_query_for_their_rate(settings: Any, ann: Member, django_assert_num_queries: Any) -> None:
    make.thread(by=ann)
    browser = Client()
    browser.get(THREADS)
    settings.API_RATE = (200, 60)
    browser.get(THREADS)
    with django_assert_num_queries(3):
        browser.get(THREADS)
    rates._kept.clear()
    settings.API_RATE = (1, 60)
    browser.get(THREADS)
    with django_assert_num_queries(1):  # and one that is refused costs next to nothing
        assert browser.get(THREADS).status_code == 429


def test_the_address_behind_trusted_proxies_is_counted(settings: Any) -> None:
    settings.API_RATE = (1, 60)
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for address, status in (
        ("203.0.113.1", 200),
        ("203.0.113.2", 200),
        ("203.0.113.1", 429),
        ("6.6.6.6, 203.0.113.2", 429),
    ):
        assert Client().get(THREADS, headers={"X-Forwarded-For": address}).status_code == status, address
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert Client().get(THREADS, headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 200
    assert Client().get(THREADS, headers={"X-Forwarded-For": "203.0.113.8"}).status_code == 429  # believed no more


def test_no_rate_at_all_counts_nothing(settings: Any, ann: Member) -> None:
    settings.API_RATE = None
    assert "RateLimit-Limit" not in Client().get(THREADS).headers


def test_a_worker_remembers_so_many_callers(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.API_RATE = (5, 60)
    monkeypatch.setattr(rates, "MOST_KEPT", 3)
    for number in range(9):
        Client(REMOTE_ADDR=f"192.0.2.{number}").get(THREADS)
    assert len(rates._kept) == 3


# -- What it costs ------------------------------------------------------------------------------------------------


def test_queries_stay_few_whatever_there_is(
    ann: Member, bo: Member, sam: Member, settings: Any, django_assert_num_queries: Callable[..., Any]
) -> None:
    threads = [make.thread(by=sam, title=f"Passwords {number}", labels=(make.label("sync"),)) for number in range(45)]
    make.replies(threads[0], 25)
    article = published("Passwords")
    for number in range(7):
        published(f"Passwords {number}", language=f"x{number}", original=article)
    learn()
    member = signed_in(bo)
    for browser, further in ((Client(), 0), (member, 2)):
        browser.get(THREADS)
        for limit in (5, 50):
            with django_assert_num_queries(3 + further):
                read(THREADS, browser, limit=limit)
            with django_assert_num_queries(4 + further):
                read(f"{THREADS}/{threads[0].pk}", browser, limit=limit)
            with django_assert_num_queries(3 + further):
                read(ARTICLES, browser, limit=limit)
            with django_assert_num_queries(3 + further):
                read(f"{ARTICLES}/{article.pk}", browser)
        for limit in (5, 40, 50):
            with django_assert_num_queries(6 + further):
                assert len(read(SEARCH, browser, q="pasword", limit=limit)["results"]) == limit


def test_the_document_names_every_address_and_parameter(db: None) -> None:
    told = read("/api/v1/openapi.json")
    assert set(told["paths"]) == {SEARCH, *(f"{path}{end}" for path in (THREADS, ARTICLES) for end in ("", "/{id}"))}
    asked = {one["name"]: one for one in told["paths"]["/api/v1/search"]["get"]["parameters"]}
    assert set(asked) == {"q", "language", "kind", "limit"}
    assert (asked["q"]["required"], asked["limit"]["schema"]["maximum"]) == (True, 50)
    assert all(one["description"] for one in asked.values())


def test_the_page_tells_the_same_in_every_language(settings: Any) -> None:
    settings.API_RATE = (120, 60)
    page = Client().get("/api/docs").content.decode()
    for path in read("/api/v1/openapi.json")["paths"]:
        assert path in page
    assert "results[].snippet_html" in page
    assert "120 times in 60 seconds" in page
    assert "question · discussion · announcement" in page
    english = set(re.findall("<td>([A-Z][^<]{9,})</td>", page))
    assert len(english) > 30
    for language in ("th", "pl", "ar", "ko"):
        other = Client().get("/api/docs", headers={"Accept-Language": language}).content.decode()
        assert not [words for words in english if f"<td>{words}</td>" in other], language
    assert not re.search("<script(?! src)|<style| style=| on[a-z]+=", page)
