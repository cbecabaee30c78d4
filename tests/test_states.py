"""The one door to the state of an item: what hangs on it follows, whatever the kind."""

import pytest
from django.test import Client

from community.conversations.models import Reply
from community.discussions import decide
from community.feedback.models import Event, Item
from community.feedback.states import APPROVE, HIDE, REMOVE, RESTORE, VERBS, change_state
from community.members.models import Member
from tests import make
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def state(item: Item) -> str:
    return Item.objects.values_list("state", flat=True).get(pk=item.pk)


def test_a_hidden_reply_is_counted_out_and_its_solution_set_aside(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    reply = make.reply(thread, by=bo)
    decide.solve(thread, reply, by=ann)
    assert change_state(reply.item, HIDE, by=sam)
    thread.item.refresh_from_db()
    assert (thread.item.reply_count, thread.item.reply_serial) == (0, 1)
    assert not hasattr(Reply.objects.get().about.thread, "solution")
    assert change_state(reply.item, RESTORE, by=sam)
    thread.item.refresh_from_db()
    assert thread.item.reply_count == 1
    assert Reply.objects.get().about.thread.solution.reply == reply


@pytest.mark.parametrize("verb", VERBS.values(), ids=lambda verb: verb.name)
def test_a_verb_begins_only_where_it_may(verb: object, ann: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    for begins in Item.State.values:
        Item.objects.filter(pk=thread.pk).update(state=begins)
        events = Event.objects.count()
        done = change_state(thread.item, verb, by=sam)
        assert done == (begins in verb.begins)
        assert state(thread.item) == (verb.ends if done else begins)
        assert Event.objects.count() == events + done


def test_a_held_reply_is_never_counted_twice(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann, place=make.category("held", is_premoderated=True).place)
    change_state(thread.item, APPROVE, by=sam)
    reply = make.reply(thread, by=bo)
    for verb, count in ((HIDE, 0), (RESTORE, 1), (REMOVE, 0), (RESTORE, 1), (HIDE, 0), (REMOVE, 0)):
        assert change_state(reply.item, verb, by=sam)
        assert Item.objects.get(pk=thread.pk).reply_count == count


def test_a_hidden_reply_is_a_place_for_others_and_words_for_author_and_staff(
    ann: Member, bo: Member, sam: Member
) -> None:
    thread = make.thread(by=ann)
    reply = make.reply(thread, by=bo, body="Contested words")
    guest = Client()
    assert "Contested words" in guest.get(thread.item.path).content.decode()
    change_state(reply.item, HIDE, by=sam)
    for browser in (guest, signed_in(ann)):
        page = browser.get(thread.item.path).content.decode()
        assert "Contested words" not in page
        assert "This reply is hidden." in page
    for reader in (bo, sam):
        page = signed_in(reader).get(thread.item.path).content.decode()
        assert "Contested words" in page
        assert "Only its author and staff see it." in page


def test_a_hidden_thread_is_nowhere_but_for_author_and_staff(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann, title="Contested title")
    make.reply(thread, by=bo, body="Below it")
    change_state(thread.item, HIDE, by=sam)
    for reader, status in ((ann, 200), (sam, 200), (bo, 404)):
        assert signed_in(reader).get(thread.item.path).status_code == status
    assert Client().get(thread.item.path).status_code == 404
    for url in (
        "/",
        "/discussions/",
        "/c/general/",
        "/feeds/discussions.atom",
        "/discussions/?order=mine",
    ):
        assert "Contested title" not in signed_in(ann).get(url).content.decode(), url
    assert "Contested title" not in signed_in(bo).get("/members/ann/").content.decode()
    assert signed_in(ann).get(f"/items/{thread.pk}/reply/").status_code == 403
    assert signed_in(ann).get(f"/threads/{thread.pk}/edit/").status_code == 403
