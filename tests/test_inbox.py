"""Fetching by IMAP, against a server on a socket: stored before it is marked, and nothing lost by a crash."""

import logging
import socket
from typing import Any

import pytest
from django.core import mail as outbox
from django_q.models import Schedule

from community.members.models import Member
from community.notifications import setup
from community.notifications.inbound import addresses, fetch, health, inbox
from community.notifications.received import InboundMail
from tests import make, tasks
from tests.imap import Mailbox
from tests.test_inbound import mail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on(settings: Any, ann: Member, bo: Member) -> None:
    settings.REPLY_ADDRESS = "reply@example.com"
    make.confirmed(ann, bo)


@pytest.fixture
def answer(ann: Member, bo: Member) -> bytes:
    return mail(addresses.address_for(ann.pk, make.thread(by=bo).pk), "Fetched words.")


OTHER = mail("ann@example.com", "Not for us.", Message_ID="<other@mail.example>")


@pytest.mark.parametrize("has_uidplus", [True, False])
def test_what_is_ours_is_posted_and_deleted_and_what_is_not_stays(
    has_uidplus: bool, settings: Any, answer: bytes, ann: Member
) -> None:
    with Mailbox(OTHER, answer, has_uidplus=has_uidplus) as box:
        settings.INBOX = box.told
        fetch.fetch()
        fetch.fetch()
        assert [(one.uid, one.flags) for one in box.mails] == [(11, {r"\Seen"})]
        assert ("UID EXPUNGE 12" in box.asked) == has_uidplus
    tasks.run_all()
    row = InboundMail.objects.get()
    assert (row.state, row.via) == ("posted", "imap")
    assert row.item
    assert row.item.body == "Fetched words."
    assert health.failing() is None


@pytest.mark.parametrize("at", ["UID STORE", "UID EXPUNGE", "UID FETCH", "LOGOUT"])
def test_a_crash_anywhere_loses_nothing_and_posts_once(at: str, settings: Any, answer: bytes) -> None:
    with Mailbox(answer) as box:
        settings.INBOX = box.told
        box.breaks_at = at
        fetch.fetch()
        box.breaks_at = ""
        fetch.fetch()
    tasks.run_all()
    assert [row.state for row in InboundMail.objects.all()] == ["posted"]


def test_a_mail_that_cannot_be_stored_holds_up_no_other(
    settings: Any, answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = inbox.take

    def take(raw: bytes, **told: Any) -> InboundMail | None:
        if b"poison" in raw:
            raise ValueError("poison")
        return whole(raw, **told)

    monkeypatch.setattr(inbox, "take", take)
    with Mailbox(mail("x@example.com", "poison"), answer) as box:
        settings.INBOX = box.told
        fetch.fetch()
        assert [(one.uid, one.flags) for one in box.mails] == [(11, set())]
    assert InboundMail.objects.count() == 1


def test_G90_of_a_large_mail_only_the_headers_are_fetched(
    settings: Any, answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "LARGEST", 1_000)
    monkeypatch.setattr("community.notifications.inbound.settle.LARGEST", 1_000)
    with Mailbox(answer + b"x" * 5_000) as box:
        settings.INBOX = box.told
        fetch.fetch()
        assert "UID FETCH 11 (BODY.PEEK[])" not in box.asked
    tasks.run_all()
    row = InboundMail.objects.get()
    assert (row.reason, row.size) == ("size", len(answer) + 5_000)
    assert "Send it again with smaller files" in outbox.outbox[0].body


def test_what_goes_wrong_is_told_without_anybody_s_name(
    settings: Any, answer: bytes, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Mailbox(answer, password="another") as box:
        settings.INBOX = box.told
        with caplog.at_level(logging.WARNING):
            fetch.fetch()
        first = health.failing()
        assert first
        assert "It refused us." in first.sentence
        fetch.fetch()
        again = health.failing()
        assert again
        assert again.since == first.since
        assert "hearback@example" not in caplog.text
        box.password = "pass word"
        fetch.fetch()
        assert health.failing() is None
    monkeypatch.setattr(fetch, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.INBOX = {**box.told, "port": silent.getsockname()[1]}
        fetch.fetch()
        assert health.failing().kind == "timeout"  # type: ignore[union-attr]
    fetch.fetch()
    assert health.failing().kind == "connection"  # type: ignore[union-attr]


def test_the_schedule_is_there_as_long_as_there_is_a_mailbox(settings: Any) -> None:
    for box, count in (({"host": "x"}, 1), ({"host": "x"}, 1), ({}, 0)):
        settings.INBOX = box
        setup.ensure_schedule("default")
        assert Schedule.objects.filter(func=fetch.TASK).count() == count
    fetch.fetch()  # a task that was queued before does nothing
