"""The articles of a section in an order by hand."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from community.feedback.places import Place
from community.knowledge import lists
from community.knowledge.models import Article, Highlight
from community.knowledge.order import numbered
from community.members.models import Member
from tests.conftest import signed_in
from tests.knowledge import changed, drafted, published, section, writer

pytestmark = pytest.mark.django_db
ORDER = "/desk/sections/start/order/"


@pytest.fixture
def four() -> list[Article]:
    """The latest first: d, c, b, a."""
    return [published(f"Article {letter}", f"Words of {letter}.") for letter in "abcd"]


def shown(client: Client, path: str = "/help/start/", **headers: str) -> str:
    page = client.get(path, headers=headers).content.decode()
    return "".join(re.findall(r"<bdi>Article (\w)</bdi>", page))


def numbers(articles: list[Article]) -> dict[str, int]:
    return {f"number-{one.pk}": number for number, one in enumerate(articles, 1)}


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        ({}, "abcde"),
        ({"a": 3}, "bcade"),
        ({"d": 2}, "adbce"),
        ({"a": 5, "e": 1}, "ebcda"),
        ({"c": 0}, "cabde"),
        ({"c": 99_999}, "abdec"),
        ({"x": 1}, "abcde"),
        ({"a": 2}, "bacde"),
    ],
)
def test_each_stands_at_its_number_and_the_others_make_room(said: dict[str, int], becomes: str) -> None:
    pks = [ord(letter) for letter in "abcde"]
    moved = numbered(pks, {ord(letter): number for letter, number in said.items()})
    assert "".join(map(chr, moved)) == becomes


def test_a_section_begins_with_what_changed_last_and_is_ordered_by_buttons(client: Client, four: list[Article]) -> None:
    a, _b, c, _d = four
    assert shown(client) == "dcba"
    staff = signed_in(writer())
    assert shown(staff, ORDER) == "dcba"
    there = staff.post(ORDER, {"up": a.pk, **numbers(four[::-1])}).headers["Location"]
    assert there == f"{ORDER}?moved={a.pk}&by=up"
    assert shown(client) == "dcab"  # the page kept for guests hears of it
    page = staff.get(there).content.decode()
    button = re.search(r'<button[^>]*name="up"[^>]*autofocus>', page)[0]
    assert f'value="{a.pk}"' in button  # the cursor stays where it was
    assert page.count("autofocus") == 1
    staff.post(ORDER, {"down": c.pk})
    assert shown(client) == "dacb"
    staff.post(ORDER, {"down": four[1].pk})  # the last stays
    staff.post(ORDER, {"up": four[3].pk})
    staff.post(ORDER, {"up": "x"})
    staff.post(ORDER, {"down": 10**12})
    assert shown(client) == "dacb"
    changed(c, "Other words.", significance="normal")
    assert shown(client) == "dacb"  # and what changes last moves nothing


def test_numbers_order_it_and_it_goes_back(client: Client, four: list[Article]) -> None:
    staff = signed_in(writer())
    staff.post(ORDER, numbers(four[::-1]) | {f"number-{four[0].pk}": "1", f"number-{four[3].pk}": "nonsense"})
    assert shown(client) == "adcb"
    published("Article e")
    assert shown(client) == "adcbe"  # what is new comes last
    Highlight.objects.create(article=four[1])
    assert "Article b" in client.get("/help/start/").content.decode()
    staff.post(ORDER, {"leave": 1})
    assert shown(client) == "bedca"  # pinned, then what changed last
    assert shown(staff, ORDER) == "bedca"
    staff.post(ORDER, {})
    assert shown(client) == "bedca"
    polish = published("Artykuł", language="pl", original=four[0])
    page = client.get("/help/start/", headers={"Accept-Language": "pl"}).content.decode()
    assert page.index("Article b") < page.index(polish.item.path)
    assert four[0].item.path not in page


def test_an_article_that_moves_comes_last_where_it_goes(client: Client, four: list[Article]) -> None:
    there = section("there")
    other = published("Article x", section=there)
    staff = signed_in(writer())
    staff.post("/desk/sections/there/order/", numbers([other]))
    staff.post(ORDER, numbers(four))
    form = {"section": there.pk, "visibility": "public"}
    staff.post(f"/desk/articles/{four[0].pk}/settings/", form)
    assert shown(client, "/help/there/") == "xa"
    assert shown(client) == "bcd"
    assert Place.objects.get(slug="start").section.is_by_hand


def test_pages_of_an_ordered_section_follow_each_other(
    client: Client, four: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "SIZE", 2)
    signed_in(writer()).post(ORDER, numbers([four[2], four[0], four[3], four[1]]))
    first = client.get("/help/start/")
    after = re.search(r'href="(/help/start/\?after=[^"]+)"', first.content.decode())[1]
    assert shown(client) + shown(client, after) == "cadb"
    assert shown(client, "/help/start/?after=nonsense") == "ca"


def test_who_orders_and_what(client: Client, four: list[Article], ann: Member) -> None:
    secret = published("Article s", section=section("back", audience="staff"))
    assert client.post(ORDER, {"up": four[0].pk}).status_code == 302
    assert signed_in(ann).post(ORDER, {"up": four[0].pk}).status_code == 403
    staff = signed_in(writer())
    assert staff.get("/desk/sections/nothing/order/").status_code == 404
    staff.post(ORDER, {f"number-{secret.pk}": 1, "up": secret.pk})  # of another section
    secret.refresh_from_db()
    assert secret.rank == 0
    drafted("Article z")
    assert "z" not in shown(staff, ORDER)
    assert ORDER in staff.get("/help/start/").content.decode()
    assert ORDER not in client.get("/help/start/").content.decode()


def test_order_costs_no_further_question(
    client: Client, four: list[Article], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    staff = signed_in(writer())
    with django_assert_max_num_queries(20):
        staff.post(ORDER, numbers(four))
    for reader in (client, staff):
        reader.get("/help/start/")
        with django_assert_max_num_queries(7):
            reader.get("/help/start/?other=1")
    with django_assert_max_num_queries(7):
        staff.get(ORDER)
