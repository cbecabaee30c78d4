"""What a page may cost: queries are budgets, the same for ten replies as for a thousand."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from community.conversations import change
from community.conversations.models import Reply
from community.discussions.models import Thread
from community.feedback.models import Item
from community.members.models import Member
from tests import busy as made
from tests import make
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
LIST, THREAD_MEMBER, THREAD_GUEST = 8, 12, 8
DESK = 11  # eight, a count for each of the two lists of the roadmap, and of who waits to be contacted
FURTHER = 10  # where articles, ideas, features and releases stand beside threads


def queries(client: Client, url: str) -> int:
    """How many queries the page takes in a worker that has served one before."""
    client.get("/discussions/?order=new&kind=question")
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(url)
    assert answer.status_code == 200, url
    return len(caught)


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[int]:
    """Made once for all that is asked of it; each test changes it in a transaction of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        make.site()
        yield made.site().pk
        transaction.set_rollback(True)


@pytest.fixture
def busy(site: int) -> Thread:
    return Thread.objects.get(pk=site)


@pytest.mark.parametrize("url", ["/", "/discussions/", "/discussions/?order=top", "/c/general/", "/labels/sync/"])
def test_lists_keep_to_their_budget(url: str, busy: Thread, bo: Member, client: Client) -> None:
    most = FURTHER if url in ("/", "/labels/sync/") else LIST
    assert queries(client, url) <= most
    assert queries(signed_in(bo), url) <= most


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
    assert queries(signed_in(sam), "/desk/") <= DESK
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


def test_a_deep_page_costs_what_the_first_costs(busy: Thread, client: Client) -> None:
    first = queries(client, busy.item.path)
    assert queries(client, f"{busy.item.path}?page=3") <= first


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
        "/open/", "/me/impact/", "/me/impact/?show=voted", "/desk/promises/", "/desk/unanswered-ideas/", "/embed/changelog/",
        "/sitemap-roadmap-0.xml",
    ]  # fmt: skip
    wrong = []
    for browser in (Client(), signed_in(ann), signed_in(sam)):
        for url in pages:
            with CaptureQueriesContext(connection) as caught:
                browser.get(url)
            wrong += [f"{url}: {scan}" for query in caught.captured_queries for scan in scans(query["sql"])]
    assert not wrong, "\n".join(sorted(set(wrong)))


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
