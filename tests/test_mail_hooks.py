"""What providers report: who may, what it does, and what it never does."""

import base64
import hashlib
import hmac
import io
import json
import logging
import time
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from django_q.models import OrmQ

from community.conversations.models import Reply
from community.members.models import Member
from community.notifications.hook_bodies import LARGEST
from community.notifications.hooks import HOOKS
from community.notifications.inbound import addresses
from community.notifications.mail_names import name_of
from community.notifications.models import Mailing, Pace, Preference, Suppression
from community.notifications.received import InboundMail
from community.notifications.suppressions import try_again
from config import logs
from tests import make, tasks

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:django-anymail has dropped official support for SendGrid"),
]
SECRET, KEY = "geheim-geheim-geheim", "signed-with-this"
RIGHT = {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(f"hearback:{SECRET}".encode()).decode()}
WRONG = {
    "none": {},
    "another": {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(b"hearback:geheim-geheim-geheiM").decode()},
    "no user": {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(SECRET.encode()).decode()},
    "bearer": {"HTTP_AUTHORIZATION": f"Bearer {SECRET}"},
    "broken": {"HTTP_AUTHORIZATION": "Basic ßß=="},
    "empty": {"HTTP_AUTHORIZATION": "Basic Og=="},
}


@pytest.fixture(autouse=True)
def _open(settings: Any, ann: Member, bo: Member) -> None:
    settings.MAIL_HOOK_SECRET = SECRET
    settings.ANYMAIL = {"WEBHOOK_SECRET": f"hearback:{SECRET}"}
    settings.MAIL_HOOKS = list(HOOKS)
    settings.MAIL_HOOK_SIGNING_KEY = settings.MAIL_HOOK_INBOUND_KEY = KEY
    settings.REPLY_ADDRESS = "reply@example.com"
    make.confirmed(ann, bo)
    OrmQ.objects.all().delete()


def stopped() -> dict[str, str]:
    return dict(Suppression.objects.values_list("address", "reason"))


def signature(words: bytes) -> str:
    return hmac.new(KEY.encode(), words, hashlib.sha256).hexdigest()


def ask(provider: str, kind: str, body: Any, content_type: str = "application/json", **more: Any) -> Any:
    """The hook is asked as the provider asks it, with the secret and signed."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    url = f"/hooks/mail/{provider}/{kind}/"
    if provider == "mailersend":
        more.setdefault("HTTP_SIGNATURE", signature(raw))
    if provider == "mandrill":
        fields = {"mandrill_events": json.dumps(body)}
        raw, content_type = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        signed = f"http://hearback:{SECRET}@testserver{url}" + "".join(f"{k}{fields[k]}" for k in sorted(fields))
        digest = hmac.new(KEY.encode(), signed.encode(), hashlib.sha1).digest()
        more.setdefault("HTTP_X_MANDRILL_SIGNATURE", base64.b64encode(digest).decode())
    return Client().post(url, raw, content_type=content_type, **{**RIGHT, **more})


# -- Who may ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["tracking", "inbound", "inbound_mime"])
@pytest.mark.parametrize("provider", HOOKS)
def test_without_a_secret_every_hook_is_closed(provider: str, kind: str, settings: Any) -> None:
    for secret in ("", "short", "x" * 15, "with spaces in it as none may have"):
        settings.MAIL_HOOK_SECRET = secret
        settings.ANYMAIL = {"WEBHOOK_SECRET": f"hearback:{secret}"}
        given = base64.b64encode(f"hearback:{secret}".encode()).decode()
        for how in ("post", "head", "get"):
            asked = getattr(Client(), how)
            answer = asked(f"/hooks/mail/{provider}/{kind}/", HTTP_AUTHORIZATION=f"Basic {given}")
            assert answer.status_code == 404


def test_only_providers_that_are_named_are_listened_to(settings: Any) -> None:
    settings.MAIL_HOOKS = ["mailgun"]
    assert ask("postmark", "tracking", postmark_bounce()).status_code == 404
    assert ask("unheard-of", "tracking", {}).status_code == 404
    assert not stopped()


def test_providers_that_bring_no_whole_mail_have_no_door_for_it() -> None:
    """They would have to be asked for it while they wait, and nothing calls out in a request."""
    for provider in ("brevo", "mailtrap", "resend", "ses"):
        assert ask(provider, "inbound", {}).status_code == 404


@pytest.mark.parametrize("wrong", WRONG)
def test_F87_without_the_secret_nothing_is_read_and_nothing_stored(wrong: str, ann: Member) -> None:
    body = json.dumps(postmark_bounce()).encode()
    for kind in ("tracking", "inbound"):
        url = f"/hooks/mail/postmark/{kind}/"
        answer = Client().post(url, body, content_type="application/json", **WRONG[wrong])
        assert answer.status_code == 403
        assert answer.content == b""
        huge = {"CONTENT_LENGTH": str(10**12)}  # were it read, the limit would answer before the secret
        assert Client().post(url, body, content_type="application/json", **WRONG[wrong], **huge).status_code == 403
    assert not stopped()
    assert not InboundMail.objects.exists()


def test_amazon_is_asked_for_the_secret_before_it_sends_it() -> None:
    answer = Client().post("/hooks/mail/ses/tracking/", b"{}", content_type="text/plain")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Basic ")
    assert Client().post("/hooks/mail/ses/tracking/", b"{}", "text/plain", **WRONG["another"]).status_code == 403


def test_a_wrong_signature_is_refused_and_no_secret_is_logged(ann: Member, log: io.StringIO) -> None:
    for provider, body in (("mailgun", mailgun_event("failed")), ("mailersend", mailersend("hard_bounced"))):
        if provider == "mailgun":
            body["signature"]["signature"] = "0" * 64
        assert ask(provider, "tracking", body, HTTP_SIGNATURE="0" * 64).status_code == 403
    assert ask("mandrill", "tracking", [], HTTP_X_MANDRILL_SIGNATURE="0" * 28).status_code == 403
    assert not stopped()
    assert "wrong signature" in log.getvalue()
    for words in (SECRET, KEY, "ann@", "geheim"):
        assert words not in log.getvalue()


def test_other_methods_are_answered_as_providers_expect() -> None:
    assert Client().head("/hooks/mail/mandrill/tracking/").status_code == 200
    for how in ("get", "put", "delete", "options"):
        answer = getattr(Client(), how)("/hooks/mail/mandrill/tracking/", **RIGHT)
        assert answer.status_code == 405


def test_D60_a_hook_needs_no_token_and_begins_no_session(ann: Member) -> None:
    browser = Client(enforce_csrf_checks=True)
    body = json.dumps(postmark_bounce()).encode()
    answer = browser.post("/hooks/mail/postmark/tracking/", body, content_type="application/json", **RIGHT)
    assert answer.status_code == 200
    assert not answer.cookies
    browser.force_login(ann)  # who is logged in has no right to it by that
    assert browser.post("/hooks/mail/postmark/tracking/", body, content_type="application/json").status_code == 403


# -- What it does ----------------------------------------------------------------------------------


def postmark_bounce(kind: str = "HardBounce", to: str = "ann@example.com", number: int = 42) -> dict[str, Any]:
    return {
        "RecordType": "Bounce", "Type": kind, "ID": number, "Email": to, "MessageID": "m", "Details": "smtp;550 5.1.1",
        "BouncedAt": "2026-11-17T09:14:05Z",
    }  # fmt: skip


def mailgun_event(event: str, **more: Any) -> dict[str, Any]:
    signed = {"timestamp": "1794906845", "token": "t", "signature": signature(b"1794906845t")}
    told = {"event": event, "recipient": "ann@example.com", "timestamp": 1794906845.5, **more}
    return {"signature": signed, "event-data": told}


def mailersend(kind: str) -> dict[str, Any]:
    told = {"type": kind, "id": "a", "created_at": "2026-11-17T09:14:05Z",
            "email": {"recipient": {"email": "ann@example.com"}, "message": {"id": "m"}}}  # fmt: skip
    return {"type": f"activity.{kind}", "data": told}


def sparkpost(kind: str, bounce_class: str | None = None) -> list[dict[str, Any]]:
    told = {"type": kind, "event_id": "e", "raw_rcpt_to": "ann@example.com", "timestamp": "1794906845"}
    return [{"msys": {"message_event": told | ({"bounce_class": bounce_class} if bounce_class else {})}}]


def sendgrid(event: str, **more: Any) -> list[dict[str, Any]]:
    return [{"email": "ann@example.com", "event": event, "timestamp": 1794906845, "sg_event_id": "x", **more}]


def resend(kind: str, **data: Any) -> dict[str, Any]:
    return {"type": kind, "created_at": "2026-11-17T09:14:05Z",
            "data": {"email_id": "m", "to": ["ann@example.com"], "headers": [], **data}}  # fmt: skip


def mandrill(event: str, diag: str = "") -> list[dict[str, Any]]:
    return [{"event": event, "_id": "1", "ts": 1794906845, "msg": {"email": "ann@example.com", "diag": diag}}]


def mailtrap(event: str) -> dict[str, Any]:
    return {"events": [{"event": event, "email": "ann@example.com", "timestamp": 1794906845, "message_id": "m"}]}


HARD = {"message": "The recipient's email provider sent a hard bounce message", "type": "Permanent"}
FULL = {"message": "sent a bounce message because the recipient's inbox was full", "type": "Transient"}
REPORTS: list[tuple[str, str, Any, str]] = [
    ("postmark", "hard bounce", postmark_bounce(), "bounce"),
    ("postmark", "no such address", postmark_bounce("BadEmailAddress"), "bounce"),
    ("postmark", "soft bounce", postmark_bounce("SoftBounce"), ""),
    ("postmark", "tried again", postmark_bounce("Transient"), ""),
    ("postmark", "blocked", postmark_bounce("Blocked"), ""),
    ("postmark", "for its words", postmark_bounce() | {"Details": "smtp;554 5.7.1 blocked"}, ""),
    ("postmark", "complaint", postmark_bounce("SpamComplaint") | {"RecordType": "SpamComplaint"}, "complaint"),
    ("postmark", "delivered", {"RecordType": "Delivery", "Recipient": "ann@example.com"}, ""),
    ("mailgun", "for good", mailgun_event("failed", severity="permanent", reason="bounce"), "bounce"),
    ("mailgun", "for now", mailgun_event("failed", severity="temporary", reason="generic"), ""),
    ("mailgun", "complaint", mailgun_event("complained"), "complaint"),
    ("sendgrid", "bounce", sendgrid("bounce", type="bounce", reason="550 5.1.1 unknown"), "bounce"),
    ("sendgrid", "blocked", sendgrid("bounce", type="blocked", reason="550 5.7.1 no"), ""),
    ("sendgrid", "mailbox full", sendgrid("bounce", type="bounce", reason="452 4.2.2 full"), ""),
    ("sendgrid", "not tried, it bounced before", sendgrid("dropped", reason="Bounced Address"), "bounce"),
    ("sendgrid", "deferred", sendgrid("deferred", response="450 4.2.0 later"), ""),
    ("sendgrid", "complaint", sendgrid("spamreport"), "complaint"),
    ("brevo", "hard bounce", {"event": "hard_bounce", "email": "ann@example.com"}, "bounce"),
    ("brevo", "soft bounce", {"event": "soft_bounce", "email": "ann@example.com"}, ""),
    ("brevo", "complaint", {"event": "spam", "email": "ann@example.com"}, "complaint"),
    ("resend", "hard bounce", resend("email.bounced", bounce=HARD), "bounce"),
    ("resend", "mailbox full", resend("email.bounced", bounce=FULL), ""),
    ("resend", "complaint", resend("email.complained"), "complaint"),
    ("mailjet", "hard bounce", [{"event": "bounce", "email": "ann@example.com", "time": 1, "hard_bounce": True,
                                 "error": "user unknown", "error_related_to": "recipient"}], "bounce"),
    ("mailjet", "soft bounce", [{"event": "bounce", "email": "ann@example.com", "time": 1, "hard_bounce": False,
                                 "error": "quota exceeded", "error_related_to": "recipient"}], ""),
    ("mailjet", "complaint", [{"event": "spam", "email": "ann@example.com", "time": 1}], "complaint"),
    ("sparkpost", "no such address", sparkpost("bounce", "10"), "bounce"),
    ("sparkpost", "mailbox full", sparkpost("bounce", "22"), ""),
    ("sparkpost", "complaint", sparkpost("spam_complaint"), "complaint"),
    ("mailersend", "hard bounce", mailersend("hard_bounced"), "bounce"),
    ("mailersend", "soft bounce", mailersend("soft_bounced"), ""),
    ("mailersend", "complaint", mailersend("spam_complaint"), "complaint"),
    ("mandrill", "hard bounce", mandrill("hard_bounce", "smtp;550 5.1.1"), "bounce"),
    ("mandrill", "soft bounce", mandrill("soft_bounce"), ""),
    ("mandrill", "complaint", mandrill("spam"), "complaint"),
    ("mailtrap", "bounce", mailtrap("bounce"), "bounce"),
    ("mailtrap", "soft bounce", mailtrap("soft bounce"), ""),
    ("mailtrap", "complaint", mailtrap("spam"), "complaint"),
]  # fmt: skip


@pytest.mark.parametrize(("provider", "what", "body", "reason"), REPORTS, ids=[f"{r[0]}: {r[1]}" for r in REPORTS])
def test_each_report(provider: str, what: str, body: Any, reason: str, ann: Member, settings: Any) -> None:
    if provider in ("resend", "sendgrid", "mailtrap"):
        settings.MAIL_HOOK_SIGNING_KEY = ""  # theirs is voluntary, and for Resend needs a package
    assert ask(provider, "tracking", body).status_code == 200
    assert stopped() == ({"ann@example.com": reason} if reason else {})


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"event": "MessageDeliveryFailed", "payload": {"status": "HardFail", "output": "550 5.1.1 unknown"}}, "bounce"),
        ({"event": "MessageDeliveryFailed", "payload": {"status": "HardFail", "output": "554 5.7.1 blocked"}}, ""),
        ({"event": "MessageDelayed", "payload": {"status": "SoftFail", "output": "450 4.2.0 later"}}, ""),
        ({"event": "MessageBounced", "payload": {"bounce": {"id": 2}}}, "bounce"),
    ],
)  # fmt: skip
def test_postal_signs_with_a_key_of_its_own(told: dict[str, Any], reason: str, settings: Any) -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 (for a moment)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    settings.MAIL_HOOK_SIGNING_KEY = "\n".join(public.strip().splitlines()[1:-1])
    which = "original_message" if "bounce" in told["payload"] else "message"
    about = {which: {"id": 1, "to": "ann@example.com", "direction": "outgoing"}}
    body = json.dumps({"uuid": "u", "timestamp": 1794906845, **told, "payload": told["payload"] | about}).encode()
    signed = base64.b64encode(private.sign(body, padding.PKCS1v15(), hashes.SHA1())).decode()  # noqa: S303
    assert ask("postal", "tracking", body + b" ", HTTP_X_POSTAL_SIGNATURE=signed).status_code == 403
    assert not stopped()
    assert ask("postal", "tracking", body, HTTP_X_POSTAL_SIGNATURE=signed).status_code == 200
    assert stopped() == ({"ann@example.com": reason} if reason else {})


def test_who_unsubscribes_at_the_provider_gets_no_more(ann: Member) -> None:
    Mailing.objects.create(recipient=ann, due_at="2026-11-17T09:00:00Z")
    for _again in range(2):
        assert ask("mailgun", "tracking", mailgun_event("unsubscribed")).status_code == 200
    assert Preference.of(ann).pace == Pace.NEVER
    assert not Mailing.objects.exists()
    assert not stopped()


def test_whom_we_know_by_no_confirmed_address_makes_no_row(ann: Member) -> None:
    make.member("eve")  # has an address and never confirmed it
    for to in ("stranger@example.com", "eve@example.com", "", None, "@", "x" * 5000):
        assert ask("postmark", "tracking", postmark_bounce(to=to)).status_code == 200  # type: ignore[arg-type]
    assert not stopped()
    assert ask("postmark", "tracking", postmark_bounce(to="ANN@Example.com")).status_code == 200
    assert set(stopped()) == {"ann@example.com"}


def test_F87_the_same_report_once_more_stops_nobody_who_let_mail_come_again(ann: Member) -> None:
    ask("postmark", "tracking", postmark_bounce())
    try_again(ann)
    ask("postmark", "tracking", postmark_bounce())
    assert not stopped()
    ask("postmark", "tracking", postmark_bounce(number=43))
    assert stopped() == {"ann@example.com": "bounce"}


def test_a_report_costs_few_queries_however_many_it_holds(settings: Any, django_assert_max_num_queries: Any) -> None:
    settings.MAIL_HOOK_SIGNING_KEY = ""
    others = [one | {"email": f"nobody{n}@example.com"} for n in range(50) for one in sendgrid("delivered")]
    with django_assert_max_num_queries(3):
        assert ask("sendgrid", "tracking", others).status_code == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"7", b"null", b"\xff\xfe", b'{"RecordType": 7}', b"[" * 100_000, b'{"Type": {}, "RecordType": "Bounce"}'],
)  # fmt: skip
@pytest.mark.parametrize("provider", ["postmark", "mailgun", "sendgrid", "mailjet", "sparkpost", "brevo", "mailersend"])
def test_A14_what_no_provider_writes_is_no_error_of_ours(
    provider: str, body: bytes, settings: Any, log: io.StringIO
) -> None:
    settings.MAIL_HOOK_SIGNING_KEY = "" if provider == "sendgrid" else KEY
    for kind in ("tracking", "inbound"):
        assert ask(provider, kind, body).status_code in (200, 400, 403, 404)
    assert not stopped()
    assert not InboundMail.objects.exists()


# -- Mail ------------------------------------------------------------------------------------------


@pytest.fixture
def to(ann: Member) -> str:
    return addresses.address_for(ann.pk, make.thread(by=ann).pk)


def raw_mail(to: str, words: str = "คำตอบของฉัน") -> bytes:
    return (
        f"From: Ann Okafor <ann@example.com>\r\nTo: Northwind <{to}>\r\nSubject: Re: Hello\r\n"
        "Message-ID: <one@mail.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: 8bit\r\nX-Long: {'a ' * 60}b\r\n\r\n{words}\r\n"
    ).encode()


def form(fields: dict[str, bytes], files: dict[str, tuple[str, str, bytes]] | None = None) -> tuple[bytes, str]:
    parts = [f'--b0\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n'.encode() + v for k, v in fields.items()]
    for name, (filename, kind, content) in (files or {}).items():
        head = f'--b0\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: {kind}'
        parts.append(f"{head}\r\n\r\n".encode() + content)
    return b"\r\n".join([*parts, b"--b0--\r\n"]), 'multipart/form-data; boundary="b0"'


def signed_fields() -> dict[str, bytes]:
    return {"timestamp": b"1794906845", "token": b"t", "signature": signature(b"1794906845t").encode()}


def brought(provider: str, to: str) -> tuple[Any, ...]:
    """A mail as the provider brings it."""
    raw = raw_mail(to)
    if provider == "postmark":
        return ({"RawEmail": raw.decode(), "FromFull": {}, "OriginalRecipient": to, "Headers": []},)
    if provider == "mailgun":
        return form({"body-mime": raw, "recipient": to.encode(), "sender": b"ann@example.com", **signed_fields()})
    if provider == "sendgrid":
        envelope = json.dumps({"to": ["other@example.com", to], "from": "ann@example.com"}).encode()
        return form({"email": raw, "envelope": envelope})
    if provider == "mandrill":
        return ([{"event": "inbound", "ts": 1, "msg": {"raw_msg": raw.decode(), "email": to, "headers": {}}}],)
    if provider == "sparkpost":
        content = {"email_rfc822": base64.b64encode(raw).decode(), "email_rfc822_is_base64": True}
        told = {"protocol": "smtp", "content": content, "msg_from": "ann@example.com", "rcpt_to": to}
        return ([{"msys": {"relay_message": told}}],)
    if provider == "mailersend":
        told = {"id": "i", "created_at": "2026-11-17T09:14:05Z", "raw": raw.decode(),
                "sender": {"email": "ann@example.com"}, "recipients": {"rcptTo": [{"email": to}]}}  # fmt: skip
        return ({"type": "inbound.message", "data": told},)
    headers = {"From": "ann@example.com", "To": to, "Subject": "Re: Hello", "Message-ID": "<one@mail.example>"}
    return ({"Headers": headers, "Text-part": "คำตอบของฉัน", "Recipient": to, "Sender": "ann@example.com", "Parts": [
        {"Headers": {"Content-Type": "text/plain; charset=utf-8"}, "ContentRef": "Text-part"}]},)  # fmt: skip


@pytest.mark.parametrize(
    "provider", ["postmark", "mailgun", "sendgrid", "mandrill", "sparkpost", "mailersend", "mailjet"]
)
def test_a_mail_is_stored_and_queued_once(provider: str, to: str, ann: Member) -> None:
    OrmQ.objects.all().delete()
    for _again in range(2):
        assert ask(provider, "inbound_mime", *brought(provider, to)).status_code == 200
    row = InboundMail.objects.get()
    assert (row.via, row.member) == (provider, ann)
    if provider == "mailjet":  # brings the parts of a mail, not the mail
        assert b"Re: Hello" in bytes(row.raw)
    else:
        assert bytes(row.raw).replace(b"\r\n", b"\n") == raw_mail(to).replace(b"\r\n", b"\n")
    assert OrmQ.objects.count() == 1


@pytest.mark.parametrize("provider", ["postmark", "mailgun"])
def test_a_reply_that_a_provider_brings_is_posted(provider: str, to: str, ann: Member) -> None:
    ask(provider, "inbound_mime", *brought(provider, to))
    tasks.run_all()
    (reply,) = Reply.objects.select_related("item")
    assert (reply.item.author, reply.item.body) == (ann, "คำตอบของฉัน")


def test_a_bounce_that_a_provider_brings_as_mail_is_believed_by_its_signature(to: str, ann: Member) -> None:
    returned = (Path(__file__).parent / "mails_returned/postfix.eml").read_text()
    for name, expected in ((f"n12.m{ann.pk}", {}), (name_of(12, ann.pk), {"ann@example.com": "bounce"})):
        words = returned.replace("@@NAME@@", name).replace("4D2A11C0@mx", f"{len(name)}@mx")
        words = words.replace("hearback@community.example.com", "hearback@localhost")
        ask("postmark", "inbound", {"RawEmail": words, "FromFull": {}, "OriginalRecipient": "hearback@localhost"})
        tasks.run_all()
        assert stopped() == expected


def test_a_mail_in_parts_keeps_what_is_attached_to_the_byte(to: str, ann: Member) -> None:
    picture = bytes(range(256)) * 8000 + b"\r\n--b0x\r\n"
    headers = [["From", "ann@example.com"], ["To", to], ["Subject", "Re: Hello"], ["Message-ID", "<1@mail.example>"]]
    fields = {
        "message-headers": json.dumps(headers).encode(), "body-plain": "คำตอบ".encode(), "recipient": to.encode(),
        "attachment-count": b"2", **signed_fields(),
    }  # fmt: skip
    files = {"attachment-1": ("../../a.png", "image/png", picture), "attachment-2": ("..", "text/plain", b"log")}
    assert ask("mailgun", "inbound", *form(fields, files)).status_code == 200
    parts = {one.get_filename(): one for one in message_from_bytes(bytes(InboundMail.objects.get().raw)).walk()}
    assert parts["a.png"].get_payload(decode=True) == picture
    assert parts["file"].get_payload(decode=True) == b"log"
    assert parts[None].get_payload(decode=True).decode() == "คำตอบ"  # of several without a name the last: the words


def test_a_large_mail_comes_through_a_hook_and_nowhere_else(to: str, ann: Member) -> None:
    large = raw_mail(to, "x" * 11_000_000)
    assert ask("sendgrid", "inbound", *form({"email": large})).status_code == 200
    assert InboundMail.objects.get().size > 11_000_000
    body = {"RawEmail": raw_mail(to, "y" * 11_000_000).decode(), "FromFull": {}, "OriginalRecipient": to}
    assert ask("postmark", "inbound", body).status_code == 200
    for url in ("/accounts/login/", "/t/new/", "/preview/"):
        words = urlencode({"login": "x" * 3_000_000}).encode()
        assert Client().post(url, words, "application/x-www-form-urlencoded", **RIGHT).status_code == 413
        assert Client().post(url, *form({"body": large}), **RIGHT).status_code == 413


def test_C45_more_than_a_hook_takes_is_not_read(to: str) -> None:
    huge = {"CONTENT_LENGTH": str(LARGEST + 1)}
    assert ask("postmark", "inbound", {}, **huge).status_code == 413
    assert ask("postmark", "inbound", {}, CONTENT_LENGTH="-1").status_code == 400
    many = form({f"field{n}": b"x" for n in range(400)})
    assert ask("sendgrid", "inbound", *many).status_code == 400
    assert ask("sendgrid", "inbound", b"--b0\r\n\r\n\r\nx", 'multipart/form-data; boundary="b0"').status_code == 400
    assert ask("sendgrid", "inbound", b"x", "multipart/form-data").status_code == 400
    assert not InboundMail.objects.exists()


def test_a_small_mail_is_answered_soon(to: str) -> None:
    ask("postmark", "inbound", *brought("postmark", to))  # the first loads what it needs
    took = []
    for _time in range(5):
        began = time.perf_counter()
        ask("postmark", "inbound", *brought("postmark", to))
        took.append(time.perf_counter() - began)
    assert min(took) < 0.1


def test_a_mail_for_nobody_here_makes_no_row(to: str) -> None:
    assert ask("postmark", "inbound", *brought("postmark", "somebody@example.com")).status_code == 200
    assert not InboundMail.objects.exists()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.formatter(as_json=True))
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def test_no_line_names_anybody(to: str, log: io.StringIO) -> None:
    ask("postmark", "tracking", postmark_bounce())
    ask("postmark", "inbound", *brought("postmark", to))
    ask(
        "postmark", "tracking", brought("postmark", to)[0]
    )  # the wrong hook: its owner is told, and by name of the hook
    ask("postmark", "inbound", {"Headers": [{"Name": "To", "Value": "ann@example.com"}], "Attachments": [{}]})
    assert "You seem to have set" in log.getvalue()
    for words in ("ann@", "reply+", SECRET, to):
        assert words not in log.getvalue()
