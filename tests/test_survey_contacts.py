"""Staff write to whoever asked to be contacted, and what these answer by mail stands in the same conversation."""

import re
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.feedback.models import Event
from community.members.leave import leave
from community.members.models import Member
from community.members.privacy import exporters
from community.notifications import deliver
from community.notifications.inbound import addresses
from community.notifications.inbound.inbox import take
from community.notifications.models import Notification, Suppression
from community.notifications.received import InboundMail
from community.notifications.returned import note_returned
from community.notifications.sending import outboxes
from community.notifications.suppressions import end_outsiders
from community.notifications.topics import address_of, sentence_of
from surveys.followup import write as writing
from surveys.followup.models import ContactAnswer, ContactMail
from surveys.followup.reach import address_of as reached_at
from surveys.responses.models import ContactRequest, Response
from surveys.responses.respond import Said, say
from tests import make, surveys, tasks
from tests.conftest import signed_in
from tests.test_erase import search
from tests.test_inbound import mail

pytestmark = pytest.mark.django_db
KEY = "k" * 32


@pytest.fixture(autouse=True)
def _on(settings: Any) -> None:
    settings.REPLY_ADDRESS = "reply@example.com"


def wish(how: str = "eve@example.com", *, privacy: str = "identified", **fields: Any) -> ContactRequest:
    """Somebody answered 2, said why, and left this to be reached by."""
    answer = surveys.answer(surveys.survey(privacy=privacy, **fields), 2, words="Zebra stripes.")
    say(answer, Said("Zebra stripes.", how=how))
    return ContactRequest.objects.select_related("response__campaign", "response__person", "response__item").get()


def write(asked: ContactRequest, by: Member, **told: str) -> Any:
    said = {"title": "Your answer to our question", "body": "Dear Eve, *what* happened?", "key": KEY} | told
    return signed_in(by).post(f"{asked.get_absolute_url()}mail/", said)


def brought(asked: ContactRequest, body: str = "It lost my shifts.", **headers: str) -> InboundMail:
    sender = headers.pop("sender", "eve@example.com")
    row = take(mail(addresses.address_for(addresses.OUTSIDER, asked.pk), body, sender=sender, **headers), via="imap")
    assert row
    tasks.run_all()
    row.refresh_from_db()
    return row


def page_of(asked: ContactRequest, by: Member) -> str:
    return re.sub(r"\s+", " ", signed_in(by).get(asked.get_absolute_url()).content.decode())


@pytest.fixture
def asked(sam: Member) -> ContactRequest:
    return wish(owner=sam)


def test_a_mail_goes_out_once_and_says_that_they_were_contacted(asked: ContactRequest, sam: Member) -> None:
    sam.name = "Sam Lee"
    sam.save()
    assert write(asked, sam).status_code == 302
    assert write(asked, sam).status_code == 302  # a second tap
    assert not outbox.outbox  # nothing is sent in a request
    for _time in range(2):  # tasks may come twice
        tasks.run_all()
        deliver.pump()
    (letter,) = outbox.outbox
    assert (letter.to, letter.subject) == (["eve@example.com"], "Your answer to our question")
    assert letter.from_email.startswith('"Sam Lee via Northwind" <')
    assert letter.reply_to == [addresses.address_for(addresses.OUTSIDER, asked.pk)]
    assert "Dear Eve, *what* happened?" in letter.body
    assert "<em>what</em>" in letter.alternatives[0][0]  # type: ignore[attr-defined]
    assert "asked to be contacted" in letter.body
    assert not {"Auto-Submitted", "List-Unsubscribe", "Precedence"} & set(letter.extra_headers)  # one person to another
    asked.refresh_from_db()
    assert (asked.contacted_by, asked.written_at is not None) == (sam, True)
    assert Event.objects.filter(verb="contacted").count() == 1
    page = page_of(asked, sam)
    assert "<em>what</em>" in page
    assert "<span>Sent</span>" in page
    signed_in(sam).post(f"{asked.get_absolute_url()}withdrawal/")
    asked.refresh_from_db()
    assert asked.contacted_at is None


def test_the_answer_stands_in_the_same_conversation_and_can_be_answered(
    asked: ContactRequest, sam: Member, root: Member
) -> None:
    write(asked, root)
    deliver.pump()
    words = "It lost *my* shifts.\r\n\r\nOn Mon, 30 Nov 2026, Root wrote:\r\n> Dear Eve, what happened?\r\n"
    row = brought(asked, words, Message_ID="<her@mail.example>", Subject="Re: Your answer to our question")
    assert (row.state, row.content, row.item) == ("posted", b"", None)
    there = ContactAnswer.objects.get()
    assert (there.sender, there.body, there.name) == ("eve@example.com", "It lost *my* shifts.", "<her@mail.example>")
    told = Notification.objects.get(topic=writing.ANSWERED)
    assert told.recipient == root  # who wrote, not who owns the survey
    assert address_of(told) == asked.get_absolute_url()
    assert sentence_of(told) == "Whom you wrote to after “\u2068How we are doing\u2069” has answered"
    page = page_of(asked, sam)
    assert page.index("Dear Eve") < page.index("It lost <em>my</em> shifts.")
    assert 'value="Re: Your answer to our question"' in page
    outbox.outbox.clear()
    write(asked, sam, key="l" * 32, title="Re: Your answer to our question")
    deliver.pump()
    (letter,) = (one for one in outbox.outbox if one.to == ["eve@example.com"])
    assert letter.extra_headers["In-Reply-To"] == "<her@mail.example>"
    first = f"<contact.{asked.key}@"
    assert letter.extra_headers["References"].startswith(first)
    brought(asked, "Thanks.", Message_ID="<second@mail.example>")
    assert Notification.objects.filter(topic=writing.ANSWERED, recipient=sam).count() == 1


def test_a_mail_that_is_brought_twice_stands_there_once(asked: ContactRequest, sam: Member) -> None:
    write(asked, sam)
    for _time in range(2):
        brought(asked)
    assert ContactAnswer.objects.count() == 1


@pytest.mark.parametrize(
    ("headers", "reason", "is_told"),
    [
        ({"Auto_Submitted": "auto-replied"}, "automatic", False),
        ({"From": "MAILER-DAEMON@mail.example"}, "bounce", False),
        ({"X_Hearback_Mail": "n1.k1.x"}, "loop", False),
        ({"sender": "mallory@example.com"}, "sender", True),
        ({"Authentication_Results": "mx; dmarc=fail"}, "forged", True),
    ],
)
def test_what_is_no_answer_of_theirs_stays_out(
    headers: dict[str, str], reason: str, is_told: bool, asked: ContactRequest, sam: Member
) -> None:
    write(asked, sam)
    deliver.pump()
    outbox.outbox.clear()
    row = brought(asked, **headers)
    assert (row.state, row.reason) == ("refused", reason)
    assert not ContactAnswer.objects.exists()
    told = [one for one in outbox.outbox if "did not arrive" in one.subject]
    assert [one.to for one in told] == ([["eve@example.com"]] if is_told else [])  # never to where it came from


def test_nothing_written_files_and_too_many(
    asked: ContactRequest, sam: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(asked, sam)
    assert brought(asked, "> Dear Eve, what happened?").reason == "empty"
    parts = (
        '--x\r\nContent-Type: text/plain\r\n\r\nSee the picture.\r\n--x\r\nContent-Type: application/pdf; name="a.pdf"\r\n'
        'Content-Disposition: attachment; filename="bill<b>.pdf"\r\n\r\n%PDF\r\n--x--'
    )
    brought(asked, parts, Content_Type='multipart/mixed; boundary="x"', Message_ID="<two@mail.example>")
    there = ContactAnswer.objects.get()
    assert (there.body, there.files) == ("See the picture.", ["bill<b>.pdf"])
    assert "bill&lt;b&gt;.pdf" in page_of(asked, sam)
    monkeypatch.setattr(writing, "MOST_A_DAY", 1)
    row = brought(asked, "And more.", Message_ID="<three@mail.example>")
    assert (row.state, row.reason) == ("refused", "limit")


@pytest.mark.parametrize("way", ["bounce", "provider", "refusal"])
def test_a_mail_that_comes_back_is_told_to_whoever_wrote_it(way: str, asked: ContactRequest, sam: Member) -> None:
    write(asked, sam)
    deliver.pump()
    name = outbox.outbox[0].extra_headers["Message-ID"]
    report = (
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\r\n\r\n--x\r\n'
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        "Final-Recipient: rfc822; eve@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--x\r\n"
        f"Content-Type: message/rfc822\r\n\r\nMessage-ID: {name}\r\n\r\nx\r\n--x--\r\n"
    )
    for _time in range(2):
        if way == "bounce":
            note_returned(message_from_bytes(report.encode()))
        elif way == "provider":
            end_outsiders("eve@example.com")
        else:
            ContactMail.objects.update(state="failed")
            outboxes.get("contacts").refused("eve@example.com")  # type: ignore[union-attr]
    assert ContactMail.objects.get().returned_at
    told = Notification.objects.get(topic=writing.RETURNED)
    assert (told.recipient, address_of(told)) == (sam, asked.get_absolute_url())
    assert "Came back: it could not be delivered." in page_of(asked, sam)


@pytest.mark.parametrize(
    ("how", "privacy", "address"),
    [
        ("Eve <Eve@Example.com>, mornings", "identified", "eve@example.com"),
        ("Eve <Eve@Example.com>, mornings", "anonymous", "eve@example.com"),
        ("write to ann@example.com.", "confidential", "ann@example.com"),
        ("by e-mail", "identified", "person"),
        ("mailem", "identified", "person"),
        ("ทางอีเมลครับ", "identified", "person"),
        ("بالبريد الإلكتروني", "identified", "person"),
        ("이메일로 부탁드립니다", "identified", "person"),
        ("by e-mail", "confidential", ""),
        ("by e-mail", "anonymous", ""),
        ("+48 600 100 200", "identified", ""),
        ("@eve", "identified", ""),
        ("a@b", "identified", ""),
    ],
)
def test_only_whom_they_asked_to_write_to_is_written_to(how: str, privacy: str, address: str, sam: Member) -> None:
    asked = wish(how, privacy=privacy)
    person = asked.response.person
    assert reached_at(asked) == (person.address if address == "person" and person else address)
    page = page_of(asked, sam)
    assert ("They left no e-mail address" in page) == (address == "")
    refused = write(asked, sam)
    assert refused.status_code == (302 if address else 422)
    if not address:
        assert "*what* happened?</textarea>" in refused.content.decode()  # nothing typed is lost
        assert not ContactMail.objects.exists()


def test_an_address_that_takes_no_mail_gets_none(asked: ContactRequest, sam: Member) -> None:
    write(asked, sam)
    Suppression.objects.create(address="eve@example.com", reason="bounce")
    deliver.pump()
    assert not outbox.outbox
    page = page_of(asked, sam)
    assert "Not sent: this address takes no mail any more." in page
    assert "none is sent to it any more" in page
    assert write(asked, sam, key="l" * 32).status_code == 422


@pytest.mark.parametrize(
    "told", [{"title": ""}, {"body": " "}, {"body": "Bad \x07 bell"}, {"body": "x" * 10_001}, {"key": "-"}]
)
def test_what_cannot_be_sent_is_shown_again(told: dict[str, str], asked: ContactRequest, sam: Member) -> None:
    answer = write(asked, sam, **told)
    assert answer.status_code == 422
    kept = (told.get("body", "Dear Eve, *what* happened?")).strip()[-20:]
    assert kept in answer.content.decode()
    assert not ContactMail.objects.exists()
    asked.refresh_from_db()
    assert asked.contacted_at is None


def test_without_incoming_mail_answers_go_to_whoever_wrote(asked: ContactRequest, sam: Member, settings: Any) -> None:
    settings.REPLY_ADDRESS = ""
    assert 'their answer goes to <bdi dir="ltr">sam@example.com</bdi>.' in page_of(asked, sam)
    write(asked, sam)
    deliver.pump()
    assert outbox.outbox[0].reply_to == ["sam@example.com"]


@pytest.mark.parametrize("privacy", ["confidential", "anonymous"])
def test_what_was_promised_to_stay_unseen_is_not_found_by_a_contact(privacy: str, sam: Member) -> None:
    asked = wish(privacy=privacy, owner=sam)
    (told,) = Notification.objects.all()
    assert sentence_of(told) == "Somebody who answered in “\u2068How we are doing\u2069” wants to be contacted"
    write(asked, sam)
    brought(asked, "Hello.")
    for one in Notification.objects.all():
        assert one.item is None
        assert one.about is None
        assert "score" not in one.detail
    staff = signed_in(sam)
    for path in (asked.get_absolute_url(), "/desk/surveys/contacts/", "/me/notifications/", "/desk/mail/"):
        page = staff.get(path).content.decode()
        assert "Zebra" not in page
        assert asked.response.item.title not in page  # 2/10
        assert f"/answers/{asked.pk}/" not in page
        assert f"/go/{asked.pk}" not in page
    tasks.run_all()
    deliver.pump()
    for letter in outbox.outbox:
        if letter.to == ["sam@example.com"]:
            assert f"/answers/{asked.pk}/" not in letter.body
            assert "2/10" not in letter.body + letter.subject


def test_nobody_but_staff_sees_or_finds_the_conversation(asked: ContactRequest, sam: Member, bo: Member) -> None:
    write(asked, sam)
    brought(asked, "Xylophones everywhere.")
    tasks.run_all()
    path = asked.get_absolute_url()
    assert Client().get(path).status_code == 302
    assert signed_in(bo).get(path).status_code == 403
    assert signed_in(bo).post(f"{path}mail/", {"body": "x"}).status_code == 403
    assert signed_in(sam).get("/desk/surveys/contacts/nobody/").status_code == 404
    for reader in (Client(), signed_in(bo), signed_in(sam)):
        assert "Xylophones" not in reader.get("/search/?q=xylophones").content.decode()
    assert "Xylophones" in page_of(asked, sam)


def test_the_mail_is_in_the_language_of_whoever_answered(sam: Member) -> None:
    answer = surveys.answer(surveys.survey(), 2, language="ar")
    say(answer, Said("", how="eve@example.com"))
    asked = ContactRequest.objects.get()
    assert 'value="إجابتك عن سؤالنا"' in page_of(asked, sam)
    write(asked, sam, title="إجابتك عن سؤالنا", body="ماذا حدث؟")
    deliver.pump()
    html = outbox.outbox[0].alternatives[0][0]  # type: ignore[attr-defined]
    assert '<html lang="ar" dir="rtl">' in html
    assert "يمكنك الرد على هذه الرسالة مباشرة." in html


def test_an_answer_to_a_request_that_is_gone_is_kept_nowhere(asked: ContactRequest, sam: Member) -> None:
    write(asked, sam)
    deliver.pump()
    outbox.outbox.clear()
    ContactRequest.objects.all().delete()
    row = brought(asked)
    assert (row.state, row.reason, row.content) == ("refused", "gone", b"")
    assert not outbox.outbox


def test_the_answer_leads_to_the_conversation_where_it_may(asked: ContactRequest, sam: Member) -> None:
    page = signed_in(sam).get(asked.response.item.path).content.decode()
    assert f'href="{asked.get_absolute_url()}"' in page


def test_who_left_the_staff_hears_no_more(asked: ContactRequest, sam: Member, root: Member) -> None:
    write(asked, root)
    Member.objects.filter(pk=root.pk).update(role="member")
    brought(asked)
    assert Notification.objects.get(topic=writing.ANSWERED).recipient == sam


def test_taking_the_wish_back_keeps_what_was_written(asked: ContactRequest, sam: Member) -> None:
    write(asked, sam)
    signed_in(sam).post(f"{asked.get_absolute_url()}withdrawal/")
    say(Response.objects.select_related("item").get(), Said("Zebra stripes."))
    assert "what" in page_of(asked, sam)
    assert ContactMail.objects.exists()


def test_the_page_costs_the_same_however_much_was_written(asked: ContactRequest, sam: Member) -> None:
    def cost() -> int:
        browser = signed_in(sam)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(asked.get_absolute_url()).status_code == 200
        return len(queries)

    write(asked, sam)
    brought(asked)
    few = cost()
    for n in range(6):
        write(asked, sam, key=f"{n:032}")
        brought(asked, Message_ID=f"<{n}@mail.example>")
    assert ContactAnswer.objects.count() == 7
    assert cost() == few <= 12


@pytest.mark.parametrize("privacy", ["identified", "anonymous"])
@pytest.mark.parametrize("erases", [True, False])
def test_I111_nothing_of_the_conversation_is_left_of_who_leaves(
    privacy: str, erases: bool, sam: Member, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT, settings.EXPORT_ROOT, settings.LEFT_FILE = tmp_path, tmp_path, tmp_path / "left.jsonl"
    zqeve = make.member("zqeve", name="Zqeve Canarova", email="zqeve@example.com")
    answer = surveys.answer(surveys.survey(privacy=privacy), 2, by=surveys.person(zqeve))
    say(answer, Said("Bad.", how="zqeve@example.com"))
    asked = ContactRequest.objects.get()
    other = surveys.answer(asked.response.campaign, 3)
    say(other, Said("", how="not-zqeve@example.org"))
    write(asked, sam, body="Dear Zqeve, what happened?")
    brought(asked, "Zqword. Zqeve", sender="zqeve@example.com")
    raw = b"From: zqeve@example.com\n\nzqword"
    InboundMail.objects.create(answers=answer.item, raw=raw, via="imap", size=1, digest="c" * 64)
    copy = list(exporters.get("survey-mails")(zqeve))  # type: ignore[misc]
    assert [one["what"] for one in copy] == ["mail", "answer"]
    assert [one["body"] for one in copy] == ["Dear Zqeve, what happened?", "Zqword. Zqeve"]
    assert next(iter(exporters.get("survey-mails")(sam)))["to"] == ""  # type: ignore[misc]
    leave(zqeve, erases=erases)
    assert [line for line in search(("zqeve", "zqword"), tmp_path) if "not-zqeve" not in line] == []
    assert not ContactMail.objects.exists()
    assert ContactRequest.objects.get().response_id == other.pk


def test_a_reply_address_is_never_shown_in_the_conversation(asked: ContactRequest, sam: Member) -> None:
    write(asked, sam)
    address = addresses.address_for(addresses.OUTSIDER, asked.pk)
    brought(asked, f"I wrote to {address} before.")
    assert ContactAnswer.objects.get().body == "I wrote to […] before."


def test_a_mail_that_failed_is_tried_again_with_all_its_bytes(asked: ContactRequest, sam: Member) -> None:
    write(asked, sam)
    row = take(mail(addresses.address_for(0, asked.pk), "Late words.", sender="eve@example.com"), via="imap")
    assert row
    InboundMail.objects.filter(pk=row.pk).give_up()
    signed_in(sam).post(f"/desk/mail/received/{row.pk}/attempt/")
    tasks.run_all()
    assert ContactAnswer.objects.get().body == "Late words."


def test_a_late_request_stays_in_the_list_until_somebody_writes(asked: ContactRequest, sam: Member) -> None:
    ContactRequest.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    page = signed_in(sam).get("/desk/surveys/contacts/").content.decode()
    assert ">Late<" in page
    assert asked.get_absolute_url() in page
    write(asked, sam)
    assert "Nobody waits to hear from a person." in signed_in(sam).get("/desk/surveys/contacts/").content.decode()


@pytest.mark.parametrize("privacy", ["identified", "confidential"])
def test_an_owner_who_is_no_staff_any_more_hears_of_nobody(privacy: str, sam: Member, root: Member) -> None:
    asked = wish(owner=sam, privacy=privacy)
    assert Notification.objects.filter(recipient=sam).count() == 1
    Member.objects.filter(pk=sam.pk).update(role="member")
    other = surveys.answer(asked.response.campaign, 3)
    say(other, Said("", how="+48 600 100 200"))
    write(asked, root)
    Member.objects.filter(pk=root.pk).update(role="member")
    brought(asked)
    assert asked.answers.count() == 1
    assert Notification.objects.count() == 1
