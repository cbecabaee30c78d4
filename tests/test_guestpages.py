"""Pages kept for guests: fast, never stale, never private."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.conversations import change
from community.discussions import decide
from community.feedback import viewing
from community.feedback.models import Item
from community.feedback.vote import vote
from community.members.models import Member, Site
from tests import make
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
BROWSER = {"User-Agent": "Mozilla/5.0 Firefox/140"}


@pytest.fixture
def guest() -> Client:
    """One worker's view of a guest: a client keeps its handler, and with it the pages kept."""
    return Client(headers=BROWSER)


def cost(guest: Client, url: str, **headers: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        guest.get(url, headers=headers)
    return len(caught)


@pytest.mark.parametrize("url", ["/", "/discussions/", "/c/general/", "thread"])
def test_an_unchanged_page_takes_one_query(url: str, guest: Client, ann: Member) -> None:
    thread = make.thread(by=ann)
    url = thread.item.path if url == "thread" else url
    first = guest.get(url)
    with CaptureQueriesContext(connection) as caught:
        again = guest.get(url)
    assert len(caught) == 1
    assert (again.content, again.headers["ETag"]) == (first.content, first.headers["ETag"])
    assert "Content-Security-Policy" in again.headers
    assert guest.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_it_holds_no_token_and_sets_no_cookie(guest: Client, ann: Member) -> None:
    thread = make.thread(by=ann)
    make.reply(thread)
    for url in ("/", "/discussions/", "/c/general/", thread.item.path):
        answer = guest.get(url)
        assert not answer.cookies
        assert "csrf" not in answer.content.decode().lower()
        assert 'method="post"' not in answer.content.decode()


def test_every_change_shows_at_once(guest: Client, ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann, title="Before")
    url = thread.item.path

    def page() -> str:
        return guest.get(url).content.decode()

    page()
    reply = make.reply(thread, by=bo, body="New words")
    assert "New words" in page()
    vote(Item.objects.get(pk=reply.pk), by=ann)
    assert "reply #1, 1 vote" in page()
    change.remove(reply, by=bo)
    assert "New words" not in page()
    change.restore(reply, by=bo)
    decide.solve(thread, reply, by=ann)
    assert "Chosen by the asker" in page()
    signed_in(bo).post("/me/settings/", {
        "name": "Bo the Second", "handle": "bo", "language": "en", "time_zone": "UTC", "theme": "system",
    })  # fmt: skip
    assert "Bo the Second" in page()
    Site.objects.filter(pk=1).update(name="Renamed")
    Site.touch()
    assert "Renamed" in page()


def test_lists_and_front_change_with_any_place(guest: Client, ann: Member) -> None:
    for url in ("/", "/discussions/", "/c/general/"):
        guest.get(url)
    make.thread(by=ann, title="Fresh from the keys")
    for url in ("/", "/discussions/", "/c/general/"):
        assert "Fresh from the keys" in guest.get(url).content.decode()


def test_what_becomes_private_is_gone_at_once(guest: Client, ann: Member) -> None:
    category = make.category()
    thread = make.thread(by=ann, title="Was public")
    assert guest.get(thread.item.path).status_code == 200
    category.place.audience = "staff"
    category.place.save()
    assert guest.get(thread.item.path).status_code == 404
    assert "Was public" not in guest.get("/discussions/").content.decode()


def test_a_member_s_page_never_reaches_a_guest(ann: Member, sam: Member) -> None:
    """One browser, one worker: the member's page is made first and must not be kept."""
    make.category("secret", audience="staff", name="Secret plans")
    thread = make.thread(by=ann, title="Public one")
    private = make.thread(by=ann, title="Private one", is_private=True)
    worker = signed_in(sam)
    for url in ("/", "/discussions/", thread.item.path, private.item.path):
        assert worker.get(url).status_code == 200
    worker.cookies.clear()
    for url in ("/", "/discussions/", thread.item.path):
        page = worker.get(url).content.decode()
        assert "Private one" not in page
        assert "Secret plans" not in page
        assert "Sam Rivera" not in page or url == thread.item.path
    assert worker.get(private.item.path).status_code == 404


def test_a_kept_page_never_reaches_a_member(guest: Client, ann: Member) -> None:
    thread = make.thread(by=ann)
    guest.get(thread.item.path)
    guest.force_login(ann)
    assert "Your menu" in guest.get(thread.item.path).content.decode()


def test_languages_and_themes_are_kept_apart(guest: Client, ann: Member) -> None:
    thread = make.thread(by=ann)
    english = guest.get(thread.item.path).content.decode()
    arabic = guest.get(thread.item.path, headers={"Accept-Language": "ar"}).content.decode()
    guest.cookies["theme"] = "dark"
    dark = guest.get(thread.item.path).content.decode()
    assert 'lang="en" dir="ltr"' in english
    assert 'lang="ar" dir="rtl"' in arabic
    assert 'data-theme="dark"' in dark
    guest.cookies["language"] = "ko"
    assert 'lang="ko"' in guest.get(thread.item.path, headers={"Accept-Language": "ar"}).content.decode()


def test_compressed_and_plain_are_kept_apart(guest: Client, ann: Member) -> None:
    make.replies(make.thread(by=ann), 5)
    guest.get("/discussions/", headers={"Accept-Encoding": "gzip"})
    plain = guest.get("/discussions/")
    packed = guest.get("/discussions/", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_an_error_is_not_kept(guest: Client, ann: Member) -> None:
    assert guest.get("/t/1/later/").status_code == 404
    thread = make.thread(by=ann, title="Later")
    assert guest.get(thread.item.path).status_code == 200


def test_views_are_counted_without_a_write(guest: Client, ann: Member) -> None:
    thread = make.thread(by=ann)
    for _ in range(3):
        guest.get(thread.item.path)
    Client(headers={"User-Agent": "Googlebot"}).get(thread.item.path)
    assert Item.objects.get(pk=thread.pk).view_count == 0
    viewing.write_views()
    assert Item.objects.get(pk=thread.pk).view_count == 3


def test_what_one_guest_chose_for_keys_is_not_shown_to_another(guest: Client, ann: Member) -> None:
    thread = make.thread(by=ann)
    guest.cookies["keys"] = "off"
    assert 'data-keys="off"' in guest.get(thread.item.path).content.decode()
    other = guest
    del other.cookies["keys"]
    assert 'data-keys="on"' in other.get(thread.item.path).content.decode()


def test_invented_addresses_push_nothing_out(guest: Client, ann: Member) -> None:
    from community.feedback import guestpages

    thread = make.thread(by=ann)
    guest.get(thread.item.path)
    for number in range(5):
        guest.get(f"{thread.item.path}?invented={number}")
        guest.get(f"/discussions/?order=latest&x={number}")
        guest.get(f"/?{'x' * 600}={number}")
        guest.get(f"/t/{thread.pk}/wrong-{number}/")
    assert len(guestpages._pages) == 1
