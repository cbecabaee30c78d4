"""Possible duplicates over the whole board: found by the search beside the pages, most alike first, and settled by staff."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.feedback.models import Item
from community.members.models import Member
from community.search import learn
from roadmap.ideas.likeness import LEAST, compare_due, pairs_for
from roadmap.ideas.merge import merge, undo
from roadmap.ideas.models import Apart, Idea, Likeness
from roadmap.ideas.suggest import Suggestion, edit_idea
from tests import ideas, make
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
PAGE = "/desk/duplicates/"
OTHERS = (
    "Export invoices as a spreadsheet",
    "Sign in with a passkey",
    "Remind me before a shift",
    "Swap shifts by chat",
)


def item_of(idea: Idea) -> Item:
    return Item.objects.get(pk=idea.pk)


def found(sam: Member) -> list[set[int]]:
    return [{one.one_id, one.other_id} for one in pairs_for(sam).order_by("-score", "-pk")]


@pytest.fixture
def board(sam: Member) -> tuple[Idea, Idea, Idea]:
    """Two that wish for the same, one that has a word in common, and others."""
    dark = ideas.idea("Dark mode for the night shift", by=make.member("dee"))
    night = ideas.idea("A dark mode for night shifts", by=make.member("eve"))
    map_ = ideas.idea("Show the way to the night shift on a map of the whole building", by=make.member("fay"))
    for number, title in enumerate(OTHERS):
        ideas.idea(title, "Words of its own.", by=make.member(f"m{number}"))
    learn.learn()
    compare_due()
    return dark, night, map_


def test_the_most_alike_come_first(board: tuple[Idea, Idea, Idea], sam: Member) -> None:
    dark, night, map_ = board
    assert found(sam)[0] == {dark.pk, night.pk}
    best = Likeness.objects.get(one=dark, other=night)
    assert best.score > 0.6
    far = Likeness.objects.filter(one=dark, other=map_).first()
    assert far is None or far.score < best.score
    assert not Idea.objects.filter(is_compared=False).exists()
    page = signed_in(sam).get(PAGE).content.decode()
    assert f"{round(100 * best.score)} % alike" in page
    assert f"/ideas/{night.pk}/merge/?into={dark.pk}" in page
    assert not [title for title in OTHERS if title in page]
    assert PAGE in signed_in(sam).get("/desk/").content.decode()


def test_the_less_wanted_is_merged_into_the_other(board: tuple[Idea, Idea, Idea], sam: Member, bo: Member) -> None:
    dark, night, _map = board
    ideas.voted(night, bo)
    page = signed_in(sam).get(PAGE).content.decode()
    link = f"/ideas/{dark.pk}/merge/?into={night.pk}"
    assert link in page
    form = signed_in(sam).get(link).content.decode()
    assert f'name="into" value="{night.pk}"' in form


def test_what_has_ended_or_was_merged_is_no_pair(board: tuple[Idea, Idea, Idea], sam: Member) -> None:
    dark, night, _map = board
    pair = {dark.pk, night.pk}
    one = merge(item_of(dark), item_of(night), by=sam)
    assert pair not in found(sam)  # at once
    compare_due()
    assert not Likeness.objects.filter(one=dark, other=night).exists()
    undo(one, by=sam)
    compare_due()
    assert pair in found(sam)
    ideas.moved(night, "shipped")
    assert pair not in found(sam)
    ideas.moved(night, "new")
    compare_due()
    assert pair in found(sam)
    Item.objects.filter(pk=night.pk).update(state="hidden")
    assert pair not in found(sam)


def test_an_idea_that_says_something_else_is_compared_anew(board: tuple[Idea, Idea, Idea], sam: Member) -> None:
    dark, night, _map = board
    changed = Idea.objects.select_related("item").get(pk=night.pk)
    said = Suggestion("Paint the canteen green", "It is grey.", area=ideas.area())
    edit_idea(changed, said, by=make.member("eve"))
    assert compare_due() == 1
    assert {dark.pk, night.pk} not in found(sam)


def test_a_later_one_is_compared_with_those_that_were_there(board: tuple[Idea, Idea, Idea], sam: Member) -> None:
    late = ideas.idea("Dark mode for night shifts", by=make.member("late"))
    assert compare_due() == 1
    assert {late.pk, board[0].pk} in found(sam)[:3]
    assert {late.pk, board[1].pk} in found(sam)[:3]
    assert Likeness.objects.get(one=board[1], other=late).score > 0.6


def test_votes_compare_nothing_anew(board: tuple[Idea, Idea, Idea], bo: Member) -> None:
    ideas.voted(board[0], bo)
    assert compare_due() == 0


def test_staff_say_that_two_are_two_and_take_it_back(board: tuple[Idea, Idea, Idea], sam: Member, bo: Member) -> None:
    dark, night, _map = board
    address, browser = f"{PAGE}{dark.pk}/{night.pk}/apart/", signed_in(sam)
    assert address in browser.get(PAGE).content.decode()
    assert signed_in(bo).post(address).status_code == 403
    assert Client().post(address).status_code == 302
    assert browser.get(address).status_code == 405
    for wrong in (f"{PAGE}{night.pk}/{dark.pk}/apart/", f"{PAGE}{dark.pk}/{dark.pk}/apart/", f"{PAGE}1/99999/apart/"):
        assert browser.post(wrong).status_code == 404
    assert not Apart.objects.exists()
    for _ in range(2):
        assert browser.post(address).status_code == 302
    assert Apart.objects.values_list("one", "other", "by").get() == (dark.pk, night.pk, sam.pk)
    Idea.objects.update(is_compared=False)
    compare_due()
    assert {dark.pk, night.pk} not in found(sam)
    page = browser.get(f"{PAGE}?show=apart").content.decode()
    assert "Sam Rivera\u2069 said that these are two." in page
    assert f"{address}withdrawal/" in page
    browser.post(f"{address}withdrawal/")
    assert not Apart.objects.exists()
    assert {dark.pk, night.pk} in found(sam)


def test_it_is_for_staff(board: tuple[Idea, Idea, Idea], bo: Member) -> None:
    assert signed_in(bo).get(PAGE).status_code == 403
    assert Client().get(PAGE).status_code == 302


def test_private_ideas_show_to_those_who_may_read_them(sam: Member, ann: Member, bo: Member) -> None:
    secret = ideas.idea("Calendar in the colours of our company", by=ann, is_private=True)
    public = ideas.idea("Calendar in colours of the company", by=bo)
    learn.learn()
    compare_due()
    assert found(sam) == [{secret.pk, public.pk}]
    assert list(pairs_for(bo)) == []
    assert list(pairs_for(ann)) != []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("โหมดมืดสำหรับกะกลางคืน", "ขอโหมดมืดสำหรับกะกลางคืน"),
        ("야간 근무자를 위한 다크 모드", "야간 근무용 다크 모드"),
        ("Ciemny motyw na nocną zmianę", "Ciemny motyw dla nocnej zmiany"),
        ("الوضع الداكن للعمل ليلًا", "الوضع الداكن لمن يعمل ليلًا"),
    ],
)
def test_in_all_languages(one: str, other: str, sam: Member) -> None:
    first = ideas.idea(one, "…", by=make.member("m1"))
    second = ideas.idea(other, "…", by=make.member("m2"))
    for number, title in enumerate(OTHERS):
        ideas.idea(title, "Words.", by=make.member(f"o{number}"))
    learn.learn()
    compare_due()
    assert found(sam) == [{first.pk, second.pk}]


def test_the_page_costs_the_same_for_many_and_goes_on(sam: Member) -> None:
    browser = signed_in(sam)

    def cost() -> int:
        browser.get(PAGE)
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(PAGE).status_code == 200
        return len(caught)

    found = [ideas.idea(f"Idea {number}", by=make.member(f"m{number}")) for number in range(61)]
    Idea.objects.update(is_compared=True)
    Likeness.objects.create(one=found[0], other=found[1], score=0.9)
    few = cost()
    for at in range(2, 60):
        Likeness.objects.create(one=found[at], other=found[at + 1], score=0.5 if at % 2 else 0.7)
    Likeness.objects.create(one=found[0], other=found[9], score=LEAST - 0.1)
    assert cost() == few <= 8
    url, pages = PAGE, []
    while url:
        page = browser.get(url).content.decode()
        pages.append(page.count('class="pair"'))
        url = page.partition('id="more"')[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert pages == [25, 25, 9]
    assert browser.get(f"{PAGE}?after=x&show=odd").status_code == 200
