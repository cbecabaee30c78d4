"""Mail by a provider: what goes out, and what becomes of each answer. Only the network is replaced."""

import smtplib
from datetime import timedelta
from typing import Any

import pytest
import requests
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.utils import timezone
from django_q.models import OrmQ

from bench.trial.smtp_sink import Sink
from community.lib.mail_failures import understood
from community.members.mail import MailFailed, queue_mail, send
from community.members.models import Member
from community.members.outgoing import OutgoingMail
from community.notifications import deliver
from community.notifications.mail_names import HEADER
from community.notifications.models import Follow, Mailing, Suppression
from tests import make, tasks
from tests.providers import URLS, YES, set_up

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:django-anymail has dropped official support for SendGrid"),
]
THREE = ("postmark", "mailgun", "sendgrid")
THAI, ARABIC = "ใบแจ้งหนี้อยู่ในแท็บ", "الفاتورة في علامة التبويب"
INACTIVE = {
    "ErrorCode": 406,
    "Message": "You tried to send to a recipient that has been marked as inactive.\n"
    "Found inactive addresses: ann@example.com.\n"
    "Inactive recipients are ones that have generated a hard bounce or a spam complaint.",
}


@pytest.fixture(autouse=True)
def _confirmed(ann: Member, bo: Member) -> None:
    make.confirmed(ann, bo)


def stopped() -> dict[str, str]:
    return dict(Suppression.objects.values_list("address", "reason"))


@pytest.mark.parametrize("name", URLS)
def test_every_provider_is_given_the_whole_mail(
    name: str, bo: Member, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = set_up(name, settings, monkeypatch, (503, {"message": "ann@example.com: later"}))
    site = make.site()
    site.name = "นอร์ทวินด์"
    site.save()
    dao = make.member("dao", name="Dao", language="th")
    amal = make.member("amal", name="Amal", language="ar")
    make.confirmed(dao, amal)
    for reader, words in ((dao, THAI), (amal, ARABIC)):
        make.reply(make.thread(by=reader), by=bo, body=f"{words} **x**")
    tasks.run_all()
    thai, arabic = api.asked
    for asked, words, language in ((thai, THAI, "th"), (arabic, ARABIC, "ar")):
        assert asked.timeout == (10, 20)
        assert f"{words} **x**" in asked.words
        assert f"{words} <strong>x</strong>" in asked.words
        assert f'lang=\\"{language}\\"' in asked.words or f'lang="{language}"' in asked.words
        assert "hearback@localhost" in asked.words
        assert "Bo Lind" in asked.words
        for header in ("List-Unsubscribe", "List-Unsubscribe-Post", "References", "Auto-Submitted", HEADER):
            assert header in asked.words, header
    assert set(Mailing.objects.values_list("state", flat=True)) == {"waiting"}
    assert not Mailing.objects.filter(error__contains="@").exists()


@pytest.mark.parametrize("name", THREE)
def test_a_mail_with_all_that_a_mail_has(name: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    api = set_up(name, settings, monkeypatch)
    message = EmailMultiAlternatives(
        "เรื่อง", THAI, '"Bo Lind via Northwind" <hearback@example.com>', ["ann@example.com"],
        reply_to=["Northwind <reply+abc@example.com>"],
        headers={
            "List-Unsubscribe": "<https://example.com/unsubscribe/x/>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )  # fmt: skip
    message.attach_alternative(f"<p>{ARABIC}</p>", "text/html")
    message.send()
    (asked,) = api.asked
    if name == "postmark":
        sent = asked.json
        assert sent["From"] == "Bo Lind via Northwind <hearback@example.com>"
        assert sent["ReplyTo"] == "Northwind <reply+abc@example.com>"
        assert (sent["Subject"], sent["TextBody"], sent["HtmlBody"]) == ("เรื่อง", THAI, f"<p>{ARABIC}</p>")
        headers = {one["Name"]: one["Value"] for one in sent["Headers"]}
        assert asked.request.headers["X-Postmark-Server-Token"] == "geheim-key"
    elif name == "sendgrid":
        sent = asked.json
        assert sent["from"] == {"name": "Bo Lind via Northwind", "email": "hearback@example.com"}
        assert sent["reply_to_list"] == [{"name": "Northwind", "email": "reply+abc@example.com"}]
        assert [one["value"] for one in sent["content"]] == [THAI, f"<p>{ARABIC}</p>"]
        headers = sent["headers"]
    else:
        words = asked.words
        assert "from=Bo Lind via Northwind <hearback@example.com>" in words
        assert "h:Reply-To=Northwind <reply+abc@example.com>" in words
        assert f"text={THAI}" in words
        assert f"html=<p>{ARABIC}</p>" in words
        assert str(asked.request.url) == "https://api.eu.mailgun.net/v3/mg.example.com/messages"
        headers = {
            "List-Unsubscribe": "<https://example.com/unsubscribe/x/>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        for header, value in headers.items():
            assert f"h:{header}={value}" in words
    assert headers["List-Unsubscribe"] == "<https://example.com/unsubscribe/x/>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("name", THREE)
def test_all_mails_of_a_turn_go_over_one_connection(
    name: str, ann: Member, bo: Member, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = set_up(name, settings, monkeypatch)
    make.reply(make.thread(by=ann), by=bo)
    make.reply(make.thread(by=bo), by=ann)
    tasks.run_all()
    assert len(api.asked) == 2
    assert len({asked.session for asked in api.asked}) == 1
    assert set(Mailing.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((500, {"Message": "ann@example.com: it is us"}), "AnymailRequestsAPIError 500"),
        ((401, {"ErrorCode": 10, "Message": "Bad token geheim-key"}), "AnymailRequestsAPIError 401"),
        ((429, {"Message": "too many"}), "AnymailRequestsAPIError 429"),
        ((422, {"ErrorCode": 400, "Message": "Sender signature not found"}), "AnymailRequestsAPIError 422"),
        ((200, "no answer of theirs"), "AttributeError"),
        (requests.ConnectTimeout("ann@example.com"), "AnymailRequestsAPIError ConnectTimeout"),
        (requests.ReadTimeout("slow"), "AnymailRequestsAPIError ReadTimeout"),
        (requests.ConnectionError("no route"), "AnymailRequestsAPIError ConnectionError"),
    ],
)
def test_whatever_fails_is_tried_again_under_the_same_name(
    answer: Any, error: str, ann: Member, bo: Member, settings: Any, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    api = set_up("postmark", settings, monkeypatch, answer, (200, YES["postmark"]))
    make.reply(make.thread(by=ann), by=bo)
    tasks.run_all()
    mailing = Mailing.objects.get()
    assert (mailing.state, mailing.error, mailing.attempts) == ("waiting", error, 1)
    assert mailing.due_at > timezone.now() + timedelta(seconds=50)
    assert not stopped()
    assert "ann@" not in caplog.text
    assert "geheim" not in caplog.text
    Mailing.objects.update(due_at=timezone.now())
    deliver.pump()
    assert Mailing.objects.get().state == "sent"
    first, second = ({one["Name"]: one["Value"] for one in asked.json["Headers"]} for asked in api.asked)
    assert first["Message-ID"] == second["Message-ID"]
    assert first[HEADER] == second[HEADER]


def test_an_address_that_the_provider_refuses_is_suppressed(
    ann: Member, bo: Member, settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    set_up("postmark", settings, monkeypatch, (422, INACTIVE), (200, YES["postmark"]))
    make.reply(make.thread(by=ann), by=bo)
    make.reply(make.thread(by=bo), by=ann)
    tasks.run_all()
    assert stopped() == {"ann@example.com": "refused"}
    assert Mailing.objects.get(recipient=ann).error == "refused by Postmark"
    assert Mailing.objects.get(recipient=bo).state == "sent"
    assert "ann@" not in caplog.text


@pytest.mark.parametrize(
    ("why", "suppresses"), [("hard-bounce", True), ("invalid", True), ("unsigned", False), ("test-mode-limit", False)]
)
def test_what_lies_with_the_site_suppresses_nobody(
    why: str, suppresses: bool, ann: Member, bo: Member, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A domain that is not set up at Mandrill is refused for everybody: one such day would silence them all."""
    refused = [{"email": "ann@example.com", "status": "rejected", "reject_reason": why}]
    set_up("mandrill", settings, monkeypatch, (200, refused))
    make.reply(make.thread(by=ann), by=bo)
    tasks.run_all()
    assert stopped() == ({"ann@example.com": "refused"} if suppresses else {})
    assert Mailing.objects.get().state == ("failed" if suppresses else "waiting")


@pytest.mark.parametrize(
    ("code", "words", "is_refusal"),
    [
        (550, b"5.1.1 no such user", True),
        (550, "no such user", True),
        (554, b"5.7.1 blocked using a block list", False),
        (552, b"5.6.0 message content rejected", False),
        (450, b"4.2.0 greylisted", False),
    ],
)
def test_what_a_mail_server_refuses_for_good(code: int, words: Any, is_refusal: bool) -> None:
    failure = understood(smtplib.SMTPRecipientsRefused({"ann@example.com": (code, words)}), "ann@example.com")
    assert failure.is_refusal is is_refusal
    assert failure.words == f"refused: {code}"


def test_an_unknown_failure_ends_no_task(ann: Member, bo: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else one mail that no library can send would be claimed first for ever, and hold up all others."""

    class Broken:
        def open(self) -> None:
            raise RuntimeError("botocore found no region for ann@example.com")

        def close(self) -> None:
            pass

    make.reply(make.thread(by=ann), by=bo)
    monkeypatch.setattr(deliver, "get_connection", Broken)
    tasks.run_all()
    assert (Mailing.objects.get().state, Mailing.objects.get().error) == ("waiting", "RuntimeError")


def test_a_log_in_code_is_tried_again_and_the_queue_keeps_no_address(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up("postmark", settings, monkeypatch, (500, {"Message": "ann@example.com"}), (200, YES["postmark"]))
    code = queue_mail("ann@example.com", "Your code", "123456")
    OrmQ.objects.all().delete()
    with pytest.raises(MailFailed) as failed:
        send(code.pk)
    assert str(failed.value) == "AnymailRequestsAPIError 500"
    assert failed.value.__suppress_context__
    send(code.pk)
    assert OutgoingMail.objects.get().sent_at


def test_a_log_in_code_that_is_refused_is_given_up_and_a_member_s_address_suppressed(
    ann: Member, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for address, expected in (("nobody@example.com", {}), ("ann@example.com", {"ann@example.com": "refused"})):
        inactive = INACTIVE | {"Message": INACTIVE["Message"].replace("ann@example.com", address)}
        set_up("postmark", settings, monkeypatch, (422, inactive))
        code = queue_mail(address, "Your code", "123456")
        send(code.pk)
        code.refresh_from_db()
        assert code.is_given_up
        assert stopped() == expected


def test_one_connection_to_a_mail_server_survives_what_it_refuses(
    ann: Member, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that refuses every third mail for now gets each under its name, over few connections."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    thread = make.thread(by=ann)
    readers = [make.member(f"reader{n}") for n in range(12)]
    make.confirmed(*readers)
    for reader in readers:
        Follow.objects.create(member=reader, item=thread.item, level="watching")
    opened: list[bool] = []
    connect = SmtpBackend.open

    def counted(server: SmtpBackend) -> bool | None:
        is_new = connect(server)
        opened.extend([True] if is_new else [])
        return is_new

    monkeypatch.setattr(SmtpBackend, "open", counted)
    with Sink(refuses_every=3) as sink:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        make.reply(thread, by=make.member("bo"))
        tasks.run_all()
        refused = sink.refused
        for _turn in range(5):
            Mailing.objects.filter(state="waiting").update(due_at=timezone.now())
            deliver.pump()
    assert refused >= 4
    assert len(sink.names) == Mailing.objects.filter(state="sent").count() == 13  # ann, who asked, is among them
    assert set(sink.names.values()) == {1}
    assert len(opened) <= sink.refused + 6
