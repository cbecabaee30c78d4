"""A reply is as visible as what it hangs on, on every page that takes its id (ABUSE B21, B34, B35)."""

import pytest
from django.test import Client

from community.conversations.models import Reply
from community.feedback.models import Item, Vote
from community.feedback.write import revise
from community.members.models import Member
from tests import make
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
WORDS = "Words below a hidden title"


def hidden_reply(state: str, **fields: object) -> Reply:
    """bo's visible reply in ann's thread, which then goes out of sight."""
    thread = make.thread(by=make.member("ann"), title="A secret title")
    reply = make.reply(thread, by=make.member("bo"), body="First words")
    revise(reply.item, by=reply.item.author, body=WORDS)
    Item.objects.filter(pk=thread.pk).update(state=state, **fields)
    return reply


@pytest.mark.parametrize("state", ["held", "hidden", "removed", "merged", "draft"])
@pytest.mark.parametrize("who", ["guest", "cy", "bo"])
def test_B35_no_page_of_a_reply_survives_its_thread(state: str, who: str) -> None:
    reply = hidden_reply(state)
    browser = Client() if who == "guest" else signed_in(make.member(who))
    for url in ("/go/{}", "/items/{}/history/", "/items/{}/vote/", "/items/{}/reply/", "/items/{}/reply/?quote=0"):
        answer = browser.get(url.format(reply.pk))
        assert answer.status_code == 404, url
        assert WORDS not in answer.content.decode()
        assert "secret" not in answer.headers.get("Location", "")
    for url in ("/items/{}/vote/", "/items/{}/vote/withdrawal/", "/items/{}/reply/"):
        assert browser.post(url.format(reply.pk), {"body": "x"}).status_code == 404, url
    if who == "bo":
        assert browser.post(f"/replies/{reply.pk}/edit/", {"body": "x"}).status_code == 404
        assert browser.post(f"/drafts/edit:{reply.pk}/", {"seq": 0, "body": "x"}).status_code == 400
    assert not Vote.objects.exists()
    for url in ("/members/bo/", "/members/ann/", "/feeds/discussions.atom", f"/feeds/t/{reply.about_id}.atom", "/"):
        page = browser.get(url).content.decode()
        assert WORDS not in page
        assert "A secret title" not in page


def test_staff_still_open_it(sam: Member) -> None:
    reply = hidden_reply("removed")
    browser = signed_in(sam)
    assert browser.get(f"/go/{reply.pk}").status_code == 302
    assert WORDS in browser.get(f"/items/{reply.pk}/history/").content.decode()


def test_a_vote_begun_as_a_guest_is_not_completed_when_the_thread_is_gone(bo: Member, cy: Member) -> None:
    from community.feedback.begun import complete

    thread = make.thread(by=make.member("ann"))
    reply = make.reply(thread, by=bo)
    browser = Client()
    browser.post(f"/items/{reply.pk}/vote/")
    Item.objects.filter(pk=thread.pk).update(state="removed")

    class Request:
        session = browser.session
        user = cy

    assert complete(Request()) is None
    assert not Vote.objects.exists()


def test_the_asker_of_a_private_thread_votes_for_what_staff_answered(ann: Member, sam: Member, cy: Member) -> None:
    thread = make.thread(by=ann, is_private=True)
    reply = make.reply(thread, by=sam, body="Between us")
    assert signed_in(ann).get(f"/go/{reply.pk}").status_code == 302
    assert signed_in(ann).post(f"/items/{reply.pk}/vote/").status_code == 302
    assert Vote.objects.get().member == ann
    assert signed_in(cy).get(f"/go/{reply.pk}").status_code == 404


def test_a_held_reply_is_its_author_s_and_staff_s(ann: Member, bo: Member, cy: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    reply = make.reply(thread, by=bo)
    Item.objects.filter(pk=reply.pk).update(state="held")
    found = [signed_in(one).get(f"/items/{reply.pk}/history/").status_code for one in (ann, bo, cy, sam)]
    assert found == [404, 200, 404, 200]
