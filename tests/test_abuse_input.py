"""ABUSE C, H and I: types, numbers, sizes, methods, replays, votes and logs."""

import json
import logging

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from community.conversations.models import Reply
from community.discussions.models import Thread
from community.feedback.models import Draft, Item, Vote
from community.lib import paging
from community.members.models import Member
from tests import make
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
HUGE = "9" * 30


def test_C41_nothing_but_the_form_s_own_fields_is_taken(ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann)
    more = {
        "is_official": "on", "author": ann.pk, "number": "99", "state": "hidden", "vote_count": "9", "by": ann.pk,
        "created_at": "2000-01-01", "is_staff": "1", "role": "admin", "is_active": "", "post_count": "999",
        "company": "1", "all_read_at": "", "external_id": "x", "source": "api", "visibility": "staff", "pinned": "1",
    }  # fmt: skip
    signed_in(bo).post(f"/items/{thread.pk}/reply/", {"body": "Mine", **more})
    reply = Reply.objects.select_related("item").get()
    assert (reply.number, reply.is_official, reply.item.author, reply.item.state) == (1, False, bo, "visible")
    assert (reply.item.visibility, reply.item.source, reply.item.vote_count) == ("public", "web", 0)
    signed_in(bo).post("/me/settings/", {
        **more, "name": "Bo", "handle": "bo", "language": "en", "time_zone": "UTC", "theme": "dark",
    })  # fmt: skip
    bo.refresh_from_db()
    assert (bo.role, bo.is_active, bo.post_count, bo.company) == ("member", True, 1, None)
    new = {"email": "eve@example.com", "username": "eve", "accepts": "on", **more}
    Client().post("/accounts/signup/", new)
    assert Member.objects.get(handle="eve").role == "member"


@pytest.mark.parametrize(
    "words",
    [
        {"seq": [1]}, {"seq": {}}, {"seq": 1.5}, {"seq": True}, {"seq": "1.5"}, {"seq": -1}, {"seq": 2**31},
        {"seq": 10**400}, {"seq": "x"}, {"seq": 0, "body": []}, {"seq": 0, "body": 7}, {"seq": 0, "body": None},
        {"seq": 0, "title": {"a": 1}}, {"seq": 0, "title": True}, [], "text", 7, None,
    ],
)  # fmt: skip
def test_C42_a_draft_takes_only_the_types_it_has(words: object, ann: Member) -> None:
    answer = signed_in(ann).post("/drafts/thread:new/", json.dumps(words), content_type="application/json")
    assert answer.status_code == 422
    assert not Draft.objects.exists()


@pytest.mark.parametrize("text", ["{", '{"seq":Infinity}', '{"seq":NaN}', "[" * 100_000, '{"seq":1e999}'])
def test_C42_draft_json_that_is_none(text: str, ann: Member) -> None:
    answer = signed_in(ann).post("/drafts/thread:new/", text, content_type="application/json")
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize("odd", ["-1", "1e9", "NaN", "1000000000", HUGE, "0x1", "١", "1.5", " 1", "true", "%7B%7D"])
def test_C42_C44_odd_numbers_break_no_page(odd: str, ann: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    make.reply(thread)
    for browser in (Client(), signed_in(sam)):
        for url in (
            f"{thread.item.path}?page={odd}", f"/threads/{thread.pk}/split/?page={odd}", f"/discussions/?after={odd}",
            f"/items/{thread.pk}/reply/?quote={odd}", f"/items/{thread.pk}/reply/?to={odd}", f"/go/{odd}",
            f"/items/{odd}/vote/", f"/items/{odd}/history/", f"/items/{odd}/reply/", f"/threads/{odd}/edit/",
            f"/replies/{odd}/edit/", f"/t/{odd}/x/", f"/sitemap-threads-{odd}.xml", f"/feeds/t/{odd}.atom",
            f"/desk/mail/{odd}/", f"/discussions/?kind={odd}&label={odd}", f"/drafts/reply:{odd}/", f"/t/new/?category={odd}",
        ):  # fmt: skip
            assert browser.get(url).status_code < 500, url
    staff = signed_in(sam)
    for url, words in (
        (f"/items/{thread.pk}/reply/", {"body": "x", "reply_to": odd}),
        ("/t/new/", {"title": "Abc", "body": "x", "place": odd, "labels": [odd], "kind": odd, "language": odd}),
        (f"/threads/{thread.pk}/edit/", {"title": "Abc", "body": "x", "labels": [odd]}),
        (f"/threads/{thread.pk}/move/", {"place": odd}),
        (f"/threads/{thread.pk}/merge/", {"into": odd}),
        (f"/threads/{thread.pk}/split/", {"title": "Abc", "replies": [odd]}),
        (f"/threads/{thread.pk}/solution/{odd}/", {}),
        (f"/relocations/{odd}/undo/", {}),
        (f"/drafts/reply:{odd}/", {"seq": odd, "body": "x"}),
    ):
        assert staff.post(url, words).status_code < 500, url


@pytest.mark.parametrize(
    "key",
    [
        ["0001-01-01T00:00:00+14:00", 1], ["9999-12-31T23:59:59-14:00", 1], ["2026-02-30T00:00:00Z", 1],
        ["2026-01-01T00:00:00", 1], [None, None], [1, 1], ["2026-01-01T00:00:00Z", 2**63], ["2026-01-01T00:00:00Z", -1],
        ["2026-01-01T00:00:00Z", True], [2**40, 5],
    ],
)  # fmt: skip
@pytest.mark.parametrize("order", ["latest", "top"])
def test_C44_a_cursor_made_by_hand_is_a_list_all_the_same(key: list[object], order: str, client: Client) -> None:
    make.thread()
    assert client.get("/discussions/", {"order": order, "after": paging.encode(key)}).status_code == 200


def test_C45_ten_thousand_fields_a_thousand_files_and_a_huge_form(ann: Member) -> None:
    thread = make.thread(by=ann)
    browser = signed_in(make.member("bo"))
    url = f"/items/{thread.pk}/reply/"
    many = "&".join(f"f{number}=x" for number in range(10_001))
    form = "application/x-www-form-urlencoded"
    assert browser.post(url, many, content_type=form).status_code in (400, 413)
    assert browser.post(url, "body=" + "x" * 3_000_000, content_type=form).status_code in (400, 413)
    assert browser.post(url, {f"f{number}": "x" for number in range(1_001)}).status_code in (400, 413)
    files = {f"f{number}": SimpleUploadedFile("x.png", b"x") for number in range(1_000)}
    assert browser.post("/me/settings/", files).status_code in (400, 413)
    large = SimpleUploadedFile("x.png", b"x" * 11_000_000)
    assert browser.post("/me/settings/", {"picture": large}).status_code in (400, 413)
    assert browser.post(url, b"x" * 100, content_type="multipart/form-data; boundary=").status_code in (400, 422)
    assert browser.post(url, b"--b\r\nbroken", content_type="multipart/form-data; boundary=b").status_code in (400, 422)
    assert browser.post(url, "x", content_type="application/x-www-form-urlencoded; charset=utf-7").status_code < 500
    assert not Reply.objects.exists()


def test_C47_no_method_but_post_changes_anything(ann: Member) -> None:
    thread = make.thread(by=ann)
    bo = signed_in(make.member("bo"))
    override = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "POST"}
    for url in (
        f"/items/{thread.pk}/vote/", f"/items/{thread.pk}/reply/", f"/threads/{thread.pk}/removal/", "/discussions/read/",
        f"/threads/{thread.pk}/closure/", "/t/new/", "/me/settings/", "/accounts/logout/", "/preferences/",
    ):  # fmt: skip
        for call in (bo.get, bo.head, bo.options, bo.put, bo.patch, bo.delete, bo.trace):
            answer = call(f"{url}?_method=POST&body=x", headers=override)
            assert answer.status_code < 500, url
    assert "_auth_user_id" in bo.session
    assert not Vote.objects.exists()
    assert not Reply.objects.exists()
    assert Item.objects.get().state == "visible"


def test_C48_the_same_form_again_is_one_row(ann: Member, bo: Member) -> None:
    place = make.category().place
    browser = signed_in(bo)
    words = {"title": "Twice?", "body": "Same.", "place": place.pk, "kind": "question", "language": "en"}
    thread = browser.post("/t/new/", words).headers["Location"]
    assert browser.post("/t/new/", words).headers["Location"] == thread
    pk = Thread.objects.get().pk
    for _ in range(3):
        signed_in(ann).post(f"/items/{pk}/reply/", {"body": "Once"})
        signed_in(ann).post(f"/items/{pk}/vote/")
        browser.post(f"/threads/{pk}/closure/")
        browser.post(f"/threads/{pk}/closure/withdrawal/")
    assert (Reply.objects.count(), Vote.objects.count()) == (1, 1)


def test_what_was_removed_can_be_said_again_at_once(ann: Member, bo: Member) -> None:
    place = make.category().place
    browser = signed_in(bo)
    words = {"title": "Twice?", "body": "Same.", "place": place.pk, "kind": "question", "language": "en"}
    browser.post("/t/new/", words)
    first = Thread.objects.get()
    browser.post(f"/threads/{first.pk}/removal/")
    there = browser.post("/t/new/", words).headers["Location"]
    assert browser.get(there).status_code == 200
    thread = make.thread(by=ann)
    browser.post(f"/items/{thread.pk}/reply/", {"body": "Hm"})
    browser.post(f"/replies/{Reply.objects.get().pk}/removal/")
    browser.post(f"/items/{thread.pk}/reply/", {"body": "Hm"})
    assert Reply.objects.filter(item__state="visible").count() == 1


@pytest.mark.parametrize(
    "title", ["new", "reply", "similar", "---", "ไทย", "Admin", "../../admin", "?page=2#1", "a/b/c", "%2e%2e"]
)
def test_C49_a_title_makes_no_address_that_is_another_page_s(title: str, client: Client, ann: Member) -> None:
    make.thread(by=ann, title=f"{title}")
    twin = make.thread(by=make.member("bo"), title=f"{title}")
    assert client.get("/t/new/").status_code == 200
    assert client.get("/t/similar/?title=x").status_code == 200
    for thread in Thread.objects.select_related("item"):
        answer = client.get(thread.item.path)
        assert answer.status_code == 200
        assert answer.context["thread"].pk == thread.pk
    assert twin.item.path != Thread.objects.exclude(pk=twin.pk).get().item.path


def test_a_redirect_to_an_address_in_thai_works_for_htmx_and_after_the_log_in(ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann, title="ปฏิทินว่างเปล่า")
    for headers in ({}, {"HX-Request": "true"}):
        answer = signed_in(bo).post(f"/items/{thread.pk}/reply/", {"body": f"Words {headers}"}, headers=headers)
        there = answer.headers.get("HX-Redirect") or answer.headers["Location"]
        assert there.startswith(f"/t/{thread.pk}/%E0%B8")
    from allauth.account.models import EmailAddress

    bo.set_password("correct horse battery")
    bo.save()
    EmailAddress.objects.create(user=bo, email=bo.email, verified=True, primary=True)
    guest = Client()
    guest.post(f"/items/{thread.pk}/vote/", {"via": "login"})
    landed = guest.post("/accounts/login/", {"login": "bo", "password": "correct horse battery"})
    assert landed.headers["Location"].startswith(f"/t/{thread.pk}/%E0%B8")


def test_H94_two_tabs_are_one_vote(ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann)
    one, two = signed_in(bo), signed_in(bo)
    for browser in (one, two, one):
        browser.post(f"/items/{thread.pk}/vote/", headers={"HX-Request": "true"})
    assert Vote.objects.count() == Item.objects.get(pk=thread.pk).vote_count == 1
    for browser in (two, one, two):
        browser.post(f"/items/{thread.pk}/vote/withdrawal/")
    assert Vote.objects.count() == Item.objects.get(pk=thread.pk).vote_count == 0


def test_I105_no_line_of_the_log_is_written_by_a_stranger(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    evil = "%0a2026-01-01 CRITICAL root forged%0d%1b[31m"
    client.get(f"/nothing{evil}/")
    client.post(f"/desk/mail/{evil}/")
    client.get("/", headers={"Host": "x\nforged.example"})
    client.post("/preferences/", {"next": "/\nforged"}, headers={"User-Agent": "x\nforged", "Referer": "x\nforged"})
    formatter = logging.Formatter("{levelname} {name} {message}", style="{")
    for record in caplog.records:
        record.exc_info = record.exc_text = None  # a traceback has lines of its own
        assert not set(formatter.format(record)) & set("\n\r\x1b"), record


def test_a_host_that_is_not_ours_is_refused_and_kept_nowhere(client: Client, ann: Member) -> None:
    make.thread(by=ann)
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    page = client.get("/", headers={"X-Forwarded-Host": "evil.example"}).content.decode()
    assert "evil.example" not in page
    assert "evil.example" not in client.get("/").content.decode()
    assert RequestFactory().get("/").get_host() == "testserver"


def test_A10_previews_of_guests_are_counted_by_address(ann: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("community.members.limits.PREVIEWS_A_MINUTE", 3)
    guest, neighbour = Client(REMOTE_ADDR="203.0.113.9"), Client(REMOTE_ADDR="203.0.113.10")
    for _ in range(3):
        assert guest.post("/preview/", {"body": "*x*"}).status_code == 200
    for one in (guest, Client(REMOTE_ADDR="203.0.113.9")):  # a new session is no new address
        answer = one.post("/preview/", {"body": "*x*"})
        assert answer.status_code == 429
        assert "your text is kept" in answer.content.decode()
    assert neighbour.post("/preview/", {"body": "*x*"}).status_code == 200
    browser = signed_in(ann)
    for _ in range(5):
        assert browser.post("/preview/", {"body": "*x*"}, REMOTE_ADDR="203.0.113.9").status_code == 200
