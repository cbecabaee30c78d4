"""Votes: one per person, counted, taken back, begun as a guest."""

import pytest
from django.test import Client

from community.feedback.models import Item, Vote
from community.feedback.vote import vote
from community.members.models import Member
from tests import make
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def test_a_vote_counts_once(ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann)
    browser = signed_in(bo)
    for _ in range(3):
        browser.post(f"/items/{thread.pk}/vote/")
    assert Item.objects.get(pk=thread.pk).vote_count == Vote.objects.count() == 1
    browser.post(f"/items/{thread.pk}/vote/withdrawal/")
    browser.post(f"/items/{thread.pk}/vote/withdrawal/")
    assert Item.objects.get(pk=thread.pk).vote_count == Vote.objects.count() == 0


def test_the_button_comes_back_pressed(ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann, title="Dark mode")
    answer = signed_in(bo).post(f"/items/{thread.pk}/vote/", headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert 'aria-pressed="true"' in page
    assert "Upvote Dark mode, 1 vote" in page


def test_nobody_votes_for_their_own(ann: Member) -> None:
    thread = make.thread(by=ann)
    answer = signed_in(ann).post(f"/items/{thread.pk}/vote/", headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert not Vote.objects.exists()


def test_a_guest_is_led_to_a_form_and_the_vote_waits(client: Client, ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann)
    page = client.get(thread.item.path).content.decode()
    assert f'href="/items/{thread.pk}/vote/"' in page
    assert client.get(f"/items/{thread.pk}/vote/").status_code == 200
    assert not Vote.objects.exists()
    answer = client.post(f"/items/{thread.pk}/vote/", {"via": "login"})
    assert answer.headers["Location"].startswith("/accounts/login/")
    assert client.session["begun"]["what"] == "vote"


def test_H96_no_vote_by_get_head_or_from_another_site(ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(bo)
    browser.get(f"/items/{thread.pk}/vote/")
    browser.head(f"/items/{thread.pk}/vote/")
    assert browser.post(f"/items/{thread.pk}/vote/").status_code == 403
    assert not Vote.objects.exists()


def test_C41_numbers_and_marks_cannot_be_sent(ann: Member, bo: Member) -> None:
    place = make.category().place
    words = {
        "title": "Mass assignment", "body": "Try", "place": place.pk, "kind": "question", "language": "en",
        "author": ann.pk, "state": "hidden", "vote_count": "99", "created_at": "2000-01-01", "is_staff": "1",
    }  # fmt: skip
    signed_in(bo).post("/t/new/", words)
    item = Item.objects.get(title="Mass assignment")
    assert (item.author, item.state, item.vote_count, item.created_at.year > 2020) == (bo, "visible", 0, True)


@pytest.mark.parametrize("way", ["one", "chosen"])
def test_the_votes_of_who_is_deleted_are_counted_out(
    way: str, ann: Member, bo: Member, cy: Member, root: Member
) -> None:
    thread = make.thread(by=ann, title="Dark mode")
    reply = make.reply(thread, by=cy)
    Item.objects.filter(pk=thread.pk).update(imported_votes=5, vote_count=5)
    for item in (thread.item, reply.item):
        vote(item, by=bo)
    vote(thread.item, by=cy)
    make.thread(by=bo, title="Words that stay")
    assert "Upvote Dark mode, 7 votes" in Client().get(thread.item.path).content.decode()
    if way == "one":
        signed_in(root).post(f"/admin/community/member/{bo.pk}/delete/", {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": [bo.pk], "post": "yes"}
        signed_in(root).post("/admin/community/member/", chosen)
    assert not Member.objects.filter(pk=bo.pk).exists()
    counts = dict(Item.objects.filter(pk__in=[thread.pk, reply.pk]).values_list("pk", "vote_count"))
    assert counts == {thread.pk: 6, reply.pk: 0}
    assert "Upvote Dark mode, 6 votes" in Client().get(thread.item.path).content.decode()
    assert "Former member" in Client().get("/discussions/").content.decode()
