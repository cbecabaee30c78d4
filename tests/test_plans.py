"""How each database goes about what a page asks: by which index, in how many steps, by a plan that it keeps."""

from itertools import count
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.conversations.models import Reply
from community.feedback.models import Item
from community.feedback.places import Place
from community.knowledge.models import Article
from community.knowledge.settle import highlight
from community.members.models import Member
from tests import busy, knowledge
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


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


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps no plans")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("order", ["latest", "new", "top", "unanswered"])
def test_postgresql_keeps_the_plan_of_a_list(order: str, bo: Member) -> None:
    """Ten times for a plan of its own each, then with one for all: a plan with a partial index, or none would do."""
    busy.site()
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
