"""ABUSE D, E and G: log-ins, guesses, sessions, uploads and mails."""

import errno
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as configured
from django.core import mail
from django.core.cache import cache
from django.core.files import File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from community.members import limits
from community.members.mail import queue_mail, send
from community.members.models import Member
from community.members.outgoing import OutgoingMail
from tests import make
from tests.conftest import signed_in
from tests.test_accounts import NEW, last_code
from tests.test_members import BRAND, SETTINGS, media, picture  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def known(ann: Member) -> Member:
    """ann, with a verified address and a password."""
    ann.set_password(PASSWORD)
    ann.save()
    EmailAddress.objects.create(user=ann, email=ann.email, verified=True, primary=True)
    return ann


def guess(login: str, password: str, address: str) -> bool:
    browser = Client(REMOTE_ADDR=address)
    browser.post("/accounts/login/", {"login": login, "password": password})
    return "_auth_user_id" in browser.session


def test_D51_guesses_are_counted_by_address_across_accounts(known: Member) -> None:
    for number in range(10):
        guess(f"nobody{number}", "wrong", "203.0.113.9")
    assert not guess("ann", PASSWORD, "203.0.113.9")
    assert guess("ann", PASSWORD, "203.0.113.10")


def test_D64_guesses_from_one_address_lock_nobody_else_out(known: Member) -> None:
    for _ in range(6):
        guess("ann", "wrong", "203.0.113.9")
    assert not guess("ann", PASSWORD, "203.0.113.9")
    assert guess("ann", PASSWORD, "198.51.100.1")


def test_D51_guesses_from_many_addresses_at_one_account_end(known: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("community.members.adapter.GUESSES", "12/h/key")
    for number in range(12):
        guess("ann", "wrong", f"203.0.113.{number}")
    assert not guess("ann", PASSWORD, "198.51.100.1")
    assert guess("bo", "x", "198.51.100.1") is False
    browser = Client()
    browser.post("/accounts/login/code/", {"email": known.email})
    browser.post("/accounts/login/code/confirm/", {"code": last_code()})
    assert "_auth_user_id" in browser.session  # the owner is not locked out


def test_D51_counts_are_shared_by_all_workers_and_not_thrown_away(known: Member) -> None:
    backend = configured.CACHES["default"]["BACKEND"]
    assert "locmem" not in backend.lower()
    if backend.endswith("DatabaseCache"):
        assert configured.CACHES["default"]["OPTIONS"]["MAX_ENTRIES"] >= 10_000
    cache.set("count", 7, 600)
    with transaction.atomic():
        for number in range(400):  # more than Django keeps when nobody says how many
            cache.set(f"other:{number}", 1, 600)
    assert cache.get("count") == 7


def test_D51_a_new_code_ends_the_one_before(known: Member) -> None:
    browser = Client()
    browser.post("/accounts/login/code/", {"email": known.email})
    first = last_code()
    browser.post("/accounts/login/code/confirm/", {"action": "resend"})
    code = last_code()
    assert code != first
    browser.post("/accounts/login/code/confirm/", {"code": first})
    assert "_auth_user_id" not in browser.session
    stranger = Client()
    stranger.post("/accounts/login/code/confirm/", {"code": code})
    assert "_auth_user_id" not in stranger.session  # a code is for the browser that asked for it
    browser.post("/accounts/login/code/confirm/", {"code": code})
    assert "_auth_user_id" in browser.session
    again = Client()
    again.post("/accounts/login/code/", {"email": "nobody@example.com"})
    again.post("/accounts/login/code/confirm/", {"code": code})
    assert "_auth_user_id" not in again.session


def test_D55_reset_says_the_same_for_known_and_unknown(known: Member) -> None:
    one = Client().post("/accounts/password/reset/", {"email": known.email})
    two = Client().post("/accounts/password/reset/", {"email": "nobody@example.com"})
    assert (one.status_code, one.headers["Location"]) == (two.status_code, two.headers["Location"])
    assert OutgoingMail.objects.count() == 2


def test_D53_old_sessions_end_with_the_password(known: Member) -> None:
    thief, owner = signed_in(known), signed_in(known)
    known.set_password("another horse battery")
    known.save()
    for browser in (thief, owner):
        assert browser.get("/me/settings/").status_code == 302
    staff = make.member("sam", role="agent")
    browser = signed_in(staff)
    assert browser.get("/desk/").status_code == 200
    Member.objects.filter(pk=staff.pk).update(role="member")
    assert browser.get("/desk/").status_code == 403
    Member.objects.filter(pk=staff.pk).update(is_active=False)
    assert browser.get("/me/settings/").status_code == 302


@pytest.mark.parametrize("address", ["//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example"])
def test_D57_what_was_begun_leads_nowhere_else(address: str, known: Member) -> None:
    thread = make.thread(by=make.member("bo"))
    guest = Client()
    guest.post(f"/items/{thread.pk}/vote/?next={address}", {"via": "login", "next": address})
    words = {"login": "ann", "password": PASSWORD, "next": address}
    assert guest.post(f"/accounts/login/?next={address}", words).headers["Location"] == thread.item.path
    location = Client().post("/accounts/signup/", {**NEW, "next": address}).headers["Location"]
    assert "evil" not in location
    assert "evil" not in signed_in(known).get(f"/accounts/logout/?next={address}").headers.get("Location", "")


def test_D60_no_page_of_ours_is_exempt_from_the_token() -> None:
    def views(resolver: URLResolver) -> list[URLPattern]:
        found: list[URLPattern] = []
        for entry in resolver.url_patterns:
            found += views(entry) if isinstance(entry, URLResolver) else [entry]
        return found

    exempt = {str(one.pattern) for one in views(get_resolver()) if getattr(one.callback, "csrf_exempt", False)}
    # What stops mail by one click is asked by mail programs, which have no cookie: its token is the right to do it; and
    # the changelog is confirmed with the token of a mail, on a page that keeps none for guests.
    mails = {f"changelog/subscription/{rest}/<str:token>/" for rest in ("confirmation", "end")}
    # Hooks are asked by providers of mail: a secret is the right that no page of another site and no browser has.
    hooks = {f"hooks/mail/<slug:provider>/{kind}/" for kind in ("tracking", "inbound", "inbound_mime")}
    # The API only reads (tests/test_api.py tries every other method), and that a page of results was seen is told by
    # whoever holds its sealed row, which counts as nobody.
    reads = {"articles", "articles/<id:id>", "search", "threads", "threads/<id:id>"}
    # The help box stands in frames of other sites, where everybody is a guest: what is counted there takes a sealed row
    # or a key that nobody guesses (tests/test_box.py).
    box = {"embed/help/", *(f"embed/help/solved/{rest}" for rest in ("", "<id:key>/", "<id:key>/withdrawal/"))}
    box.add("embed/changelog/")  # which only reads
    # A survey's link is the right to answer it, or to stop surveys; no session counts there.
    answers = {"s/<str:token>/", "s/<str:token>/comment/", "s/<str:token>/offer/", "s/end/<str:token>/"}
    # In frames of other sites too: a signed ticket is the right to be shown it, a signed token the right to answer
    # (tests/test_survey_embed.py).
    answers |= {f"embed/<widget:key>/{rest}" for rest in ("", "comment/", "offer/", "ask/", "shown/")}
    assert exempt == {"unsubscribe/<str:token>/", "search/seen/", *mails, *hooks, *reads, *box, *answers}


@pytest.mark.parametrize("is_verified", [False, True])
def test_D61_an_identity_provider_never_joins_an_account_by_its_address(
    is_verified: bool, known: Member, settings: object
) -> None:
    from allauth.core import context
    from allauth.socialaccount.adapter import get_adapter
    from allauth.socialaccount.helpers import complete_social_login
    from allauth.socialaccount.models import SocialAccount, SocialLogin
    from django.contrib.auth.models import AnonymousUser
    from django.contrib.messages.middleware import MessageMiddleware
    from django.contrib.sessions.middleware import SessionMiddleware
    from django.test import RequestFactory

    request = RequestFactory().get("/accounts/oidc/oidc/login/callback/")
    request.user, request.site, request.theme, request.LANGUAGE_CODE = AnonymousUser(), make.site(), "system", "en"
    SessionMiddleware(lambda r: None).process_request(request)
    MessageMiddleware(lambda r: None).process_request(request)
    app = {"provider_id": "oidc", "client_id": "x", "secret": "x", "settings": {"server_url": "https://idp.example"}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    provider = get_adapter().get_provider(request, "oidc")
    stranger = Member(handle="mallory", email=known.email)
    account = SocialAccount(provider="oidc", uid="mallory", extra_data={})
    login = SocialLogin(
        provider=provider,
        user=stranger,
        account=account,
        email_addresses=[EmailAddress(email=known.email, verified=is_verified)],
    )
    with context.request_context(request):
        complete_social_login(request, login)
    assert not SocialAccount.objects.filter(user=known).exists()
    assert request.session.get("_auth_user_id") != str(known.pk)


def test_D62_a_passkey_is_for_this_host_and_no_other(ann: Member) -> None:
    page = signed_in(ann).get("/accounts/2fa/webauthn/add/", headers={"Host": "evil.example"})
    assert page.status_code == 400


def test_D65_passwords_of_a_megabyte_are_not_hashed(known: Member) -> None:
    long = "x" * 1_000_000
    assert not guess("ann", long, "203.0.113.9")
    words = {"oldpassword": PASSWORD, "password1": long, "password2": long}
    assert signed_in(known).post("/accounts/password/change/", words).status_code in (200, 302, 400)
    known.refresh_from_db()
    assert known.check_password(PASSWORD)


def test_G89_no_name_is_a_link_in_a_mail_of_ours() -> None:
    Client().post("/accounts/signup/", {**NEW, "username": "www.evil.example"})
    queued = OutgoingMail.objects.get()
    assert "evil.example" not in queued.text + queued.subject + queued.html
    assert Member.objects.get().handle == "www.evil.example"
    send(queued.pk)
    assert "evil.example" not in str(mail.outbox[0].message())


def test_G89_no_line_of_a_mail_s_head_is_written_by_a_name() -> None:
    queued = queue_mail("a@example.com", "Hello\r\nBcc: evil@example.com\n\n<b>", "text")
    send(queued.pk)
    assert mail.outbox[0].recipients() == ["a@example.com"]
    assert "\n" not in mail.outbox[0].subject


def test_a_mail_handed_over_twice_carries_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between the hand-over and the note of it, the task runs again: the receiver can tell."""
    queued = queue_mail("a@example.com", "Code", "123456")
    with monkeypatch.context() as patched:

        def die(*args: object, **fields: object) -> None:
            raise KeyboardInterrupt

        patched.setattr("django.db.models.query.QuerySet.update", die)
        with pytest.raises(KeyboardInterrupt):
            send(queued.pk)
    send(queued.pk)
    send(queued.pk)
    names = [one.message()["Message-ID"] for one in mail.outbox]
    assert len(names) == 2
    assert len(set(names)) == 1


@pytest.mark.parametrize(
    "name", ["../../x.png", "CON.png", "x" * 300 + ".png", "\u202egnp.exe", "a\0b.png", ".png", "x.svg"]
)
def test_E72_the_name_of_an_upload_names_nothing(name: str, ann: Member, media: Path) -> None:  # noqa: F811
    file = picture()
    file._name = name
    assert signed_in(ann).post("/me/settings/", {**SETTINGS, "picture": file}).status_code in (302, 400, 422)
    for kept in (one for one in media.rglob("*") if one.is_file()):
        assert re.fullmatch(r"faces/[\w-]{16}\.webp", str(kept.relative_to(media)))


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "PPM"])
def test_E75_only_the_formats_of_the_list_are_opened(kind: str, ann: Member, media: Path) -> None:  # noqa: F811
    file = SimpleUploadedFile("me.png", picture(kind, (48, 48)).read())
    assert signed_in(ann).post("/me/settings/", {**SETTINGS, "picture": file}).status_code == 422


def test_E70_a_picture_of_a_thousand_frames_or_layers_is_one_face(ann: Member, media: Path) -> None:  # noqa: F811
    import io

    from PIL import Image

    packed = io.BytesIO()
    frames = [Image.new("P", (200, 200), colour) for colour in range(200)]
    frames[0].save(packed, "GIF", save_all=True, append_images=frames[1:])
    answer = signed_in(ann).post(
        "/me/settings/", {**SETTINGS, "picture": SimpleUploadedFile("x.gif", packed.getvalue())}
    )
    assert answer.status_code == 302
    ann.refresh_from_db()
    with Image.open(ann.picture.path) as face:
        assert getattr(face, "n_frames", 1) == 1


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes forty bytes, and then no more."""

    def chunks(self: File, chunk_size: int | None = None) -> Iterator[bytes]:
        yield self.read(40)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(File, "chunks", chunks)


def test_E76_a_full_disk_is_a_form_error_and_no_file(
    ann: Member,
    full_disk: None,
    media: Path,  # noqa: F811
) -> None:
    answer = signed_in(ann).post("/me/settings/", {**SETTINGS, "bio": "dear words", "picture": picture()})
    assert answer.status_code == 422
    assert "could not be stored just now" in answer.content.decode()
    assert "dear words" in answer.content.decode()
    assert not [one for one in media.rglob("*") if one.is_file()]
    assert signed_in(ann).post("/me/settings/", {**SETTINGS, "bio": "dear words"}).status_code == 302
    ann.refresh_from_db()
    assert not ann.picture


def test_E76_a_full_disk_is_a_form_error_for_a_logo_too(
    root: Member,
    full_disk: None,
    media: Path,  # noqa: F811
) -> None:
    answer = signed_in(root).post("/admin/community/site/1/change/", {**BRAND, "logo": picture()})
    assert "could not be stored just now" in answer.content.decode()
    assert not [one for one in media.rglob("*") if one.is_file()]


def test_E76_a_large_upload_needs_no_room_before_it_is_looked_at(
    ann: Member,
    media: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*args: object, **options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("django.core.files.uploadedfile.tempfile.NamedTemporaryFile", full)
    file = picture("BMP", (1_200, 1_200))
    assert signed_in(ann).post("/me/settings/", {**SETTINGS, "picture": file}).status_code == 422


@pytest.mark.parametrize("cut", [10, 100, 300])
def test_E76_half_an_upload_is_a_form_error_and_no_file(cut: int, ann: Member, media: Path) -> None:  # noqa: F811
    whole = picture("JPEG").read()
    answer = signed_in(ann).post("/me/settings/", {**SETTINGS, "picture": SimpleUploadedFile("x.jpg", whole[:cut])})
    assert answer.status_code == 422
    assert not list(media.rglob("*.webp"))
    ann.refresh_from_db()
    assert not ann.picture


def test_a_limit_is_not_used_up_by_what_was_refused(ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann)
    browser = signed_in(bo)
    for _ in range(3):
        assert browser.post(f"/items/{thread.pk}/reply/", {"body": ">" * 20_000}).status_code == 422
    with transaction.atomic():
        for _ in range(limits.LIMITS[limits.Standing.NEW].replies_a_day):
            limits.count(bo, "replies")
    with pytest.raises(limits.LimitReached), transaction.atomic():
        limits.count(bo, "replies")


def test_set_up_twice_makes_one_administrator() -> None:
    from community.members.forms import SetUpForm
    from community.members.models import Site
    from community.members.views.setup import _set_up, set_up_key

    Site.objects.all().delete()
    make.member("taken")
    words = {
        "name": "Fresh", "language": "en", "handle": "boss", "email": "boss@example.com", "key": set_up_key(),
        "password": PASSWORD, "categories": "One", "brand_colour": "", "languages": ["en"],
    }  # fmt: skip
    assert Client().post("/setup/", {**words, "handle": "taken"}).status_code == 422
    assert Client().post("/setup/", words).status_code == 302
    second = SetUpForm({**words, "handle": "eve", "email": "eve@example.com"})
    assert second.is_valid()
    assert _set_up(second) is None  # a second click that was on its way already
    assert Client().post("/setup/", {**words, "handle": "eve", "email": "eve@example.com"}).status_code == 302
    assert [one.handle for one in Member.objects.order_by("pk")] == ["taken", "boss"]


def test_a_page_that_cannot_be_shown_is_refused_when_it_is_written(root: Member, client: Client) -> None:
    words = {"slug": "imprint", "language": "en", "title": "Who", "body": ">" * 20_000}
    assert signed_in(root).post("/admin/community/sitepage/add/", words).status_code == 200
    assert client.get("/pages/imprint/").status_code == 200
