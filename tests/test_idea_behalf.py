"""Votes that staff take down for customers and companies: counted once, shown apart, taken over and taken back."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.feedback.models import Item, Vote
from community.feedback.vote import VoteRefused, vote, withdraw
from community.members.leave import leave
from community.members.models import Company, Member
from community.members.privacy import exporters
from community.notifications.models import Notification
from roadmap.ideas.behalf import Heard, vote_for
from roadmap.ideas.heat import heat_of
from roadmap.ideas.merge import merge, undo
from roadmap.ideas.models import Idea, Importance, OnBehalf
from roadmap.ideas.weights import weights_of
from tests import ideas, make, tasks
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
CALL = Heard("call", "#4711", "blocking", "Leaves us without it.")


def item_of(idea: Idea) -> Item:
    return Item.objects.get(pk=idea.pk)


def heard(idea: Idea, whose: Member | Company, said: Heard = CALL) -> Vote:
    sam = make.member("sam", role="agent")
    return vote_for(item_of(idea), whose, said, by=sam).vote


def sent(**more: Any) -> dict[str, Any]:
    return {
        "source": "ticket",
        "reference": "https://desk.example/4711",
        "level": "important",
        "why": "Said so.",
    } | more


def test_staff_find_a_member_and_vote_for_them(ann: Member, bo: Member, sam: Member) -> None:
    idea, browser = ideas.idea(by=ann), signed_in(sam)
    address = f"/ideas/{idea.pk}/votes/new/"
    assert f"/ideas/{idea.pk}/votes/" in browser.get(idea.item.path).content.decode()
    assert 'name="whose"' not in browser.get(address).content.decode()
    assert "Nobody is called that" in browser.get(address, {"who": "zzz"}).content.decode()
    for who in ("lind", "bo@example.com", "BO"):
        assert f'value="m{bo.pk}"' in browser.get(address, {"who": who}).content.decode()
    assert browser.post(address, sent(who="lind", whose=f"m{bo.pk}")).headers["Location"] == f"/ideas/{idea.pk}/votes/"
    one = OnBehalf.objects.select_related("vote").get()
    assert (one.vote.member, one.vote.company, one.vote.is_own, one.by) == (bo, None, False, sam)
    assert (one.source, one.reference, one.level) == ("ticket", "https://desk.example/4711", "important")
    assert item_of(idea).vote_count == 2
    page = browser.get(f"/ideas/{idea.pk}/votes/").content.decode()
    for words in (
        "2 votes, 1 of them taken down by staff",
        "Bo Lind",
        "Taken down by",
        "Ticket",
        "Said so.",
        "Important",
    ):
        assert words in page
    assert 'href="https://desk.example/4711"' in page
    assert "2 votes, 1 of them taken down by staff" in browser.get(idea.item.path).content.decode()


def test_what_is_missing_is_said_and_nothing_typed_is_lost(bo: Member, sam: Member) -> None:
    idea, browser, acme = ideas.idea(), signed_in(sam), make.company("Bolt works")
    address = f"/ideas/{idea.pk}/votes/new/"
    right = sent(who="bo", whose=f"c{acme.pk}")
    for wrong, says in (
        ({"whose": ""}, "This field is required"),
        ({"source": ""}, "This field is required"),
        ({"source": "dream"}, "Select a valid choice"),
        ({"whose": "m99999"}, "Select a valid choice"),
        ({"whose": f"m{bo.pk}", "person": "Kim"}, "This is for companies"),
        ({"email": "bo@example.com"}, "has an account"),
        ({"email": "no address"}, "valid email"),
        ({"level": "huge"}, "Select a valid choice"),
        ({"why": "x" * 501}, "at most 500"),
    ):
        answer = browser.post(address, right | wrong)
        page = answer.content.decode()
        assert (answer.status_code, says in page) == (422, True), wrong
        assert "https://desk.example/4711" in page
    assert not OnBehalf.objects.exists()
    assert browser.post(address, right).status_code == 302


def test_a_company_votes_once_with_whoever_said_it(sam: Member) -> None:
    idea, acme = ideas.idea(), make.company(plan="Pro", monthly_revenue=900)
    browser, address = signed_in(sam), f"/ideas/{idea.pk}/votes/new/"
    said = sent(who="acm", whose=f"c{acme.pk}", person="Kim Vale", email="Kim@Acme.example")
    assert browser.post(address, said).status_code == 302
    again = browser.post(address, said)
    assert (again.status_code, "Everybody counts once" in again.content.decode()) == (422, True)
    one = OnBehalf.objects.select_related("vote").get()
    assert (one.vote.member, one.vote.company, one.person, one.email) == (None, acme, "Kim Vale", "kim@acme.example")
    assert item_of(idea).vote_count == 2
    page = browser.get(f"/ideas/{idea.pk}/votes/?show=staff").content.decode()
    assert all(words in page for words in ("Kim Vale", "kim@acme.example", "Acme"))
    weights = weights_of(item_of(idea))
    assert (weights.companies, weights.revenue, weights.plans) == (1, 900, [("Pro", 1)])
    vote(item_of(idea), by=make.member("kim", company=acme))
    assert weights_of(item_of(idea)).companies == 1
    acme.delete()
    assert item_of(idea).vote_count == Vote.objects.filter(item=idea.pk).count() == 3
    assert "A company that is gone" in browser.get(f"/ideas/{idea.pk}/votes/").content.decode()


def test_whoever_has_voted_counts_once(bo: Member, sam: Member) -> None:
    idea = ideas.idea()
    ideas.voted(idea, bo)
    with pytest.raises(VoteRefused, match="counts once"):
        heard(idea, bo)
    assert (item_of(idea).vote_count, OnBehalf.objects.count()) == (2, 0)


def test_a_member_sees_it_and_makes_it_their_own(bo: Member, cy: Member, sam: Member) -> None:
    idea = ideas.idea()
    heard(idea, bo)
    browser, path = signed_in(bo), idea.item.path
    page = browser.get(path).content.decode()
    assert "Sam Rivera\u2069 voted for you." in page
    assert "How much does this matter to you?" not in page
    for secret in ("Leaves us", "#4711", "taken down"):
        assert secret not in page
    assert browser.post(f"/ideas/{idea.pk}/importance/", {"level": "nice"}).status_code == 404
    assert "voted for you" not in signed_in(cy).get(path).content.decode()
    assert browser.post(f"/items/{idea.pk}/vote/").status_code == 302
    one = Vote.objects.get(member=bo, item=idea.pk)
    assert (one.is_own, item_of(idea).vote_count) == (True, 2)
    page = browser.get(path).content.decode()
    assert "voted for you" not in page
    assert "How much does this matter to you?" in page
    assert not vote(item_of(idea), by=bo)


def test_what_staff_heard_is_kept_when_a_vote_becomes_one_s_own(bo: Member, cy: Member, sam: Member) -> None:
    idea, other = ideas.idea(), ideas.idea("Another", "I want it too.")
    heard(idea, bo)
    heard(idea, cy, Heard("mail", "#12", "", "Would like it."))
    heard(other, bo)
    ideas.voted(idea, bo, cy)
    own = Vote.objects.get(member=bo, item=idea.pk)
    assert (own.importance.level, own.importance.why) == ("blocking", "Leaves us without it.")
    assert (own.on_behalf.reference, own.on_behalf.by) == ("#4711", sam)
    cys = Vote.objects.get(member=cy, item=idea.pk)
    assert (cys.on_behalf.reference, Importance.objects.filter(vote=cys).exists()) == ("#12", False)
    assert (Vote.objects.count(), OnBehalf.objects.count()) == (5, 3)
    page = signed_in(sam).get(f"/ideas/{idea.pk}/votes/").content.decode()
    assert "Their own vote, first taken down by" in page
    assert all(words in page for words in ("#4711", "#12", "Would like it.", "I cannot work without it"))
    assert "/withdrawal/" not in page.partition("<main")[2]
    assert "taken down by staff" not in page.partition("<main")[2].partition("<ul")[0].partition("</h1>")[0]
    signed_in(bo).post(f"/ideas/{idea.pk}/importance/", {"level": "nice", "why": "Found another way."})
    own.importance.refresh_from_db()
    assert (own.importance.level, OnBehalf.objects.get(vote=own).level) == ("nice", "blocking")
    leave(bo, erases=True)
    assert OnBehalf.objects.get().vote == cys


def test_a_member_takes_back_what_staff_took_down(bo: Member, sam: Member) -> None:
    idea = ideas.idea()
    cold = Idea.objects.get(pk=idea.pk).heat
    heard(idea, bo)
    assert Idea.objects.get(pk=idea.pk).heat > cold
    assert signed_in(bo).post(f"/items/{idea.pk}/vote/withdrawal/").status_code == 302
    assert (item_of(idea).vote_count, OnBehalf.objects.count(), Vote.objects.count()) == (1, 0, 1)
    assert Idea.objects.get(pk=idea.pk).heat == cold


def test_a_guest_s_vote_takes_its_place_too(client: Client, cy: Member, sam: Member) -> None:
    from community.feedback.begun import complete

    idea = ideas.idea()
    heard(idea, cy)
    client.post(f"/items/{idea.pk}/vote/")
    client.force_login(cy)
    complete(client.get(idea.item.path).wsgi_request)
    assert Vote.objects.get(member=cy).is_own
    assert item_of(idea).vote_count == 2


def test_staff_take_back_what_they_took_down_and_nothing_else(ann: Member, bo: Member, sam: Member) -> None:
    idea, other = ideas.idea(by=ann), ideas.idea("Another", by=ann)
    one, acme = heard(idea, bo), heard(idea, make.company())
    own = Vote.objects.get(item=idea.pk, member=ann)
    browser = signed_in(sam)
    for browser_of, pk, vote_pk, status in (
        (signed_in(bo), idea.pk, one.pk, 403),
        (Client(), idea.pk, one.pk, 302),
        (browser, other.pk, one.pk, 302),  # of another idea
        (browser, idea.pk, own.pk, 302),  # ann's own
    ):
        assert browser_of.post(f"/ideas/{pk}/votes/{vote_pk}/withdrawal/").status_code == status
    assert (item_of(idea).vote_count, Vote.objects.filter(item=idea.pk).count()) == (3, 3)
    assert browser.get(f"/ideas/{idea.pk}/votes/{one.pk}/withdrawal/").status_code == 405
    browser.post(f"/ideas/{idea.pk}/votes/{one.pk}/withdrawal/")
    browser.post(f"/ideas/{idea.pk}/votes/{acme.pk}/withdrawal/")
    assert (item_of(idea).vote_count, OnBehalf.objects.count()) == (1, 0)


def test_customers_see_the_total_alone(bo: Member, cy: Member, client: Client) -> None:
    idea = ideas.idea()
    heard(idea, bo)
    heard(idea, make.company("Secretive Ltd"))
    for browser in (client, signed_in(cy)):
        for path in (idea.item.path, "/ideas/", "/feeds/ideas.atom", "/search/?q=dark"):
            page = browser.get(path).content.decode()
            assert "Upvote Dark mode, 3 votes" in page or not path.startswith("/ideas/")
            for secret in ("Secretive", "#4711", "taken down", "Bo Lind", "/votes/"):
                assert secret not in page
        for path in (f"/ideas/{idea.pk}/votes/", f"/ideas/{idea.pk}/votes/new/"):
            assert browser.get(path).status_code == (403 if browser is not client else 302)


def test_nobody_votes_for_who_may_not_read_or_for_what_has_ended(ann: Member, bo: Member, sam: Member) -> None:
    secret = ideas.idea("Secret", by=ann, is_private=True)
    with pytest.raises(VoteRefused, match="cannot read"):
        heard(secret, bo)
    done = ideas.idea("Done", by=bo)
    ideas.moved(done, "shipped")
    with pytest.raises(VoteRefused, match="Voting has ended"):
        heard(done, ann)
    page = signed_in(sam).get(f"/ideas/{done.pk}/votes/new/?who=ann").content.decode()
    assert "Voting has ended" in page
    assert 'name="whose"' not in page


def test_they_hear_of_moves_without_being_told_that_they_voted(bo: Member, sam: Member, root: Member) -> None:
    idea = ideas.idea()
    heard(idea, bo)
    ideas.moved(idea, "planned", tells=True, by=root)
    tasks.run_all()
    told = Notification.objects.get(recipient=bo)
    assert (told.topic, told.detail["why"]) == ("moved", "followed")


def rows() -> dict[str, list[Any]]:
    return {
        "votes": list(
            Vote.objects.order_by("pk").values_list("pk", "item", "member", "company", "is_own", "created_at")
        ),
        "importance": list(Importance.objects.order_by("pk").values_list()),
        "heard": list(OnBehalf.objects.order_by("pk").values_list()),
        "counts": list(Item.objects.order_by("pk").values_list("pk", "vote_count")),
        "heat": list(Idea.objects.order_by("pk").values_list("pk", "heat")),
    }


def test_they_follow_a_merge_once_and_come_back(bo: Member, cy: Member, sam: Member) -> None:
    source, target, acme, beta = (
        ideas.idea("Night"),
        ideas.idea("Dark", by=make.member("dee")),
        *map(make.company, "AB"),
    )
    for whose in (bo, cy, acme, beta):
        heard(source, whose)
    ideas.voted(target, cy)
    heard(target, acme)
    before = rows()
    one = merge(item_of(source), item_of(target), by=sam)
    there = Vote.objects.filter(item=target.pk)
    assert set(there.values_list("member__handle", "company__name")) == {
        ("dee", None), ("ann", None), ("bo", None), ("cy", None), (None, "A"), (None, "B"),
    }  # fmt: skip
    assert item_of(target).vote_count == there.count() == 6
    assert item_of(source).vote_count == 2  # of those who have one there
    undo(one, by=sam)
    assert rows() == before


def test_a_company_that_wants_two_duplicates_counts_by_the_one_that_is_left(sam: Member) -> None:
    first, second, target = (ideas.idea(f"Idea {n}", by=make.member(f"m{n}")) for n in range(3))
    acme = make.company()
    heard(first, acme), heard(second, acme)
    before = rows()
    one, two = (merge(item_of(idea), item_of(target), by=sam) for idea in (first, second))
    assert item_of(target).vote_count == 4
    undo(one, by=sam)
    assert Vote.objects.filter(item=target.pk, company=acme).count() == 1
    two.refresh_from_db()
    undo(two, by=sam)
    assert rows() == before


def test_what_was_made_one_s_own_stays_when_a_merge_is_undone(bo: Member, sam: Member) -> None:
    source, target = ideas.idea("Night"), ideas.idea("Dark", by=make.member("dee"))
    heard(source, bo)
    one = merge(item_of(source), item_of(target), by=sam)
    vote(item_of(target), by=bo)
    undo(one, by=sam)
    assert list(Vote.objects.filter(member=bo).values_list("item", "is_own")) == [(target.pk, True)]
    assert [item_of(idea).vote_count for idea in (source, target)] == [1, 2]


def test_a_vote_that_was_cast_stands_before_one_that_staff_took_down(bo: Member, sam: Member) -> None:
    source, target = ideas.idea("Night"), ideas.idea("Dark", by=make.member("dee"))
    ideas.voted(source, bo)
    own = Vote.objects.get(item=source.pk, member=bo)
    Importance.objects.create(vote=own, level="blocking", why="I work at night.")
    heard(target, bo)
    before = rows()
    one = merge(item_of(source), item_of(target), by=sam)
    there = Vote.objects.get(item=target.pk, member=bo)
    assert (there.is_own, there.importance.level, there.importance.why) == (True, "blocking", "I work at night.")
    assert there.on_behalf.reference == "#4711"
    assert (item_of(target).vote_count, item_of(source).vote_count) == (3, 1)
    page = signed_in(bo).get(item_of(target).path).content.decode()
    assert "How much this matters to you:" in page
    assert "voted for you" not in page
    undo(one, by=sam)
    assert rows() == before


def test_what_was_cast_for_two_duplicates_is_one_s_own_until_both_are_undone(bo: Member, sam: Member) -> None:
    first, second, target = (ideas.idea(f"Idea {n}", by=make.member(f"m{n}")) for n in range(3))
    for idea, level in ((first, "nice"), (second, "blocking")):
        ideas.voted(idea, bo)
        Importance.objects.create(vote=Vote.objects.get(item=idea.pk, member=bo), level=level)
    heard(target, bo)
    before = rows()
    one, two = (merge(item_of(idea), item_of(target), by=sam) for idea in (first, second))
    undo(one, by=sam)
    there = Vote.objects.get(item=target.pk, member=bo)
    assert (there.is_own, there.importance.level) == (True, "blocking")
    two.refresh_from_db()
    undo(two, by=sam)
    assert rows() == before


def test_what_staff_took_down_goes_home_though_its_member_voted_for_a_third(bo: Member, sam: Member) -> None:
    first, second, target = (ideas.idea(f"Idea {n}", by=make.member(f"m{n}")) for n in range(3))
    heard(first, bo)
    ideas.voted(second, bo)
    Importance.objects.create(vote=Vote.objects.get(item=second.pk, member=bo), level="nice", why="Perhaps.")
    before = rows()
    one, two = (merge(item_of(idea), item_of(target), by=sam) for idea in (first, second))
    there = Vote.objects.get(item=target.pk, member=bo)
    assert (there.is_own, there.importance.level, there.on_behalf.reference) == (True, "nice", "#4711")
    undo(one, by=sam)
    assert list(Vote.objects.filter(member=bo).order_by("item").values_list("item", "is_own")) == [
        (first.pk, False), (target.pk, True),
    ]  # fmt: skip
    assert [item_of(idea).vote_count for idea in (first, second, target)] == [2, 0, 3]
    two.refresh_from_db()
    undo(two, by=sam)
    assert rows() == before


def test_whoever_takes_the_joined_vote_back_has_none_there_afterwards(bo: Member, cy: Member, sam: Member) -> None:
    source, target = ideas.idea("Night"), ideas.idea("Dark", by=make.member("dee"))
    ideas.voted(source, bo, cy)
    heard(target, bo)
    heard(target, cy)
    one = merge(item_of(source), item_of(target), by=sam)
    Importance.objects.create(vote=Vote.objects.get(item=target.pk, member=cy), level="nice", why="Said there.")
    Importance.objects.create(vote=Vote.objects.get(item=source.pk, member=cy), level="blocking", why="Said here.")
    withdraw(item_of(target), by=bo)
    undo(one, by=sam)
    assert not Vote.objects.filter(item=target.pk, member=bo).exists()
    assert [item_of(idea).vote_count for idea in (source, target)] == [3, 2]
    assert Importance.objects.get().why == "Said there."
    assert not Vote.objects.get(item=target.pk, member=cy).is_own


def test_it_is_in_the_copy_of_a_member_and_goes_with_them(bo: Member, sam: Member) -> None:
    idea, acme = ideas.idea(), make.company()
    heard(idea, bo)
    heard(idea, acme, Heard("mail", "#1", "", "Kim said so.", "Kim Vale", "bo@example.com"))
    export = {name: list(ask(bo)) for name, ask in exporters.items()}
    assert [one["reference"] for one in export["votes_on_behalf"]] == ["#4711", "#1"]
    assert [one["is_own"] for one in export["votes"]] == [False]
    leave(bo, erases=True)
    left = OnBehalf.objects.get()
    assert (left.person, left.email, left.why, left.reference, left.vote.company) == ("", "", "", "", acme)
    item = item_of(idea)
    assert item.vote_count == Vote.objects.filter(item=idea.pk).count() == 2
    assert Idea.objects.get(pk=idea.pk).heat == heat_of(2, item.created_at, is_ended=False)


def test_staff_who_leave_take_their_words_along(bo: Member, sam: Member, root: Member) -> None:
    idea = ideas.idea()
    heard(idea, bo)
    leave(sam, erases=True)
    assert OnBehalf.objects.values_list("by", "why", "reference").get() == (None, "", "#4711")
    assert "Our staff voted for you." in signed_in(bo).get(idea.item.path).content.decode()
    assert "Taken down by staff" in signed_in(root).get(f"/ideas/{idea.pk}/votes/").content.decode()


def test_the_list_costs_the_same_for_many_and_goes_on(sam: Member) -> None:
    idea, browser = ideas.idea(), signed_in(sam)
    address = f"/ideas/{idea.pk}/votes/"

    def cost() -> int:
        browser.get(address)
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(address).status_code == 200
        return len(caught)

    heard(idea, make.member("first", company=make.company("One")))
    few = cost()
    for number in range(50):
        member = make.member(f"m{number}", company=make.company(f"Company {number}"))
        if number % 2:
            ideas.voted(idea, member)
            Importance.objects.create(vote=Vote.objects.get(member=member), level="nice")
        else:
            heard(idea, member)
    assert cost() == few <= 8
    first = browser.get(address).content.decode()
    more = first.partition('id="more"')[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    second = browser.get(more).content.decode()
    seen = [page.count('class="voter"') for page in (first, second)]
    assert seen == [30, 22]
    assert browser.get(f"{address}?after=x").status_code == 200


def test_a_title_that_is_the_name_of_a_page_has_a_page_of_its_own(ann: Member, client: Client) -> None:
    for title in ("Votes", "Edit", "Merge", "Stage"):
        idea = ideas.idea(title, by=make.member(f"m{title.lower()}"))
        answer = client.get(f"/go/{idea.pk}", follow=True)
        assert (answer.status_code, answer.redirect_chain[-1][0]) == (200, f"/ideas/{idea.pk}/{title.lower()}-/")
        assert title in answer.content.decode()
