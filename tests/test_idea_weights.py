"""Numbers that staff sort the board by, worked out beside the pages, and seen by nobody else."""

import re
from collections.abc import Iterable, Sequence

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.feedback.models import Item
from community.feedback.vote import withdraw
from community.feedback.weighing import Weigher, weighers
from community.members.leave import leave
from community.members.models import Company, Member
from roadmap.ideas import weighing
from roadmap.ideas.behalf import Heard, vote_for
from roadmap.ideas.merge import merge, undo
from roadmap.ideas.models import Idea, Weight
from roadmap.ideas.weighing import drifted, weigh_all, weigh_due
from tests import ideas, make
from tests.conftest import signed_in
from tests.test_ideas import titles

pytestmark = pytest.mark.django_db


def item_of(idea: Idea) -> Item:
    return Item.objects.get(pk=idea.pk)


def numbers(idea: Idea) -> dict[str, float]:
    return {f"{one.name} {one.key}".strip(): one.value for one in Weight.objects.filter(idea=idea)}


@pytest.fixture
def firms() -> dict[str, Company]:
    told = (("Acme", "Pro", 900), ("Bolt", "Pro", 50), ("Cox", "Free", None), ("Dow", "", 5_000))
    return {name: make.company(name, plan=plan, monthly_revenue=revenue) for name, plan, revenue in told}


@pytest.fixture
def board(firms: dict[str, Company], sam: Member) -> dict[str, Idea]:
    """Many small companies want one, few large ones another, and people without a company a third."""
    found = {name: ideas.idea(name, by=make.member(f"by{name.lower()}")) for name in ("Small", "Large", "Loved")}
    for name in ("Acme", "Bolt", "Cox"):
        ideas.voted(found["Small"], *(make.member(f"{name.lower()}{n}", company=firms[name]) for n in range(2)))
    vote_for(item_of(found["Large"]), firms["Dow"], Heard("call"), by=sam)
    ideas.voted(found["Large"], make.member("acme0"))
    ideas.voted(found["Loved"], *(make.member(f"fan{number}") for number in range(12)))
    weigh_due()
    return found


def test_each_company_counts_once(board: dict[str, Idea]) -> None:
    assert numbers(board["Small"]) == {"companies": 3, "revenue": 950, "plan Pro": 2, "plan Free": 1}
    assert numbers(board["Large"]) == {"companies": 2, "revenue": 5_900, "plan Pro": 1}
    assert numbers(board["Loved"]) == {}
    assert not Idea.objects.filter(is_weighed=False).exists()
    assert drifted() == []


def test_staff_sort_by_them(board: dict[str, Idea], sam: Member) -> None:
    browser = signed_in(sam)
    page = browser.get("/ideas/").content.decode()
    assert all(f"/ideas/?order={order}" in page for order in ("companies", "revenue"))
    assert '<option value="Free">' in page
    for query, found, words in (
        ("order=companies", ["Small", "Large"], "3 companies"),
        ("order=revenue", ["Large", "Small"], "5,900"),
        ("plan=Pro", ["Small", "Large"], "2 companies"),
        ("plan=Free", ["Small"], "1 company"),
        ("plan=Gold", [], "No idea matches."),
        ("order=plan", ["Loved", "Small", "Large"], "Loved"),  # of which plan? like no order
        ("order=revenue&show=mine", [], "No idea matches."),
        ("order=revenue&stage=planned", [], "No idea matches."),
        ("order=companies&stage=new&label=none", [], "No idea matches."),
    ):
        answer = browser.get(f"/ideas/?{query}")
        assert (sorted(titles(answer)) if query == "order=plan" else titles(answer)) == (
            sorted(found) if query == "order=plan" else found
        ), query
        assert words in answer.content.decode()


def test_what_has_ended_is_left_out_unless_it_is_asked_for(board: dict[str, Idea], sam: Member) -> None:
    ideas.moved(board["Small"], "shipped")
    weigh_due()
    browser = signed_in(sam)
    assert titles(browser.get("/ideas/?order=companies")) == ["Large"]
    assert titles(browser.get("/ideas/?order=companies&stage=shipped")) == ["Small"]


def plain(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|data-live="[^"]+"', "", page)


@pytest.mark.parametrize("who", ["", "cy", "acme0"])
def test_of_customers_such_an_order_is_like_none(who: str, board: dict[str, Idea], cy: Member) -> None:
    browser = signed_in(make.member(who)) if who else Client()
    for base in ("/ideas/", "/ideas/?view=list", "/ideas/?area=app"):
        usual = plain(browser.get(base).content.decode())
        for query in ("order=revenue", "order=companies", "plan=Pro", "order=plan&plan=Pro"):
            page = browser.get(f"{base}{'&' if '?' in base else '?'}{query}").content.decode()
            assert plain(page) == usual, query
        for secret in ("revenue", "companies", "5,900", "5900", "Free", "Acme", 'name="plan"'):
            assert secret not in usual
    for path in ("/feeds/ideas.atom?order=revenue", "/search/?q=small&order=revenue", "/api/v1/search?q=small", "/"):
        page = browser.get(path).content.decode()
        assert not re.search(r"\b(5900|5,900|3 companies)\b", page)  # of their own: a feed's time may be .590012


def test_they_follow_votes_merges_and_those_who_leave(
    board: dict[str, Idea], firms: dict[str, Company], sam: Member
) -> None:
    small, large = board["Small"], board["Large"]
    withdraw(item_of(small), by=make.member("cox0"))
    withdraw(item_of(small), by=make.member("cox1"))
    assert (weigh_due(), numbers(small)["companies"]) == (1, 2)
    one = merge(item_of(small), item_of(large), by=sam)
    assert (weigh_due(), numbers(large)) == (2, {"companies": 3, "revenue": 5_950, "plan Pro": 2})
    undo(one, by=sam)
    weigh_due()
    assert numbers(large) == {"companies": 2, "revenue": 5_900, "plan Pro": 1}
    leave(make.member("acme0"), erases=True)
    weigh_due()
    assert numbers(large) == {"companies": 1, "revenue": 5_000}
    assert drifted() == []


def test_companies_that_change_are_found_within_a_day(board: dict[str, Idea], firms: dict[str, Company]) -> None:
    Company.objects.filter(name="Bolt").update(monthly_revenue=70, plan="Gold")
    firms["Dow"].delete()
    assert weigh_due() == 0
    assert drifted() == [board["Small"].pk, board["Large"].pk]
    assert weigh_all() == 2
    assert numbers(board["Small"]) == {"companies": 3, "revenue": 970, "plan Pro": 1, "plan Gold": 1, "plan Free": 1}
    assert numbers(board["Large"]) == {"companies": 1, "revenue": 900, "plan Pro": 1}
    assert weigh_all() == 0


def test_others_add_numbers_of_theirs(board: dict[str, Idea], sam: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    """As surveys will: see docs/roadmap.md."""

    def promoters(found: Sequence[int]) -> Iterable[tuple[int, str, float]]:
        return [(pk, "", 7) for pk in found if pk == board["Loved"].pk]

    monkeypatch.setitem(
        weighers._filled, "promoters", Weigher("Promoters", promoters, lambda value: f"{value:g} people")
    )
    weigh_all()
    answer = signed_in(sam).get("/ideas/?order=promoters")
    assert titles(answer) == ["Loved"]
    assert "7 people" in answer.content.decode()
    assert "Promoters" in answer.content.decode()
    assert "Promoters" not in Client().get("/ideas/").content.decode()


def test_a_long_list_goes_on_and_costs_the_same(firms: dict[str, Company], sam: Member) -> None:
    browser = signed_in(sam)

    def cost(url: str) -> int:
        browser.get("/ideas/?order=new&view=list"), browser.get(url)
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(url).status_code == 200
        return len(caught)

    urls = ("/ideas/?order=companies", "/ideas/?order=revenue&stage=new", "/ideas/?plan=Pro")
    ideas.idea("First", by=make.member("first", company=firms["Acme"]))
    weigh_due()
    few = [cost(url) for url in urls]
    for number in range(45):
        ideas.idea(f"Idea {number}", by=make.member(f"m{number}", company=firms["Acme"]))
    assert weigh_due() == 45
    assert [cost(url) for url in urls] == few
    assert max(few) <= 9
    seen: list[str] = []
    url = "/ideas/?order=companies"
    while url:
        page = browser.get(url)
        seen += titles(page)
        url = page.content.decode().partition('id="more"')[2].partition('href="')[2].partition('"')[0]
        url = url.replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 46


def test_many_are_weighed_in_few_queries(firms: dict[str, Company], django_assert_max_num_queries: object) -> None:
    for number in range(30):
        ideas.idea(f"Idea {number}", by=make.member(f"m{number}", company=firms["Acme"]))
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        assert weigh_due() == 30
    assert weighing.weigh_due() == 0
