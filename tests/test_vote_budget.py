"""A number of votes for each member: open ideas use them, ended ones give them back."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.feedback.begun import complete
from community.feedback.models import Item, Vote
from community.feedback.vote import VoteRefused, vote, withdraw
from community.members.models import Member, Site
from roadmap.ideas.behalf import Heard, vote_for
from roadmap.ideas.merge import merge, undo
from roadmap.ideas.models import Idea, Voting
from roadmap.ideas.promote import begun_from, promote
from roadmap.ideas.suggest import Suggestion
from roadmap.ideas.voting import budget_of
from tests import ideas, make
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def item_of(idea: Idea) -> Item:
    return Item.objects.get(pk=idea.pk)


def left(member: Member) -> int:
    budget = budget_of(member, Site.current())
    assert budget is not None
    return budget.left


@pytest.fixture
def three(ann: Member) -> list[Idea]:
    """Ideas of others, and two votes for everybody."""
    found = [ideas.idea(f"Idea {number}", by=make.member(f"m{number}")) for number in range(3)]
    Voting(budget=2).save()
    return found


def test_without_a_budget_votes_are_not_counted(bo: Member) -> None:
    idea = ideas.idea()
    assert budget_of(bo, Site.current()) is None
    ideas.voted(idea, bo)
    assert "votes are left" not in signed_in(bo).get("/ideas/").content.decode()


def test_it_ends_and_says_why_and_where_to_take_one_back(three: list[Idea], bo: Member, client: Client) -> None:
    browser = signed_in(bo)
    first, second, third = three
    for path in ("/ideas/", "/ideas/?view=list", first.item.path):
        page = browser.get(path).content.decode()
        assert "2 of your 2 votes are left." in page
        assert "/ideas/?show=voted&amp;view=list" in page
        assert "of your" not in client.get(path).content.decode()
    button = browser.post(f"/items/{first.pk}/vote/", headers={"HX-Request": "true"}).content.decode()
    assert "1 of your 2 votes is left." in button
    ideas.voted(second, bo)
    answer = browser.post(f"/items/{third.pk}/vote/", headers={"HX-Request": "true"})
    assert (answer.status_code, item_of(third).vote_count) == (422, 1)
    assert "All your 2 votes are used" in answer.content.decode()
    browser.post(f"/items/{third.pk}/vote/")  # without script
    assert "All your 2 votes are used" in browser.get("/ideas/").content.decode()
    page = browser.get(third.item.path).content.decode()
    assert 'disabled aria-pressed="false" aria-label="Upvote Idea 2, 1 vote. All your 2 votes are used' in page
    assert "/ideas/?show=voted&amp;view=list" in page
    mine = browser.get("/ideas/?show=voted&view=list").content.decode()
    assert f'formaction="/items/{first.pk}/vote/withdrawal/"' in mine
    browser.post(f"/items/{first.pk}/vote/withdrawal/")
    assert left(bo) == 1
    assert vote(item_of(third), by=bo)


@pytest.mark.parametrize("kind", ["shipped", "declined"])
def test_an_idea_that_ends_gives_votes_back(kind: str, three: list[Idea], bo: Member) -> None:
    for idea in three[:2]:
        ideas.voted(idea, bo)
    ideas.moved(three[0], kind)
    assert left(bo) == 1
    assert vote(item_of(three[2]), by=bo)
    ideas.moved(three[0], "considering")  # open again: nobody loses a vote, and there is none to give
    assert left(bo) == 0
    assert Vote.objects.filter(member=bo).count() == 3


def test_merging_gives_back_what_counts_once(three: list[Idea], bo: Member, sam: Member) -> None:
    for idea in three[:2]:
        ideas.voted(idea, bo)
    one = merge(item_of(three[0]), item_of(three[1]), by=sam)
    assert left(bo) == 1
    undo(one, by=sam)
    assert left(bo) == 0


def test_what_cannot_be_read_or_was_removed_uses_no_vote(three: list[Idea], bo: Member) -> None:
    for idea in three[:2]:
        ideas.voted(idea, bo)
    Item.objects.filter(pk=three[0].pk).update(state="removed")
    Item.objects.filter(pk=three[1].pk).update(visibility="company")
    assert left(bo) == 2


def test_votes_for_posts_use_none(three: list[Idea], ann: Member, bo: Member) -> None:
    for number in range(3):
        vote(make.thread(by=ann, title=f"Thread {number}").item, by=bo)
    assert left(bo) == 2


def test_what_staff_took_down_uses_none_until_it_is_one_s_own(three: list[Idea], bo: Member, sam: Member) -> None:
    for idea in three:
        vote_for(item_of(idea), bo, Heard("call"), by=sam)
    assert left(bo) == 2
    assert vote(item_of(three[0]), by=bo)
    assert vote(item_of(three[1]), by=bo)
    with pytest.raises(VoteRefused, match="All your 2 votes"):
        vote(item_of(three[2]), by=bo)
    assert Vote.objects.filter(member=bo, is_own=False).count() == 1
    assert item_of(three[2]).vote_count == 2


def test_suggesting_goes_on_without_a_vote(three: list[Idea], bo: Member, sam: Member) -> None:
    for idea in three[:2]:
        ideas.voted(idea, bo)
    said = {"title": "A further wish", "body": "Please.", "language": "en", "area": ideas.area().pk}
    page = signed_in(bo).post("/ideas/new/", said, follow=True).content.decode()
    assert "It has no vote of yours" in page
    idea = Idea.objects.get(item__title="A further wish")
    assert (item_of(idea).vote_count, Vote.objects.filter(item=idea.pk).count()) == (0, 0)
    reply = make.reply(make.thread(), by=bo, body="This would be good.").item
    begun = begun_from(reply)
    made = promote(reply, Suggestion(begun["title"], begun["body"], area=ideas.area()), by=sam)
    assert (item_of(made).vote_count, Vote.objects.filter(item=made.pk).count()) == (0, 0)
    withdraw(item_of(three[0]), by=bo)
    assert item_of(ideas.idea("With a vote", by=bo)).vote_count == 1
    assert left(bo) == 0


def test_the_vote_of_a_guest_obeys_it(three: list[Idea], bo: Member, client: Client) -> None:
    for idea in three[:2]:
        ideas.voted(idea, bo)
    client.post(f"/items/{three[2].pk}/vote/")
    client.force_login(bo)
    request = client.get("/ideas/").wsgi_request
    assert complete(request) == three[2].item.path
    assert [str(one) for one in request._messages] != []
    assert item_of(three[2]).vote_count == 1


def test_pages_cost_the_same_for_many_votes(three: list[Idea], bo: Member) -> None:
    Voting(budget=50, voters="everybody").save()
    browser = signed_in(bo)

    def cost(url: str) -> int:
        browser.get(url)
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(url).status_code == 200
        return len(caught)

    urls = ("/ideas/", "/ideas/?view=list", three[0].item.path)
    few = [cost(url) for url in urls]
    for number in range(20):
        ideas.voted(ideas.idea(f"More {number}", by=make.member(f"more{number}")), bo)
    assert [cost(url) for url in urls] == few
    assert max(few[:2]) <= 9
    assert few[2] <= 12
