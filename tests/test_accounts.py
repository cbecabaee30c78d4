"""Signing up, logging in, and everything that could go wrong with it."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.models import OrmQ
from django_q.monitor import save_task

from community.conversations.models import Reply
from community.feedback.models import Vote
from community.members.cleaning import clean
from community.members.mail import send
from community.members.models import Member
from community.members.outgoing import OutgoingMail
from community.members.pages import Acceptance
from tests import make
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
NEW = {"email": "nok@example.com", "username": "nok-bangkok", "accepts": "on"}


def last_code() -> str:
    mail = OutgoingMail.objects.order_by("-pk").first()
    assert mail is not None
    return re.search(r"^[A-Z0-9]{3,}-?[A-Z0-9]{3,}$", mail.text, re.MULTILINE).group(0)


def sign_up(browser: Client, **words: str) -> Member:
    answer = browser.post("/accounts/signup/", {**NEW, **words})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    browser.post("/accounts/confirm-email/", {"code": last_code()})
    return Member.objects.get(email=NEW["email"])


def test_sign_up_by_code_completes_the_reply_begun_before() -> None:
    thread = make.thread()
    guest = Client(headers={"Accept-Language": "th"})
    guest.post(f"/items/{thread.pk}/reply/", {"body": "My first words"})
    assert "callout" in guest.get("/accounts/signup/").content.decode()
    guest.post("/accounts/signup/", NEW)
    answer = guest.post("/accounts/confirm-email/", {"code": last_code()})
    assert answer.headers["Location"] == f"{thread.item.path}#1"
    reply = Reply.objects.get()
    assert reply.item.author.handle == "nok-bangkok"
    assert reply.item.author.language == "th"
    assert Acceptance.objects.filter(member=reply.item.author, slug="terms", version=0).exists()


def test_sign_up_by_code_completes_the_vote_begun_before() -> None:
    thread = make.thread()
    guest = Client()
    guest.post(f"/items/{thread.pk}/vote/")
    member = sign_up(guest)
    assert Vote.objects.get().member == member


def test_mails_go_by_the_queue_and_are_handed_over_once() -> None:
    Client().post("/accounts/signup/", NEW)
    queued = OutgoingMail.objects.get()
    assert not mail.outbox
    assert OrmQ.objects.count() == 1
    assert NEW["email"] not in str(OrmQ.objects.get().task)
    send(queued.pk)
    send(queued.pk)
    assert [sent.to for sent in mail.outbox] == [[NEW["email"]]]


def test_mails_in_production_are_not_kept(settings: object) -> None:
    settings.IS_PRODUCTION = True  # type: ignore[attr-defined]
    queued = OutgoingMail.objects.create(to="a@example.com", subject="Code", text="123456")
    send(queued.pk)
    assert not OutgoingMail.objects.exists()


def attempt(queued: OutgoingMail, monkeypatch: pytest.MonkeyPatch, *, works: bool = False) -> None:
    """One attempt of the cluster at the mail's task, told to its hook as the cluster tells it."""
    monkeypatch.setattr("django_q.monitor.close_old_django_connections", lambda: None)
    row = OrmQ.objects.get()
    now = timezone.now()
    told = {"started": now, "stopped": now, "success": works, "result": "no answer", "ack_id": row.pk, "cached": None}
    save_task({"group": None, **row.task, **told}, get_broker())


def test_D51_a_mail_that_cannot_be_sent_does_not_keep_its_code(
    sam: Member, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    Client().post("/accounts/signup/", NEW)
    queued, code = OutgoingMail.objects.get(), last_code()
    for _ in range(4):
        attempt(queued, monkeypatch)
    queued.refresh_from_db()
    assert code in queued.text
    attempt(queued, monkeypatch)
    queued.refresh_from_db()
    assert (queued.text, queued.html, queued.sent_at) == ("", "", None)
    send(queued.pk)
    assert not mail.outbox
    page = signed_in(sam).get(f"/desk/mail/{queued.pk}/").content.decode()
    for words in ("Not sent", "could not be sent", NEW["email"], queued.subject):
        assert words in page


def test_a_mail_that_was_sent_late_is_not_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    Client().post("/accounts/signup/", NEW)
    queued = OutgoingMail.objects.get()
    for _ in range(4):
        attempt(queued, monkeypatch)
    send(queued.pk)
    attempt(queued, monkeypatch, works=True)
    queued.refresh_from_db()
    assert queued.text
    assert queued.sent_at


def test_D51_mails_whose_task_was_lost_are_given_up_and_forgotten() -> None:
    def made(days: int, **fields: object) -> OutgoingMail:
        at = timezone.now() - timedelta(days=days, minutes=1)
        return OutgoingMail.objects.create(to="a@example.com", subject="Code", created_at=at, **fields)

    fresh, lost, failed, old = made(0, text="1"), made(1, text="2"), made(20, text=""), made(30, text="")
    sent = made(40, text="3", sent_at=timezone.now())
    clean()
    assert set(OutgoingMail.objects.values_list("pk", "text")) == {
        (fresh.pk, "1"), (lost.pk, ""), (failed.pk, ""), (sent.pk, "3"),
    }  # fmt: skip
    assert not OutgoingMail.objects.filter(pk=old.pk).exists()


def test_D51_nobody_reads_codes_at_the_desk_in_production(sam: Member, settings: object) -> None:
    Client().post("/accounts/signup/", NEW)
    code = last_code()
    settings.IS_PRODUCTION = True  # type: ignore[attr-defined]
    page = signed_in(sam).get(f"/desk/mail/{OutgoingMail.objects.get().pk}/").content.decode()
    assert NEW["email"] in page
    assert code not in page


def test_the_desk_reads_development_mail(sam: Member, ann: Member) -> None:
    Client().post("/accounts/signup/", NEW)
    queued = OutgoingMail.objects.get()
    assert NEW["email"] in signed_in(sam).get("/desk/mail/").content.decode()
    assert last_code() in signed_in(sam).get(f"/desk/mail/{queued.pk}/").content.decode()
    assert signed_in(ann).get("/desk/mail/").status_code == 403


def test_D55_sign_up_with_a_known_address_looks_the_same(ann: Member) -> None:
    EmailAddress.objects.create(user=ann, email=ann.email, verified=True, primary=True)
    known = Client().post("/accounts/signup/", {**NEW, "email": ann.email, "username": "someone-else"})
    unknown = Client().post("/accounts/signup/", NEW)
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert OutgoingMail.objects.count() == 2
    assert Member.objects.filter(handle="someone-else").count() == 0


def test_D55_a_code_for_an_unknown_address_looks_the_same(ann: Member) -> None:
    EmailAddress.objects.create(user=ann, email=ann.email, verified=True, primary=True)
    known = Client().post("/accounts/login/code/", {"email": ann.email})
    unknown = Client().post("/accounts/login/code/", {"email": "nobody@example.com"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert OutgoingMail.objects.count() == 2


def test_D51_a_code_dies_after_five_tries(ann: Member) -> None:
    EmailAddress.objects.create(user=ann, email=ann.email, verified=True, primary=True)
    browser = Client()
    browser.post("/accounts/login/code/", {"email": ann.email})
    right = last_code()
    for _ in range(5):
        browser.post("/accounts/login/code/confirm/", {"code": "WRONG1"})
    browser.post("/accounts/login/code/confirm/", {"code": right})
    assert "_auth_user_id" not in browser.session


def test_log_in_by_code(ann: Member) -> None:
    EmailAddress.objects.create(user=ann, email=ann.email, verified=True, primary=True)
    browser = Client()
    browser.post("/accounts/login/code/", {"email": ann.email})
    browser.post("/accounts/login/code/confirm/", {"code": last_code()})
    assert browser.session["_auth_user_id"] == str(ann.pk)


def test_D52_opening_the_page_of_a_code_logs_nobody_in(ann: Member) -> None:
    """Nor does asking for it with the code in the address, as a scanner of mails would."""
    EmailAddress.objects.create(user=ann, email=ann.email, verified=True, primary=True)
    browser = Client()
    browser.post("/accounts/login/code/", {"email": ann.email})
    for path in ("/accounts/login/code/confirm/", f"/accounts/login/code/confirm/?code={last_code()}"):
        assert browser.get(path).status_code == 200
        assert browser.head(path).status_code == 200
        assert "_auth_user_id" not in browser.session


def test_D53_the_session_key_changes_at_the_log_in(ann: Member) -> None:
    EmailAddress.objects.create(user=ann, email=ann.email, verified=True, primary=True)
    thread = make.thread(by=make.member("bo"))
    browser = Client()
    browser.post(f"/items/{thread.pk}/vote/", {"via": "login"})
    before = browser.session.session_key
    browser.post("/accounts/login/code/", {"email": ann.email})
    browser.post("/accounts/login/code/confirm/", {"code": last_code()})
    assert browser.session.session_key != before


@pytest.mark.parametrize(
    "handle", ["admin", "Support", "everyone", "a", "-dash", "dot.", "two..dots", "ขวัญ", "a b", "x" * 31]
)
def test_C49_handles_that_are_refused(handle: str) -> None:
    answer = Client().post("/accounts/signup/", {**NEW, "username": handle})
    assert answer.status_code == 200
    assert not Member.objects.filter(email=NEW["email"]).exists()


@pytest.mark.parametrize("handle", ["5am", "s4m", "sаm", "s-am", "sarn", "SAM", "sam​", "sam-rivera"])
def test_A13_a_handle_that_looks_like_staff_is_refused(handle: str) -> None:
    make.member("sam", role="agent", name="Sam Rivera")
    before = Member.objects.count()
    Client().post("/accounts/signup/", {**NEW, "username": handle})
    made = Member.objects.exclude(handle="sam").filter(email=NEW["email"])
    assert Member.objects.count() == before or made.get().handle == "s4m"


def test_D65_a_password_of_a_megabyte_is_refused() -> None:
    answer = Client().post("/accounts/signup/", {**NEW, "password1": "x" * 1_000_000})
    assert answer.status_code in (200, 400)
    assert not Member.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "/a\r\nSet-Cookie:x",
        "\\\\evil",
        "javascript:alert(1)",
    ],
)
def test_D57_no_redirect_leads_away(address: str, ann: Member) -> None:
    words = {"language": "en", "theme": "dark", "next": address}
    location = Client().post("/preferences/", words).headers["Location"]
    assert location == "/"
    location = signed_in(ann).post("/discussions/read/", {"next": address}).headers["Location"]
    assert location == "/discussions/"
    EmailAddress.objects.create(user=ann, email=ann.email, verified=True, primary=True)
    ann.set_password("correct horse battery")
    ann.save()
    words = {"login": "ann", "password": "correct horse battery", "next": address}
    location = Client().post("/accounts/login/", words).headers["Location"]
    assert location in ("/", "/a%0D%0ASet-Cookie:x")  # allauth keeps the path, its line break made harmless


def test_D60_every_unsafe_address_wants_a_token(ann: Member) -> None:
    thread = make.thread(by=ann)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ann)
    for url in (
        f"/items/{thread.pk}/reply/", f"/items/{thread.pk}/vote/", f"/threads/{thread.pk}/closure/", "/preview/",
        "/drafts/thread:new/", "/t/new/", "/me/settings/", "/discussions/read/", "/accounts/logout/",
    ):  # fmt: skip
        assert browser.post(url, {"body": "My words"}, headers={"HX-Request": "true"}).status_code == 403, url
        assert browser.post(url, b'{"body":"x"}', content_type="text/plain").status_code == 403, url
    page = browser.post(f"/items/{thread.pk}/reply/", {"body": "My precious words"}).content.decode()
    assert "My precious words" in page


def test_settings_change_language_and_theme(ann: Member) -> None:
    browser = signed_in(ann)
    words = {"name": "Ann", "handle": "ann", "language": "pl", "time_zone": "Europe/Warsaw", "theme": "dark"}
    assert browser.post("/me/settings/", words).status_code == 302
    page = browser.get("/").content.decode()
    assert 'lang="pl"' in page
    assert 'data-theme="dark"' in page
    assert 'data-keys="off"' in page


def test_guests_choose_language_and_theme_by_cookie() -> None:
    guest = Client()
    guest.post("/preferences/", {"language": "ar", "theme": "dark", "keys_on": "on", "next": "/limits/"})
    page = guest.get("/").content.decode()
    assert 'lang="ar" dir="rtl" data-theme="dark" data-keys="on"' in page
