"""Whoever a decision is about is told it, why, and where to appeal: in the bell and by mail, in their language."""

import pytest
from django.core import mail

from community.feedback.states import HIDE, change_state
from community.members.ignoring import ignore
from community.members.models import Member
from community.moderation import champions
from community.moderation.flag import flag
from community.moderation.log import BESIDES
from community.moderation.models import ModerationEntry
from community.moderation.sanction import lift, sanction
from community.moderation.sweep import sweep
from community.notifications.deliver import pump
from community.notifications.fan_out import announce
from community.notifications.models import Notification
from tests import make
from tests.conftest import signed_in
from tests.test_sanctions import with_password

pytestmark = pytest.mark.django_db
DESK = "/desk/moderation/"


def bell(member: Member) -> str:
    return signed_in(member).get("/me/notifications/").content.decode()


def test_the_author_of_a_hidden_post_is_told_why(ann: Member, bo: Member, sam: Member) -> None:
    with_password(bo)
    thread = make.thread(by=ann, title="Calendars")
    reply = make.reply(thread, by=bo)
    flag(reply.item, by=ann, reason="off-topic")
    signed_in(sam).post(f"{DESK}items/{reply.pk}/hide/", {"reason": "off-topic", "words": "Please stay with calendars"})
    page = bell(bo)
    assert "What you wrote in “\u2068Calendars\u2069” was hidden (Off-topic)" in page
    assert "Please stay" not in page
    pump()
    sent = mail.outbox[-1]
    assert sent.to == [bo.email]
    assert "was hidden (Off-topic)" in sent.body
    assert "Please stay with calendars" in sent.body
    assert "Sam Rivera" not in sent.body
    assert not Notification.objects.filter(recipient=ann, topic__startswith="decision").exists()


def test_of_a_removed_post_only_the_sentence_is_told(ann: Member, bo: Member, sam: Member) -> None:
    with_password(bo)
    reply = make.reply(make.thread(by=ann, title="Calendars"), by=bo, body="Secret words")
    signed_in(sam).post(f"{DESK}items/{reply.pk}/remove/", {"reason": "private", "words": "No numbers, please"})
    assert "Something that you wrote was removed (Private data)" in bell(bo)
    pump()
    assert "No numbers, please" in mail.outbox[-1].body
    assert "Secret words" not in mail.outbox[-1].body


def test_a_suspended_member_hears_why_by_mail_and_nothing_else(ann: Member, bo: Member, sam: Member) -> None:
    with_password(bo)
    thread = make.thread(by=bo)
    sanction(bo, "suspension", by=sam, reason="A wave of spam", days=7)
    reply = make.reply(thread, by=ann, body="A reply for bo")
    announce(reply.item.events.get().pk)
    pump()
    assert [one.to for one in mail.outbox] == [[bo.email]]
    assert "Your account was suspended" in mail.outbox[0].body
    assert "A wave of spam" in mail.outbox[0].body
    assert "A reply for bo" not in mail.outbox[0].body


def test_each_decision_has_its_words(ann: Member, bo: Member, sam: Member) -> None:
    make.thread(by=bo, title="T")
    made = sanction(bo, "silence", by=sam, reason="x", days=1)
    lift(made, by=sam)
    sanction(bo, "warning", by=sam, reason="x")
    wave = sweep(bo, by=sam)
    signed_in(sam).post(f"{DESK}sweeps/{wave.pk}/undo/")
    champions.make_champion(bo, by=sam)
    page = bell(bo)
    for words in (
        "You were silenced", "A sanction against you was lifted", "Staff warned you",
        "Everything that you wrote was removed", "Everything that you wrote is back", "You are a champion now",
    ):  # fmt: skip
        assert words in page
    assert "Something happened" not in page


def test_every_verb_that_is_told_has_a_topic_that_fits() -> None:
    from community.notifications.topics import topics

    for verb in ModerationEntry.Verb.values:
        if verb not in ("held", "approved", "kept", "appealed", "no champion", *BESIDES.values()):
            assert topics.get(f"decision {verb}"), verb
            assert len(f"decision {verb}") <= Notification._meta.get_field("topic").max_length


def test_the_bell_costs_the_same_however_many_decisions(
    bo: Member, sam: Member, django_assert_max_num_queries: object
) -> None:
    thread = make.thread(by=make.member("ann"))
    for number in range(12):
        change_state(make.reply(thread, by=bo, body=f"Number {number}").item, HIDE, by=sam)
    browser = signed_in(bo)
    browser.get("/me/notifications/")
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        assert browser.get("/me/notifications/").content.decode().count("was hidden") == 12


def test_whoever_ignores_a_member_hears_nothing_of_them(ann: Member, bo: Member, cy: Member) -> None:
    with_password(ann)
    ignore(bo, by=ann)
    thread = make.thread(by=ann)
    for by in (bo, cy):
        event = make.reply(thread, by=by, body=f"Hello @ann from {by.handle}").item.events.get()
        announce(event.pk)
    pump()
    assert [one.by for one in Notification.objects.filter(recipient=ann)] == [cy]
    assert len(mail.outbox) == 1
    assert "from bo" not in mail.outbox[0].body


def test_held_and_hidden_words_are_mailed_to_nobody(ann: Member, bo: Member, sam: Member) -> None:
    with_password(ann)
    make.site(held_first_posts=1)
    thread = make.thread(by=sam, title="Open")
    ann_reads = make.reply(thread, by=ann)
    held = make.reply(thread, by=bo, body="Held words for @ann")
    assert held.item.state == "held"
    change_state(ann_reads.item, HIDE, by=None)
    for event in held.item.events.all():
        announce(event.pk)
    pump()
    assert not [one for one in mail.outbox if "Held words" in one.body]
