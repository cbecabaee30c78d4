"""Who sees who voted: by the setting, and never who is away, ignored or was voted for by staff."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.feedback.models import Item
from community.members.ignoring import ignore
from community.members.leave import leave
from community.members.models import Member
from community.members.sanctions import Sanction, impose
from roadmap.ideas.behalf import Heard, vote_for
from roadmap.ideas.models import Idea, Voting
from tests import ideas, make
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
SEEN = {"staff": ("sam",), "members": ("sam", "cy"), "everybody": ("sam", "cy", "")}


def shows(setting: str) -> None:
    Voting(voters=setting).save()


def votes_of(idea: Idea) -> str:
    return f"/ideas/{idea.pk}/votes/"


@pytest.fixture
def wanted(bo: Member) -> Idea:
    idea = ideas.idea()
    ideas.voted(idea, bo)
    return idea


@pytest.mark.parametrize("setting", SEEN)
def test_the_setting_says_who_sees_it(setting: str, wanted: Idea, cy: Member, sam: Member) -> None:
    shows(setting)
    for who, browser in (("", Client()), ("cy", signed_in(cy)), ("sam", signed_in(sam))):
        answer = browser.get(votes_of(wanted))
        page = browser.get(wanted.item.path).content.decode()
        if who in SEEN[setting]:
            assert "Bo Lind" in answer.content.decode()
        else:
            assert answer.status_code == (403 if who else 302)
        is_shown = who in SEEN[setting] and setting != "staff"
        assert (votes_of(wanted) in page, "Who voted" in page) == (is_shown or who == "sam", is_shown)
    assert Client().get(f"{votes_of(wanted)}new/").status_code == 302


def test_without_a_setting_staff_alone_see_it(wanted: Idea, cy: Member) -> None:
    assert signed_in(cy).get(votes_of(wanted)).status_code == 403


def test_customers_read_names_and_nothing_else(wanted: Idea, ann: Member, cy: Member, sam: Member) -> None:
    shows("everybody")
    acme = make.company("Secretive Ltd")
    Member.objects.filter(handle="bo").update(company=acme)
    for whose in (cy, acme):
        vote_for(Item.objects.get(pk=wanted.pk), whose, Heard("call", "#4711", "blocking", "Leaves us."), by=sam)
    signed_in(Member.objects.get(handle="bo")).post(
        f"/ideas/{wanted.pk}/importance/", {"level": "nice", "why": "Nights."}
    )
    for browser in (Client(), signed_in(ann)):
        page = browser.get(f"{votes_of(wanted)}?show=staff").content.decode()
        assert "4 votes" in page
        assert "Bo Lind" in page
        for secret in (
            "Cy Mehta",
            "Secretive",
            "#4711",
            "Leaves us",
            "Nights.",
            "Nice to have",
            "taken down",
            "withdrawal",
        ):
            assert secret not in page, secret


def test_nobody_is_named_who_is_away_ignored_or_gone(
    wanted: Idea, ann: Member, bo: Member, cy: Member, sam: Member
) -> None:
    shows("everybody")
    guest, reader = Client(), signed_in(ann)
    ideas.voted(wanted, cy)
    names = [browser.get(votes_of(wanted)).content.decode() for browser in (guest, reader)]
    assert all("Bo Lind" in page and "Cy Mehta" in page for page in names)
    ignore(bo, by=ann)
    assert "Bo Lind" not in reader.get(votes_of(wanted)).content.decode()
    assert "Bo Lind" in guest.get(votes_of(wanted)).content.decode()
    assert guest.get(wanted.item.path).content.decode().count("avatar-s") == 3
    impose(bo, Sanction.Kind.SUSPENSION, by=sam, reason="Spam.")
    assert "Bo Lind" not in guest.get(votes_of(wanted)).content.decode()
    assert guest.get(wanted.item.path).content.decode().count("avatar-s") == 2  # also where the page was kept
    leave(cy, erases=False)
    page = guest.get(votes_of(wanted)).content.decode()
    assert "Cy Mehta" not in page
    assert "2 votes" in page


def test_private_ideas_do_not_leak(ann: Member, bo: Member, cy: Member) -> None:
    shows("everybody")
    idea = ideas.idea("Secret plan", by=ann, is_private=True)
    assert Client().get(votes_of(idea)).status_code == 404
    assert signed_in(cy).get(votes_of(idea)).status_code == 404
    assert signed_in(ann).get(votes_of(idea)).status_code == 200


def test_the_list_goes_on_and_costs_the_same(wanted: Idea, cy: Member) -> None:
    shows("members")
    browser = signed_in(cy)

    def cost(url: str) -> int:
        browser.get(url)
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(url).status_code == 200
        return len(caught)

    few = [cost(url) for url in (votes_of(wanted), wanted.item.path)]
    for number in range(60):
        ideas.voted(wanted, make.member(f"m{number}"))
    assert [cost(url) for url in (votes_of(wanted), wanted.item.path)] == few
    assert max(few) <= 12
    url, seen = votes_of(wanted), 0
    while url:
        page = browser.get(url).content.decode()
        seen += page.count('class="voter"')
        url = page.partition('id="more"')[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert seen == 62


def test_an_administrator_sets_it_once(root: Member) -> None:
    browser, address = signed_in(root), "/admin/roadmap/voting/"
    assert browser.get(f"{address}add/").status_code == 200
    assert browser.post(f"{address}add/", {"voters": "nobody", "budget": "0"}).status_code == 200
    assert browser.post(f"{address}add/", {"voters": "members", "budget": "0"}).status_code == 302
    assert Voting.objects.get().voters == "members"
    assert browser.get(f"{address}add/").status_code == 403
    assert browser.post(f"{address}1/delete/", {"post": "yes"}).status_code == 403
