"""Mail that comes back: what each sample does to the address of its reader, and what nobody can do to a stranger."""

import email
import email.policy
from email.message import Message
from email.mime.multipart import MIMEMultipart
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import override_settings

from community.members.models import Member
from community.notifications.mail_names import HEADER, name_of, reader_named_in
from community.notifications.models import Mailing, Suppression
from community.notifications.returned import note_returned
from tests import make, tasks

pytestmark = pytest.mark.django_db

SAMPLES = Path(__file__).parent / "mails_returned"
# Sample → whether it is mail that came back, and why its reader gets no more from then on.
WHAT_EACH_DOES: dict[str, tuple[bool, str]] = {
    "postfix": (True, "bounce"),
    "postfix_eai": (True, "bounce"),
    "postfix_delayed": (True, ""),
    "postfix_given_up_after_4xx": (True, ""),
    "mailbox_full_for_good": (True, "bounce"),
    "mailbox_full_for_now": (True, ""),
    "blocked_sender": (True, ""),
    "relayed": (True, ""),
    "message_id_rewritten": (True, "bounce"),
    "to_her_old_address": (True, ""),
    "exchange_online": (True, "bounce"),
    "exchange_old_plain_text": (True, "bounce"),
    "gmail": (True, "bounce"),
    "qmail": (True, "bounce"),
    "exim": (True, "bounce"),
    "exim_delayed": (True, ""),
    "complaint": (True, "complaint"),
    "complaint_taken_back": (True, ""),
    "dmarc_failure": (True, ""),
    "forged_without_signature": (True, ""),
    "forged_with_wrong_signature": (True, ""),
    "signed_by_another_site": (True, ""),
    "complaint_forged": (True, ""),
    "read_receipt": (False, ""),
    "reply_that_quotes_a_bounce": (False, ""),
}


@pytest.fixture(autouse=True)
def _confirmed(ann: Member, bo: Member) -> None:
    make.confirmed(ann, bo)


def sample(name: str, member: Member) -> str:
    words = (SAMPLES / f"{name}.eml").read_text()
    with override_settings(SECRET_KEY="of another site"):
        elsewhere = name_of(12, member.pk)
    for placeholder, instead in (
        ("@@NAME@@", name_of(12, member.pk)),
        ("@@UNSIGNED@@", f"n12.m{member.pk}"),
        ("@@OTHER_SITE@@", elsewhere),
    ):
        words = words.replace(placeholder, instead)
    return words


def stopped() -> dict[str, str]:
    return dict(Suppression.objects.values_list("address", "reason"))


@pytest.mark.parametrize("policy", [email.policy.compat32, email.policy.default], ids=["compat32", "default"])
@pytest.mark.parametrize("name", WHAT_EACH_DOES)
def test_each_sample(name: str, policy: "email.policy.Policy[Message]", ann: Member) -> None:
    came_back, reason = WHAT_EACH_DOES[name]
    message = email.message_from_string(sample(name, ann), policy=policy)
    assert note_returned(message) is came_back
    assert stopped() == ({"ann@example.com": reason} if reason else {})


def test_the_table_holds_every_sample() -> None:
    assert {file.stem for file in SAMPLES.glob("*.eml")} == set(WHAT_EACH_DOES)


def test_a_bounce_of_a_mail_that_went_out_stops_its_reader_only(ann: Member, bo: Member) -> None:
    """The name stands in the mail as it really goes out, and is the same however often it is tried."""
    make.reply(make.thread(by=ann), by=bo)
    tasks.run_all()
    (sent,) = mail.outbox
    name = sent.extra_headers[HEADER]
    assert sent.extra_headers["Message-ID"] == f"<{name}@localhost>"
    first = Mailing.objects.get().notifications.order_by("pk").values_list("pk", flat=True)[0]
    assert name == name_of(first, ann.pk)
    returned = sample("postfix", ann).replace(name_of(12, ann.pk), name)
    for _again in range(2):
        assert note_returned(email.message_from_string(returned))
    assert stopped() == {"ann@example.com": "bounce"}


def test_the_signature_is_of_reader_and_notification(ann: Member, bo: Member) -> None:
    name = name_of(12, ann.pk)
    assert reader_named_in(f"References: <x@y> <{name}@example.com>") == ("m", ann.pk)
    signature = name.rpartition(".")[2]
    assert reader_named_in(f"n12.m{bo.pk}.{signature}") is None
    assert reader_named_in(f"n13.m{ann.pk}.{signature}") is None
    assert reader_named_in(f"n12.s{ann.pk}.{signature}") is None
    assert reader_named_in(f"{name}0") is None


def test_names_signed_with_the_key_before_are_still_believed(ann: Member, settings: object) -> None:
    with override_settings(SECRET_KEY="the one before"):
        name = name_of(12, ann.pk)
    assert reader_named_in(name) is None
    with override_settings(SECRET_KEY_FALLBACKS=["the one before"]):
        assert reader_named_in(name) == ("m", ann.pk)


def test_who_left_or_never_had_an_address_changes_nothing(ann: Member) -> None:
    words = sample("postfix", ann)
    EmailAddress.objects.filter(user=ann).delete()
    assert note_returned(email.message_from_string(words))
    ann.delete()
    assert note_returned(email.message_from_string(words))
    assert not stopped()


def test_G90_a_report_a_thousand_parts_deep_or_broken_ends_soon(ann: Member) -> None:
    deep = MIMEMultipart("report")
    inner = deep
    for _level in range(1000):
        outer = MIMEMultipart("mixed")
        inner.attach(outer)
        inner = outer
    assert note_returned(deep) is False
    wide = "Return-Path: <>\nSubject: failure notice\n\n" + "(#5.1.1) " * 200_000
    assert note_returned(email.message_from_string(wide)) is True
    for cut in range(0, len(words := sample("gmail", ann)), 97):
        note_returned(email.message_from_string(words[:cut]))
    for broken in ("From: \x00\x01<\nTo: @@@\nContent-Type: ;;=\n\n", "Content-Type: message/delivery-status\n\nx"):
        note_returned(email.message_from_string(broken, policy=email.policy.default))
    assert set(stopped()) <= {"ann@example.com"}
