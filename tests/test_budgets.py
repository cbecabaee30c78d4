"""What a page may cost: queries are budgets, the same for ten replies as for a thousand."""

import re
from itertools import count
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.conversations import change
from community.conversations.models import Reply
from community.discussions import decide
from community.discussions.models import Thread
from community.feedback.models import Item
from community.feedback.places import Place
from community.knowledge.models import Article
from community.knowledge.settle import highlight
from community.members.models import Member
from tests import knowledge, make
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
LIST, THREAD_MEMBER, THREAD_GUEST = 8, 12, 8


def queries(client: Client, url: str) -> int:
    """How many queries the page takes in a worker that has served one before."""
    client.get("/discussions/?order=new&kind=question")
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(url)
    assert answer.status_code == 200, url
    return len(caught)


@pytest.fixture
def busy(ann: Member, bo: Member, sam: Member) -> Thread:
    """A site with a private category, labels, pins, a solution, and a thread of three pages."""
    make.category("beta", audience="group", group=make.group("beta", bo))
    thread = make.thread(by=ann, title="A long one", labels=(make.label("sync"), make.label("ios")))
    replies = make.replies(thread, 45)
    decide.solve(thread, replies[3], by=ann)
    decide.pin(thread, by=sam, everywhere=True)
    for number in range(25):
        make.thread(by=sam, title=f"Thread {number}", labels=(make.label("sync"),))
    return thread


@pytest.mark.parametrize("url", ["/", "/discussions/", "/discussions/?order=top", "/c/general/", "/labels/sync/"])
def test_lists_keep_to_their_budget(url: str, busy: Thread, bo: Member, client: Client) -> None:
    assert queries(client, url) <= LIST
    assert queries(signed_in(bo), url) <= LIST


def test_threads_keep_to_their_budget(busy: Thread, bo: Member, sam: Member, client: Client) -> None:
    for page in ("", "?page=3"):
        assert queries(client, busy.item.path + page) <= THREAD_GUEST
        assert queries(signed_in(bo), busy.item.path + page) <= THREAD_MEMBER
        assert queries(signed_in(sam), busy.item.path + page) <= THREAD_MEMBER


def test_more_rows_are_not_more_queries(busy: Thread, bo: Member, client: Client) -> None:
    few = make.thread(by=bo, title="A short one")
    make.reply(few, by=make.member("cy"))
    browser = signed_in(bo)
    browser.get(few.item.path), browser.get(busy.item.path)
    assert queries(browser, busy.item.path) <= queries(browser, few.item.path) + 1  # the solution's row
    assert queries(client, busy.item.path) <= queries(client, few.item.path) + 1


def test_removed_replies_are_not_more_queries(busy: Thread, bo: Member, sam: Member) -> None:
    browser = signed_in(bo)
    browser.get(busy.item.path)
    before = queries(browser, busy.item.path)
    for reply in Reply.objects.filter(about=busy.pk, number__in=(5, 6, 7, 8)):
        change.remove(reply, by=sam)
    assert queries(browser, busy.item.path) == before
    for reply in Reply.objects.filter(about=busy.pk, number__in=(9, 10, 11, 12)):
        Item.objects.filter(pk=reply.pk).update(author=bo)
        change.remove(reply, by=bo)
    assert queries(browser, busy.item.path) == before + 1


def test_other_pages_are_constant(busy: Thread, bo: Member, sam: Member, client: Client) -> None:
    profile = f"/members/{sam.handle}/"
    assert queries(client, profile) <= 8
    assert queries(signed_in(sam), "/desk/") <= 8
    assert queries(client, "/sitemap-threads-0.xml") <= 4
    assert queries(client, "/feeds/discussions.atom") <= 4
    assert queries(client, f"/feeds/t/{busy.pk}.atom") <= 6
    assert queries(signed_in(bo), "/t/new/?title=thread+long") <= 12


@pytest.mark.parametrize("order", ["latest", "new", "top", "unanswered", "mine"])
def test_load_more_reaches_every_thread_once(order: str, busy: Thread, sam: Member) -> None:
    browser = signed_in(sam)
    seen: list[str] = []
    url = f"/discussions/?order={order}"
    for _ in range(5):
        answer = browser.get(url)
        seen += [row.url for row in answer.context["rows"]]
        url = answer.context["next_url"]
        if not url:
            break
    expected = Item.objects.filter(kind="thread")
    if order == "mine":
        expected = expected.filter(author=sam)
    if order == "unanswered":
        expected = expected.filter(reply_count=0)
    # A pinned thread stands first, and once more in its place further down.
    assert set(seen) == set(expected.values_list("path", flat=True))
    assert len(seen) - len(set(seen)) <= (order == "latest")


@pytest.mark.parametrize("cursor", ["x", "AAAA", "WzEsMl0", "W251bGwsbnVsbF0", "a" * 5000, "WyIyMDI2IiwxXQ"])
def test_an_odd_cursor_begins_at_the_start(cursor: str, busy: Thread, client: Client) -> None:
    for order in ("latest", "top"):
        assert client.get(f"/discussions/?order={order}&after={cursor}").status_code == 200


def plan(url: str, client: Client) -> str:
    with CaptureQueriesContext(connection) as caught:
        client.get(url)
    rows = next(q["sql"] for q in caught if "ORDER BY" in q["sql"] and "LIMIT 21" in q["sql"])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("EXPLAIN " + rows)
        else:
            cursor.execute("EXPLAIN QUERY PLAN " + rows)
        return "\n".join(" ".join(map(str, row)) for row in cursor.fetchall())


@pytest.mark.parametrize(("order", "index"), [("latest", "item_latest"), ("new", "item_new"), ("top", "item_top")])
def test_lists_walk_their_partial_index(order: str, index: str, client: Client) -> None:
    """The rows come in order from an index that holds nothing else: no sort, no scan of the replies."""
    call_command("seed_load", members=20, threads=300, replies=900, verbosity=0)
    found = plan(f"/discussions/?order={order}", client)
    assert index in found, found
    assert "TEMP B-TREE FOR ORDER BY" not in found
    assert Reply.objects.count() == 900


def test_a_deep_page_costs_what_the_first_costs(busy: Thread, client: Client) -> None:
    first = queries(client, busy.item.path)
    assert queries(client, f"{busy.item.path}?page=3") <= first


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps no plans")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("order", ["latest", "new", "top", "unanswered"])
def test_postgresql_keeps_the_plan_of_a_list(order: str, busy: Thread, bo: Member) -> None:
    """Ten times for a plan of its own each, then with one for all: a plan with a partial index, or none would do."""
    browser = signed_in(bo)
    cursor, url = "", f"/discussions/?order={order}"
    for _ in range(25):
        body = browser.get(url + cursor).content.decode()
        cursor = cursor or "&after=" + body.split("after=")[1].split('"')[0]
    with connection.cursor() as asked:
        asked.execute(
            "SELECT statement, generic_plans FROM pg_prepared_statements WHERE statement LIKE '%community_closure%'"
        )
        kept = asked.fetchall()
    assert any(plans > 0 and ") < (" in statement for statement, plans in kept), kept


GROWING = {
    "item",
    "reply",
    "thread",
    "vote",
    "readmark",
    "event",
    "revision",
    "member",
    "solution",
    "item_labels",
    "draft",
}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL scans what is small; SQLite plans for any size")
def test_no_page_reads_a_table_that_grows_from_end_to_end(busy: Thread, ann: Member, sam: Member) -> None:
    """A scan does not show with ten rows: with a million a thread's page took two seconds."""
    pages = [
        "/", "/discussions/", "/discussions/?order=new", "/discussions/?order=top", "/discussions/?order=unanswered",
        "/c/general/", "/labels/sync/", busy.item.path, f"{busy.item.path}?page=3", "/members/ann/", "/t/new/",
        f"/items/{busy.pk}/history/", f"/items/{busy.pk}/vote/", f"/items/{busy.pk}/reply/", f"/go/{busy.pk}",
        "/feeds/discussions.atom", f"/feeds/t/{busy.pk}.atom", "/sitemap.xml", "/sitemap-threads-0.xml", "/desk/",
    ]  # fmt: skip
    wrong = []
    for browser in (Client(), signed_in(ann), signed_in(sam)):
        for url in pages:
            with CaptureQueriesContext(connection) as caught:
                browser.get(url)
            wrong += [f"{url}: {scan}" for query in caught.captured_queries for scan in scans(query["sql"])]
    assert not wrong, "\n".join(sorted(set(wrong)))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite counts the steps that a query takes")
@pytest.mark.parametrize("who", ["guest", "ann", "sam"])
def test_pages_of_help_read_no_more_where_there_is_more(who: str, ann: Member, sam: Member, settings: Any) -> None:
    """With 100,000 articles the help page listed all that anybody may read, and an article looked for itself there."""
    settings.GUEST_PAGES = 0
    place = knowledge.section()
    article = knowledge.published("Set up sync")
    knowledge.published("Ustaw synchronizację", language="pl", original=article)
    other = knowledge.published("Where are my invoices?")
    highlight(article, "featured", by=sam)
    highlight(other, "pinned", by=sam)
    fill_section(place, 40)
    browser = {"guest": Client(), "ann": signed_in(ann), "sam": signed_in(sam)}[who]
    pages = [article.item.path, "/help/", place.get_absolute_url()]
    few = [steps(browser, url) for url in pages]
    fill_section(place, 2_000)
    many = [steps(browser, url) for url in pages]
    # A tree of 2,000 rows is a step deeper than one of 40.
    assert all(more <= 1.2 * less + 20 for less, more in zip(few, many, strict=True)), (few, many)


def fill_section(place: Place, count: int) -> None:
    """So many articles more, which no search finds."""
    items = [
        Item(kind=Article.KIND, title="Filler", html="<p>Words.</p>", place=place, language="en") for _ in range(count)
    ]
    rows = Item.objects.bulk_create(items)
    Article.objects.bulk_create(Article(item=row, language="en", revision=1) for row in rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as after an import: it plans by what it has counted


def steps(client: Client, url: str) -> int:
    """Tens of steps of its machine that SQLite takes for a page, in a worker that has served it before."""
    client.get(url)
    taken = count()
    connection.connection.set_progress_handler(lambda: next(taken) and 0, 10)
    try:
        assert client.get(url).status_code == 200, url
    finally:
        connection.connection.set_progress_handler(None, 0)
    return next(taken)


def scans(sql: str) -> list[str]:
    """The growing tables that SQLite would read as a whole for a query, with the query."""
    if not sql.startswith("SELECT"):
        return []
    named = re.findall(r'(?:FROM|JOIN) "community_(\w+)"(?: ([A-Z]\d+))?', sql)
    names = {alias or f"community_{name}": name for name, alias in named}
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"))
        steps = [row[3] for row in cursor.fetchall()]
    whole = (re.fullmatch(r"SCAN (\w+)(?: LEFT-JOIN)?", step) for step in steps)
    return [f"{step[1]} in {sql[:2000]}" for step in whole if step and names.get(step[1]) in GROWING]
