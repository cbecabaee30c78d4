"""Learning from searches: what is kept of them names nobody, says how they ended, and leads staff to what is missing."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from community.desk import learning
from community.feedback.models import Item
from community.members.cleaning import clean
from community.members.models import Member
from community.search.learn import learn
from community.search.learned import note, note_solved, told
from community.search.masking import masked, theme_of
from community.search.searches import Recent, Search, new_key
from tests import make
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def look(browser: Client, query: str, *ends: str, **more: str) -> str:
    """Search as somebody with script does: the page tells that it was seen, and what became of it."""
    page = browser.get("/search/", {"q": query, **more}).content.decode()
    seal = re.search(r'data-searched="([^"]+)"', page)
    for end in ("seen", *ends) if seal else ():
        assert browser.post("/search/seen/", {"search": seal[1], end: "1"}).status_code == 204
    return page


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Reset my Password", "reset my password"), ("mail ann@example.com please", "mail […] please"),
        ("call +48 500 600 700 now", "call […] now"), ("order 1234567", "order […]"), ("โทร ๐๘๑๒๓๔๕๖๗๘", "โทร […]"),
        ("error 404 on line 12", "error 404 on line 12"), ("ask @sam.rivera", "ask […]"),
        ("https://example.com/?token=x fails", "[…] fails"), ("key sk_live_4eC39HqLyjWDarjtT1", "key […]"),
        ("4111 1111 1111 1111", "[…]"), ("ＦＵＬＬ　width", "full width"), ("x" * 300, "x" * 100), ("", ""),
    ],
)  # fmt: skip
def test_what_names_somebody_is_masked_before_it_is_kept(said: str, kept: str) -> None:
    assert masked(said) == kept


def test_searches_about_the_same_have_one_theme() -> None:
    assert theme_of("resetting passwords", "en") == theme_of("password reset", "en") == "password reset"
    assert theme_of("비밀번호", "ko") == "비밀번호"
    assert theme_of("call […] now", "en") == "call now"


def test_looking_writes_nothing_and_seeing_one_row_without_anybody(ann: Member, bo: Member) -> None:
    make.thread(by=ann, title="Resetting my password")
    learn()
    Client().get("/search/?q=password")
    assert not Search.objects.exists()
    for browser in (Client(), signed_in(bo)):
        look(browser, "my password", "seen", "clicked")
    rows = list(Search.objects.values())
    assert [row.pop("key") > 0 for row in rows] == [True, True]
    assert rows[0] == rows[1]  # a member's says no more than a guest's
    assert rows[0] == {
        "on": timezone.localdate(), "source": "page", "text": "my password", "theme": "my password", "language": "en",
        "results": 1, "is_clicked": True, "is_reformulated": False, "end": "", "solved_by_id": None,
    }  # fmt: skip


def test_only_the_first_page_of_words_is_a_search(ann: Member, sam: Member) -> None:
    make.thread(by=ann, title="Password")
    look(Client(), "password", page="2")
    look(Client(), "is:solved")
    look(signed_in(sam), "password")  # who works here
    assert not Search.objects.exists()
    look(Client(), "zxqv wkjh", "reformulated")
    row = Search.objects.get()
    assert (row.results, row.is_reformulated, row.is_clicked) == (0, True, False)


def test_a_search_that_ended_in_a_question_says_so(bo: Member) -> None:
    browser = signed_in(bo)
    page = look(browser, "zxqv wkjh")
    there = re.search(r'href="(/t/new/\?title=zxqv[^"]+)"', page)[1].replace("&amp;", "&")  # type: ignore[index]
    step = browser.get(there).content.decode()
    key = re.search(r'name="search" value="(\d+)"', step)[1]  # type: ignore[index]
    assert Search.objects.get().end == ""
    words = {"title": "zxqv wkjh", "body": "Words", "place": make.category().place.pk, "search": key}
    assert browser.post("/t/new/", words).status_code == 302
    assert Search.objects.get().end == "asked"
    assert browser.post("/t/new/", words | {"title": "Another one", "search": "9" * 30}).status_code == 302


def test_forged_seals_and_those_of_others_change_nothing(ann: Member, bo: Member) -> None:
    row = told("words", "en", 3)
    forged = (
        "",
        "x",
        "\0",
        signing.dumps(row),
        signing.dumps(row, salt="search:"),
        signing.dumps(row, salt=f"search:{bo.pk}"),
    )
    for seal in forged:
        assert signed_in(ann).post("/search/seen/", {"search": seal, "clicked": "1"}).status_code == 204
    assert not Search.objects.exists()
    assert not Recent.objects.exists()


def test_they_are_gone_after_ninety_days(ann: Member) -> None:
    item = make.thread(by=ann).item
    for days in (0, 90, 91):
        key = new_key()
        note_solved(key, f"after {days} days", "en", item)
        Search.objects.filter(pk=key).update(on=timezone.localdate() - timedelta(days=days))
    clean()
    assert sorted(Search.objects.values_list("text", flat=True)) == ["after 0 days", "after 90 days"]


def many() -> Item:
    item = make.thread(by=make.member("ann"), title="What helps").item
    for at in range(12):
        note(told(f"invoice number {at % 3}", "en", 0))
        note(told("faktura", "pl", 0))
        note(told(f"opened {at}", "en", 4), is_clicked=True)
        note_solved(new_key(), f"solved {at}", "th", item)
    note(told("resets", "en", 2), is_reformulated=True)
    note(told("reset", "en", 2), end="asked")
    return item


def test_staff_see_what_is_missing_by_theme_and_language(sam: Member) -> None:
    many()
    assert [(one.said, one.count) for one in learning.themes(30, "empty")] == [
        ("faktura", 12), ("invoice number 0", 4), ("invoice number 1", 4), ("invoice number 2", 4),
    ]  # fmt: skip
    assert [one.said for one in learning.themes(30, "reformulated")] == ["resets"]
    assert [one.said for one in learning.themes(30, "unopened")] == ["resets"]
    assert [one.said for one in learning.themes(30, "asked")] == ["reset"]
    page = signed_in(sam).get("/desk/search/").content.decode()
    assert 'href="/desk/articles/new/?title=faktura&amp;language=pl"' in page
    assert "Polski" in page
    assert "12 searches" in page
    assert "What helps" in page


def test_the_rate_counts_what_customers_solved_and_asked(ann: Member, bo: Member, sam: Member) -> None:
    many()  # one question, twelve solved
    make.thread(by=bo)
    make.thread(by=bo, kind="discussion")
    make.thread(by=sam)
    old = make.thread(by=bo)
    Item.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
    share, chart = learning.deflection(30)
    assert (share.solved, share.asked, round(share.percent or 0)) == (12, 2, 86)
    low, high = share.interval
    assert (round(low), round(high)) == (60, 96)
    assert sum(numbers[0] for _name, numbers in chart["rows"]) == 12
    assert len(learning.deflection(7)[1]["rows"]) == 7
    assert learning.Share(0, 0).percent is None


def test_the_page_asks_the_same_however_much_there_is(
    sam: Member, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    browser = signed_in(sam)
    assert browser.get("/desk/search/?days=x&show=y").status_code == 200
    many()
    for address in ("/desk/search/?days=84&show=unopened", "/desk/search/?days=7", "/desk/search/?show=asked"):
        with django_assert_max_num_queries(9):
            assert browser.get(address).status_code == 200


def test_recent_searches_are_the_members_own_few_and_cleared(bo: Member, ann: Member) -> None:
    browser = signed_in(bo)
    for at in range(10):
        look(browser, f"words {at}")
    look(browser, "Words 5 author:sam")
    look(browser, "words 9")
    assert Recent.objects.get(member=bo).searches[:3] == ["words 9", "Words 5 author:sam", "words 8"]
    assert len(Recent.objects.get(member=bo).searches) == Recent.MOST
    page = browser.get("/search/").content.decode()
    assert 'href="/search/?q=Words%205%20author%3Asam"' in page
    assert "Words 5" not in signed_in(ann).get("/search/").content.decode()
    assert "recent-head" not in Client().get("/search/").content.decode()
    browser.post("/search/recent/removal/")
    assert Recent.objects.get(member=bo).searches == []
    look(browser, "again")
    browser.post("/search/recent/keeping/", {"keep": "0"})
    look(browser, "not kept")
    assert (Recent.objects.get(member=bo).is_kept, Recent.objects.get(member=bo).searches) == (False, [])
    assert "Your searches are not kept." in browser.get("/search/").content.decode()
    browser.post("/search/recent/keeping/", {"keep": "1"})
    look(browser, "kept")
    assert Recent.objects.get(member=bo).searches == ["kept"]
    look(Client(), "of a guest")
    assert Recent.objects.count() == 1
