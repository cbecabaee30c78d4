"""Replies by mail: the signed address, the door, and what the headers say. The mails themselves: test_inbound_mails."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_q.models import OrmQ, Task

from community.conversations.models import Reply
from community.discussions import decide
from community.discussions.models import Thread
from community.feedback.drafts import save_draft
from community.feedback.models import Draft, Item
from community.feedback.states import HIDE, REMOVE, change_state
from community.members import limits
from community.members.cleaning import clean
from community.members.models import Member
from community.members.sanctions import impose
from community.notifications import deliver
from community.notifications.compose import compose
from community.notifications.inbound import addresses, attempt, health, settle
from community.notifications.inbound.inbox import LARGEST, SETTLE, take
from community.notifications.models import Mailing, Notification, Pace, Preference, Suppression
from community.notifications.received import InboundMail
from tests import make, tasks
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on(settings: Any, ann: Member, bo: Member) -> None:
    settings.REPLY_ADDRESS = "reply@example.com"
    make.confirmed(ann, bo)


def mail(to: str, body: str = "An answer.", *, sender: str = "ann@example.com", **headers: str) -> bytes:
    told = {"From": sender, "To": to, "Message-ID": "<one@mail.example>", "Subject": "Re: Hello"}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"{lines}\r\n{body}\r\n".encode()


def test_an_address_says_who_answers_what_and_survives_any_case(ann: Member) -> None:
    thread = make.thread(by=ann)
    address = addresses.address_for(ann.pk, thread.pk)
    assert re.fullmatch(r"reply\+[0-9a-z]+-[0-9a-z]+-[a-z2-7]{16}@example\.com", address)
    for written in (address, address.upper(), f"Northwind <{address}>", f'"{address}" <{address}>,'):
        (token, *_again) = addresses.tokens_in([written])
        assert addresses.read(token) == addresses.Ticket(ann.pk, thread.pk)


def test_the_longest_address_fits_into_64_characters(settings: Any) -> None:
    settings.REPLY_ADDRESS = f"{'r' * 22}@example.com"
    address = addresses.address_for(10**15, 10**15)
    assert len(address.partition("@")[0]) <= 64
    assert addresses.read(next(addresses.tokens_in([address])))


def test_a_star_says_where_the_token_stands(settings: Any, ann: Member) -> None:
    settings.REPLY_ADDRESS = "*@reply.example.com"
    address = addresses.address_for(ann.pk, 7)
    assert address.endswith("@reply.example.com")
    assert "+" not in address
    assert addresses.read(next(addresses.tokens_in([address]))) == addresses.Ticket(ann.pk, 7)


def test_another_key_signs_nothing_and_an_earlier_one_still_does(settings: Any, ann: Member) -> None:
    token = next(addresses.tokens_in([addresses.address_for(ann.pk, 7)]))
    before = settings.SECRET_KEY
    settings.SECRET_KEY = "another key" * 5
    assert addresses.read(token) is None
    settings.SECRET_KEY_FALLBACKS = [before]
    assert addresses.read(token) == addresses.Ticket(ann.pk, 7)


@pytest.mark.parametrize("turn", ["item", "member", "signature"])
def test_G90_a_token_that_was_changed_is_nobody_s(turn: str, ann: Member, bo: Member) -> None:
    token = next(addresses.tokens_in([addresses.address_for(ann.pk, 700)]))
    item, member, signed = token.split("-")
    forged = {
        "item": f"{item}1-{member}-{signed}",
        "member": f"{item}-{addresses._base36(bo.pk + 40)}-{signed}",
        "signature": f"{item}-{member}-{signed[:-1]}{'a' if signed[-1] != 'a' else 'b'}",
    }[turn]
    assert addresses.read(forged) is None


def test_a_mail_is_a_row_and_a_task_however_often_it_is_brought(ann: Member) -> None:
    thread = make.thread(by=ann)
    raw = mail(addresses.address_for(ann.pk, thread.pk))
    OrmQ.objects.all().delete()
    row = take(raw, via="imap")
    assert row
    assert (row.state, row.member, row.answers, row.size) == ("waiting", ann, thread.item, len(raw))
    assert InboundMail.objects.get().content == raw
    assert take(raw, via="postmark") == row
    assert take(raw.replace(b"An answer", b"A retry, with a header changed"), via="postmark") == row
    (task,) = OrmQ.objects.all()
    assert (task.task["func"], task.task["args"]) == (SETTLE, (row.pk,))


def test_the_envelope_counts_before_what_the_headers_say(ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann)
    mine, his = (addresses.address_for(one.pk, thread.pk) for one in (ann, bo))
    first = take(mail(mine), via="postmark", to=[his])
    second = take(mail(mine, Delivered_To=his, Message_ID="<two@mail.example>"), via="imap")
    third = take(mail("friends@example.com", Cc=f"Us <{mine}>", Message_ID="<three@mail.example>"), via="imap")
    assert [row.member for row in (first, second, third) if row] == [bo, bo, ann]


def test_what_is_not_for_us_is_left(ann: Member, settings: Any) -> None:
    for to in ("ann@example.com", "reply@example.com", "noreply+x@example.com", "reply+x@example.com.evil.example"):
        assert take(mail(to), via="imap") is None
    address = addresses.address_for(ann.pk, make.thread(by=ann).pk)
    settings.REPLY_ADDRESS = ""
    assert take(mail(address), via="imap") is None
    assert not InboundMail.objects.exists()


def test_G90_a_forged_token_ends_at_the_door(ann: Member) -> None:
    OrmQ.objects.all().delete()
    row = take(mail("reply+1-1-aaaaaaaaaaaaaaaa@example.com"), via="imap")
    assert row
    assert (row.state, row.reason, row.member, row.content) == ("refused", "token", None, b"")
    assert not OrmQ.objects.exists()


def test_G90_of_a_mail_that_is_too_large_only_the_headers_are_kept(ann: Member) -> None:
    raw = mail(addresses.address_for(ann.pk, make.thread(by=ann).pk), "x" * LARGEST)
    row = take(raw, via="imap")
    assert row
    assert row.size == len(raw)
    assert len(row.content) < 400


@pytest.mark.parametrize(
    "raw", [b"", b"\0" * 50, b"To: \xff\xfe\r\n\r\n", b"To" * 1_000_000, b":\n\n", b"From ann\nTo: x\n"]
)
def test_whatever_comes_through_the_door_breaks_nothing(raw: bytes) -> None:
    assert take(raw, via="imap") is None


def brought(raw: bytes) -> InboundMail:
    row = take(raw, via="imap")
    assert row
    tasks.run_all()
    row.refresh_from_db()
    return row


def answer_of(member: Member, item: Any, body: str = "An answer.", **headers: str) -> InboundMail:
    return brought(mail(addresses.address_for(member.pk, item.pk), body, sender=member.email or "", **headers))


def said_to(member: Member) -> list[str]:
    return [str(one.body) for one in outbox.outbox if one.to == [member.email]]


def test_a_mail_about_one_post_is_answered_in_its_thread(ann: Member, bo: Member) -> None:
    """From the mail that goes out to the reply that stands below what it told of."""
    thread = make.thread(by=ann, title="Where is my invoice?")
    reply = make.reply(thread, by=bo)
    tasks.run_all()
    (told,) = outbox.outbox
    assert told.reply_to == [addresses.address_for(ann.pk, reply.pk)]
    assert "Reply to this mail, and your answer stands in the thread." in told.body
    assert "Reply to this mail" in told.alternatives[0][0]  # type: ignore[attr-defined]
    row = brought(mail(told.reply_to[0], "Thank you, Bo.", In_Reply_To="<x@localhost>"))
    assert (row.state, row.attempts) == ("posted", 1)
    posted = Reply.objects.get(pk=row.item_id)
    assert (posted.about, posted.in_reply_to, posted.item.author) == (thread.item, reply, ann)
    assert (posted.item.body, posted.item.source, posted.item.language) == ("Thank you, Bo.", "mail", "en")
    tasks.run_all()
    assert said_to(bo)  # who is answered hears of it, as of any reply


def test_a_digest_a_closed_thread_and_a_decision_cannot_be_answered(ann: Member, bo: Member, sam: Member) -> None:
    Preference.objects.create(member=ann, pace=Pace.HOURLY)
    first, second = make.thread(by=ann), make.thread(by=ann)
    make.reply(first, by=bo)
    make.reply(second, by=bo)
    tasks.run_all()
    send_what_waits()
    decide.close(first, by=sam, lock=True)
    for _number in range(2):
        make.reply(first, by=sam)
    tasks.run_all()
    send_what_waits()
    decide.solve(second, make.reply(second, by=bo), by=ann)
    tasks.run_all()
    assert len(outbox.outbox) >= 3
    for one in outbox.outbox:
        assert one.reply_to == []
        assert "Reply to this mail" not in one.body


def test_several_posts_of_one_conversation_are_answered_there(ann: Member, bo: Member, settings: Any) -> None:
    Preference.objects.create(member=ann, pace=Pace.HOURLY)
    thread = make.thread(by=ann)
    make.reply(thread, by=bo)
    make.reply(thread, by=bo)
    tasks.run_all()
    send_what_waits()
    assert outbox.outbox[0].reply_to == [addresses.address_for(ann.pk, thread.pk)]
    settings.REPLY_ADDRESS = ""
    make.reply(thread, by=bo)
    tasks.run_all()
    send_what_waits()
    assert outbox.outbox[1].reply_to == []


def test_that_a_mail_can_be_answered_costs_one_query(ann: Member, bo: Member, settings: Any) -> None:
    thread = make.thread(by=ann)
    make.reply(thread, by=bo)
    tasks.run_all()
    mailing = Mailing.objects.get()
    Notification.objects.update(mailing=mailing)
    compose(mailing, "ann@example.com")
    counts = []
    for address in ("", "reply@example.com"):
        settings.REPLY_ADDRESS = address
        with CaptureQueriesContext(connection) as asked:
            compose(mailing, "ann@example.com")
        counts.append(len(asked))
    assert counts[1] - counts[0] == 1


def send_what_waits() -> None:
    Mailing.objects.update(due_at=timezone.now())
    deliver.pump()


def _to_group(thread: Thread, sam: Member) -> None:
    thread.item.place.audience, thread.item.place.group = "group", make.group("Beta")  # type: ignore[union-attr]
    thread.item.place.save()  # type: ignore[union-attr]


AFTERWARDS: dict[str, tuple[Callable[[Thread, Member], Any], str]] = {
    "private": (lambda thread, sam: Item.objects.filter(pk=thread.pk).update(visibility="private"), "gone"),
    "staff only": (lambda thread, sam: Item.objects.filter(pk=thread.pk).update(visibility="staff"), "gone"),
    "in a group": (_to_group, "gone"),
    "removed": (lambda thread, sam: change_state(thread.item, REMOVE, by=sam), "gone"),
    "hidden": (lambda thread, sam: change_state(thread.item, HIDE, by=sam), "gone"),
    "locked": (lambda thread, sam: decide.close(thread, by=sam, lock=True), "closed"),
    "closed": (lambda thread, sam: decide.close(thread, by=sam, lock=False), "closed"),
    "deleted": (lambda thread, sam: Item.objects.filter(pk=thread.pk).delete(), "gone"),
}


@pytest.mark.parametrize("happening", AFTERWARDS)
@pytest.mark.parametrize("to", ["thread", "reply"])
def test_B27_an_answer_to_what_is_out_of_reach_by_now_is_refused(
    happening: str, to: str, ann: Member, bo: Member, sam: Member
) -> None:
    thread = make.thread(by=bo, title="Secret plans", place=make.category("plans").place)
    reply = make.reply(thread, by=bo)
    outbox.outbox.clear()
    address = addresses.address_for(ann.pk, thread.pk if to == "thread" else reply.pk)
    act, reason = AFTERWARDS[happening]
    act(thread, sam)
    outbox.outbox.clear()
    row = brought(mail(address))
    assert (row.state, row.reason, row.item) == ("refused", reason, None)
    assert Reply.objects.filter(item__author=ann).count() == 0
    (said,) = said_to(ann)
    assert ("secret" in said.lower()) == (reason == "closed")  # of what they may not read not even the title is said
    if reason == "closed":
        assert "This thread is closed. Start a new one and link to it." in said


def test_B27_a_reply_that_is_hidden_by_now_cannot_be_answered(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=sam)
    reply = make.reply(thread, by=bo)
    change_state(reply.item, HIDE, by=sam)
    assert answer_of(ann, reply).reason == "gone"
    assert answer_of(sam, reply, Message_ID="<two@mail.example>").reason == "sender"  # never confirmed an address
    make.confirmed(sam)
    assert answer_of(sam, reply, Message_ID="<three@mail.example>").reason == "gone"
    assert answer_of(ann, thread, Message_ID="<four@mail.example>").state == "posted"


@pytest.mark.parametrize(("kind", "reason"), [("silence", "silenced"), ("suspension", "away")])
def test_whoever_may_not_write_is_told_why(kind: str, reason: str, ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=bo)
    impose(ann, kind, by=sam, reason="Too loud.")
    outbox.outbox.clear()
    assert answer_of(ann, thread).reason == reason
    assert "Too loud." in said_to(ann)[0]


def test_an_account_that_is_closed_is_told_nothing(ann: Member, bo: Member) -> None:
    thread = make.thread(by=bo)
    Member.objects.filter(pk=ann.pk).update(is_active=False)
    assert answer_of(ann, thread).reason == "away"
    assert not said_to(ann)


def test_what_a_limit_stops_waits_as_a_draft(ann: Member, bo: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    thread = make.thread(by=bo)
    save_draft(ann, f"reply:{thread.pk}", 0, title="", body="Begun on the page.", item=thread.item)
    strict = replace(limits.LIMITS[limits.Standing.NEW], replies_a_day=1)
    monkeypatch.setitem(limits.LIMITS, limits.Standing.NEW, strict)
    assert answer_of(ann, thread, "First.").state == "posted"
    assert Draft.objects.get().body == "Begun on the page."  # a mail is not what was begun there
    row = answer_of(ann, thread, "Second.", Message_ID="<two@mail.example>")
    assert (row.state, row.reason) == ("refused", "limit")
    assert Draft.objects.get().body == "Begun on the page.\n\nSecond."
    assert "your text is kept" in said_to(ann)[-1]


def test_what_cannot_be_shown_is_refused_in_the_words_of_the_page(ann: Member, bo: Member) -> None:
    row = answer_of(ann, make.thread(by=bo), "> " * 60 + "deep\r\nWords.\r\n" + "word " * 15_000)
    assert row.reason == "words"
    assert said_to(ann)


def test_what_waits_for_approval_waits_as_on_the_web(ann: Member, bo: Member) -> None:
    thread = make.thread(by=bo, place=make.category("slow", is_premoderated=True).place)
    Item.objects.filter(pk=thread.pk).update(state="visible")
    row = answer_of(ann, thread)
    assert (row.state, row.item.state if row.item else "") == ("posted", "held")


def test_a_task_that_runs_twice_posts_once(ann: Member, bo: Member) -> None:
    row = answer_of(ann, make.thread(by=bo))
    settle.settle(row.pk)
    settle.settle(row.pk)
    assert Reply.objects.filter(item__author=ann).count() == 1
    assert InboundMail.objects.get().attempts == 1


def test_the_answer_to_a_stranger_goes_to_the_member_and_ends_after_five(ann: Member, bo: Member) -> None:
    thread = make.thread(by=bo)
    for number in range(7):
        row = brought(
            mail(
                addresses.address_for(ann.pk, thread.pk),
                sender="eve@evil.example",
                Message_ID=f"<{number}@mail.example>",
            )
        )
        assert row.reason == "sender"
    assert [one.to for one in outbox.outbox] == [["ann@example.com"]] * 5
    (first, *_rest) = outbox.outbox
    assert first.extra_headers["Auto-Submitted"] == "auto-replied"
    assert "http://localhost:8000/accounts/email/" in first.body
    assert "evil" not in first.body


def test_what_fails_to_the_last_waits_for_staff(ann: Member, bo: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = mail(addresses.address_for(ann.pk, make.thread(by=bo).pk))
    row = take(raw, via="imap")
    assert row
    monkeypatch.setattr(settle, "opened", lambda *_words: 1 / 0)
    for count in range(1, 6):
        with pytest.raises(ZeroDivisionError):
            settle.settle(row.pk)
        settle.after_attempt(Task(args=(row.pk,), success=False, attempt_count=count))
    row.refresh_from_db()
    assert (row.state, row.attempts, row.content) == ("failed", 5, raw)
    monkeypatch.undo()
    assert attempt.try_again(row)
    assert not attempt.try_again(row)
    tasks.run_all()
    row.refresh_from_db()
    assert (row.state, row.content) == ("posted", b"")


def test_what_nobody_tries_any_more_is_forgotten_in_its_time(ann: Member, bo: Member) -> None:
    row = take(mail(addresses.address_for(ann.pk, make.thread(by=bo).pk)), via="imap")
    assert row
    for days, state, has_bytes in ((2, "failed", True), (8, "failed", False)):
        InboundMail.objects.update(received_at=timezone.now() - timedelta(days=days))
        clean()
        row.refresh_from_db()
        assert (row.state, bool(row.content)) == (state, has_bytes)
    assert not attempt.try_again(row)
    InboundMail.objects.update(ended_at=timezone.now() - timedelta(days=31))
    clean()
    assert not InboundMail.objects.exists()


def test_a_bounce_that_comes_to_our_sender_is_noted(ann: Member, bo: Member) -> None:
    """By IMAP, where the mailbox of the sender is the one that is fetched."""
    make.reply(make.thread(by=ann), by=bo)
    tasks.run_all()
    (told,) = outbox.outbox
    report = (
        "From: Mailer-Daemon@mail.example\r\nTo: hearback@localhost\r\nReturn-Path: <>\r\nSubject: Undelivered\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n'
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example\r\n\r\n"
        "Final-Recipient: rfc822; ann@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n"
        f"Content-Type: text/rfc822-headers\r\n\r\nTo: ann@example.com\r\nMessage-ID: "
        f"{told.extra_headers['Message-ID']}\r\n\r\n--b--\r\n"
    )
    row = brought(report.encode())
    assert (row.state, row.reason, row.member) == ("refused", "bounce", None)
    assert Suppression.objects.get().address == "ann@example.com"
    assert take(report.replace("hearback@localhost", "postmaster@else.example").encode(), via="imap") is None


def test_staff_see_what_came_in_and_try_it_again(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=bo)
    answer_of(ann, thread)
    brought(mail(addresses.address_for(ann.pk, thread.pk), sender="eve@evil.example", Message_ID="<e@mail.example>"))
    failed = take(mail(addresses.address_for(ann.pk, thread.pk), "Third.", Message_ID="<f@mail.example>"), via="imap")
    assert failed
    InboundMail.objects.waiting().give_up()
    health.note_failure("refused", timezone.now())
    browser = signed_in(sam)
    page = browser.get("/desk/mail/").content.decode()
    assert "The mailbox cannot be read." in page
    for words in ("Posted", "Refused", "Sent from another address than the member", "Failed", "Ann Okafor"):
        assert words in page
    assert "evil" not in page
    address = f"/desk/mail/received/{failed.pk}/attempt/"
    assert page.count(address) == 1
    assert signed_in(ann).post(address).status_code == 403
    assert browser.post(address).status_code == 302
    tasks.run_all()
    assert InboundMail.objects.get(pk=failed.pk).state == "posted"
    assert "There is nothing to try again" in browser.post(address, follow=True).content.decode()
    assert browser.post("/desk/mail/received/999/attempt/").status_code == 404


def test_the_list_of_staff_costs_the_same_for_one_and_for_many(ann: Member, bo: Member, sam: Member) -> None:
    browser = signed_in(sam)
    counts = []
    for number in (1, 12):
        for extra in range(number):
            InboundMail.objects.create(
                member=make.member(), via="imap", digest=f"{number}.{extra}", size=1, raw=b"x" * 1_000
            )
        browser.get("/desk/mail/")
        with CaptureQueriesContext(connection) as asked:
            browser.get("/desk/mail/")
        counts.append(len(asked))
        assert not [one for one in asked if '"raw"' in one["sql"]]
    assert counts[0] == counts[1]


def test_of_files_alone_that_nobody_may_attach_nothing_is_posted(ann: Member, bo: Member) -> None:
    row = answer_of(
        ann, make.thread(by=bo), "TVo=", Content_Type="application/x-msdownload; name=setup.exe",
        Content_Disposition="attachment", Content_Transfer_Encoding="base64",
    )  # fmt: skip
    assert (row.state, row.reason) == ("refused", "empty")
    assert "setup.exe: This kind of file cannot be attached." in said_to(ann)[0]


def test_whoever_is_silenced_is_not_asked_to_answer(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    impose(ann, "silence", by=sam, reason="Too loud.")
    make.reply(thread, by=bo)
    tasks.run_all()
    assert [one.reply_to for one in outbox.outbox] == [[]]


@pytest.mark.parametrize("sender", ["eve@evil.example", "ann@example.com"])
def test_B27_no_refusal_says_the_title_of_what_is_private_by_now(sender: str, ann: Member, bo: Member) -> None:
    thread = make.thread(by=bo, title="Secret plans")
    Item.objects.filter(pk=thread.pk).update(visibility="private")
    outbox.outbox.clear()
    brought(mail(addresses.address_for(ann.pk, thread.pk), sender=sender))
    assert "secret" not in said_to(ann)[0].lower()
    assert "http://localhost:8000/t/" not in said_to(ann)[0]
