"""Splitting an idea in two: nobody loses a vote, and everybody hears of it once."""

import pytest

from community.feedback.models import Item, Link, Vote
from community.feedback.vote import vote, withdraw
from community.members.models import Member, Product, Site
from community.notifications.models import Notification
from roadmap.ideas.behalf import Heard, vote_for
from roadmap.ideas.merge import merge, undo
from roadmap.ideas.models import Idea, Merge, OnBehalf
from roadmap.ideas.split import copy_votes
from tests import ideas, make, tasks
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def item_of(idea: Idea) -> Item:
    return Item.objects.get(pk=idea.pk)


def sent(**more: object) -> dict[str, object]:
    said = {"title": "Dark icons", "body": "The icons too.", "language": "en", "area": ideas.area().pk}
    return said | {"with_votes": "on"} | more


@pytest.fixture
def wanted(ann: Member, bo: Member, cy: Member, sam: Member) -> Idea:
    idea = ideas.idea("Dark mode and dark icons", by=ann)
    ideas.voted(idea, bo, cy)
    vote_for(item_of(idea), make.company(), Heard("call"), by=sam)
    return idea


def split(wanted: Idea, sam: Member, **more: object) -> Idea:
    assert signed_in(sam).post(f"/ideas/{wanted.pk}/split/", sent(**more)).status_code == 302
    tasks.run_all()
    return Idea.objects.select_related("item__author").get(item__title="Dark icons")


def test_votes_count_for_both_and_their_voters_hear_of_it_once(
    wanted: Idea, ann: Member, bo: Member, sam: Member
) -> None:
    assert f"/ideas/{wanted.pk}/split/" in signed_in(sam).get(wanted.item.path).content.decode()
    made = split(wanted, sam)
    assert (made.item.author, made.item.visibility, made.stage.kind) == (ann, "public", "new")
    assert [item_of(idea).vote_count for idea in (wanted, made)] == [4, 4]
    votes = Vote.objects.filter(item=made.pk)
    assert set(votes.values_list("member__handle", "company__name", "is_own")) == {
        ("ann", None, True), ("bo", None, False), ("cy", None, False), (None, "Acme", False),
    }  # fmt: skip
    assert OnBehalf.objects.filter(vote__item=made.pk, by=sam, reference=item_of(wanted).path).count() == 3
    assert Link.objects.filter(source=wanted.pk, target=made.pk).exists()
    copy_votes(wanted.pk, made.pk, sam.pk)  # as after kill -9
    tasks.run_all()
    told = Notification.objects.filter(topic="idea_split").values_list("recipient__handle", flat=True)
    assert sorted(told) == ["bo", "cy"]
    assert item_of(made).vote_count == votes.count() == 4
    page = signed_in(bo).get(made.item.path).content.decode()
    assert "Sam Rivera\u2069 voted for you." in page
    assert vote(item_of(made), by=bo)
    assert withdraw(item_of(made), by=Member.objects.get(handle="cy"))
    assert [item_of(idea).vote_count for idea in (wanted, made)] == [4, 3]


def test_without_copies_only_its_author_votes(wanted: Idea, sam: Member) -> None:
    made = split(wanted, sam, with_votes="")
    assert [item_of(idea).vote_count for idea in (wanted, made)] == [4, 1]
    assert not Notification.objects.filter(topic="idea_split").exists()


def test_two_clicks_are_one_split_and_a_merge_undoes_it(wanted: Idea, sam: Member) -> None:
    made = split(wanted, sam)
    assert split(wanted, sam).pk == made.pk
    merge(item_of(made), item_of(wanted), by=sam)
    assert item_of(wanted).vote_count == 4


def test_what_is_gone_by_now_is_split_again(wanted: Idea, sam: Member) -> None:
    first = split(wanted, sam)
    merge(item_of(first), item_of(wanted), by=sam)
    answer = signed_in(sam).post(f"/ideas/{wanted.pk}/split/", sent(), follow=True)
    second = Idea.objects.exclude(pk__in=(wanted.pk, first.pk)).get()
    assert (answer.redirect_chain[-1][0], second.stage.kind) == (item_of(second).path, "new")
    tasks.run_all()
    undo(Merge.objects.get(), by=sam)
    Item.objects.filter(pk__in=(first.pk, second.pk)).update(state="removed")
    signed_in(sam).post(f"/ideas/{wanted.pk}/split/", sent())
    assert Idea.objects.count() == 4
    third = Idea.objects.order_by("-pk")[0]
    assert signed_in(sam).post(f"/ideas/{wanted.pk}/split/", sent()).headers["Location"] == item_of(third).path
    assert Idea.objects.count() == 4


def test_the_further_idea_is_about_the_same_product(wanted: Idea, sam: Member) -> None:
    browser, address = signed_in(sam), f"/ideas/{wanted.pk}/split/"
    assert 'name="product"' not in browser.get(address).content.decode()
    mobile, web = (Product.objects.create(name=name) for name in ("Mobile", "Web"))
    Site.touch()
    Item.objects.filter(pk=wanted.pk).update(product=mobile)
    form = browser.get(address).content.decode()
    assert f'<option value="{mobile.pk}" selected>Mobile</option>' in form
    assert split(wanted, sam, product=web.pk).item.product == web


def test_a_private_idea_stays_private(ann: Member, bo: Member, sam: Member) -> None:
    secret = ideas.idea("Dark secret", by=ann, is_private=True)
    Vote.objects.create(item=secret.item, member=bo)  # who could read it then
    made = split(secret, sam)
    assert (made.item.visibility, item_of(made).vote_count) == ("company", 1)
    assert signed_in(bo).get(made.item.path).status_code == 404
    assert not Notification.objects.filter(recipient=bo).exists()


def test_it_is_for_staff_and_open_ideas(wanted: Idea, bo: Member, sam: Member) -> None:
    address = f"/ideas/{wanted.pk}/split/"
    assert signed_in(bo).post(address, sent()).status_code == 403
    missing = signed_in(sam).post(address, sent(title=""))
    assert (missing.status_code, "The icons too." in missing.content.decode()) == (422, True)
    ideas.moved(wanted, "shipped")
    assert signed_in(sam).post(address, sent()).status_code == 403
    assert Idea.objects.count() == 1
