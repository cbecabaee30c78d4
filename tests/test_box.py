"""The help box in other people's products: what it shows, to whom, where, and what can be done from it."""

import gzip
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from community.admin import SiteForm
from community.members.models import Member
from community.search import limit
from community.search.learn import learn
from community.search.searches import Search
from tests import make
from tests.conftest import signed_in
from tests.knowledge import published, section

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PAGES = ("/embed/help/", "/embed/help/?title=export+wombat+list")


@pytest.fixture
def wombats(ann: Member, sam: Member) -> dict[str, Any]:
    make.thread(by=ann, title="Exporting the wombat list", body="How?")
    article = published("Exporting the wombat list", "Open **Wombats**, then Export.")
    secret = published("Exporting the wombat vault", "Wombats for staff.", section=section("back", audience="staff"))
    private = make.thread(by=ann, title="Exporting my private wombat list", is_private=True)
    learn()
    return {"article": article, "secret": secret, "private": private}


def ancestors(page: Any) -> str:
    return re.search(r"frame-ancestors ([^;]*)", page.headers["Content-Security-Policy"])[1]


def said(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(seal|title)" value="([^"]*)"', page))


def test_the_loader_is_small_and_the_same_for_everybody(ann: Member) -> None:
    make.site(name="Northwind “Süd”", brand_colour="#3355cc")
    answer = Client().get("/embed/help.js")
    script = answer.content
    assert len(gzip.compress(script, 6)) <= 5_000
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert not answer.cookies
    assert script == signed_in(ann).get("/embed/help.js", headers={"Accept-Language": "th"}).content
    known = json.loads(re.search(r" = ({.*})\n", script.decode())[1])
    assert known["name"] == "Northwind “Süd”"
    assert known["brand"] == "#3355cc"
    assert set(known["words"]) == {"en", "th", "pl", "ar", "ko"}
    assert Client().get("/embed/help.js", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert b"innerHTML" not in script


def test_it_shows_the_passage_that_answers_and_links_that_open_beside_it(wombats: dict[str, Any]) -> None:
    page = Client().get("/embed/help/", {"title": "export wombat list"}).content.decode()
    assert page.index(f'href="{wombats["article"].item.path}"') < page.index('href="/t/')
    assert "<strong>Wombats</strong>" in page
    assert '<base target="_blank">' in page
    assert 'href="/t/new/?title=export%20wombat%20list&amp;search=' in page
    fragment = Client().get("/embed/help/", {"title": "export wombat list"}, headers=HTMX).content.decode()
    assert "<html" not in fragment
    assert "<strong>Wombats</strong>" in fragment


def test_where_nothing_answers_it_says_so_and_leads_on(wombats: dict[str, Any]) -> None:
    page = Client().get("/embed/help/", {"title": "zxqv wkjh"}).content.decode()
    assert "Nothing has all that you asked for." in page
    assert 'href="/t/new/?title=zxqv%20wkjh&amp;search=' in page
    near = Client().get("/embed/help/", {"title": "qqqqexpor zzzzz kkkkk wwwww jjjjj"}).content.decode()
    assert "This comes near:" in near
    assert 'name="item"' not in near
    for little in ("", "e", "\x00", "?!"):
        assert "Ask this" not in Client().get("/embed/help/", {"title": little}, headers=HTMX).content.decode()


def test_members_see_in_it_what_guests_see(wombats: dict[str, Any], ann: Member, sam: Member) -> None:
    for member in (ann, sam):  # on a site of the same domain the frame is sent their session
        for title in ("exporting wombat vault", "private wombat list"):
            page = signed_in(member).get("/embed/help/", {"title": title}).content.decode()
            assert wombats["secret"].item.path not in page
            assert wombats["private"].item.path not in page
            assert member.name not in page


def test_only_its_own_pages_may_stand_in_a_frame(wombats: dict[str, Any], ann: Member) -> None:
    for path in PAGES:
        page = Client().get(path)
        assert ancestors(page) == "'self' *"
        assert "X-Frame-Options" not in page.headers
        assert "unsafe" not in page.headers["Content-Security-Policy"]
        assert not page.cookies
    make.site(embed_origins="https://shop.example\nhttps://app.example:8443")
    assert ancestors(Client().get("/embed/help/")) == "'self' https://shop.example https://app.example:8443"
    make.site(embed_origins="")
    assert ancestors(Client().get("/embed/help/")) == "'self'"
    for path in ("/", "/t/new/", "/search/?q=x", wombats["article"].item.path, "/embed/help/nothing/", "/desk/"):
        page = signed_in(ann).get(path)
        assert ancestors(page) == "'none'"
        assert page.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("*", "*"),
        (" HTTPS://Shop.example/ \r\nhttp://localhost:3000", "https://shop.example\nhttp://localhost:3000"),
        ("https://shop.example; script-src *", None),
        ("https://shop.example/path", None),
        ("javascript:alert(1)", None),
        ("'unsafe-inline'", None),
        ("https://*.example", None),
    ],
)
def test_where_it_may_stand_is_a_list_of_sites(written: str, kept: str | None) -> None:
    form = SiteForm()
    form.cleaned_data = {"embed_origins": written}
    if kept is None:
        with pytest.raises(ValidationError):
            form.clean_embed_origins()
    else:
        assert form.clean_embed_origins() == kept


def test_this_solved_it_is_counted_once_and_taken_back(wombats: dict[str, Any]) -> None:
    browser = Client(enforce_csrf_checks=True)  # a frame elsewhere has no cookie, so no token
    page = browser.get(
        "/embed/help/", {"language": "pl", "title": "Exporting the wombat list, me@example.com"}
    ).content.decode()
    item = wombats["article"].pk
    for _twice in range(2):
        answer = browser.post("/embed/help/solved/?language=pl", said(page) | {"item": item})
    row = Search.objects.get()
    assert (row.source, row.end, row.solved_by_id, row.language) == ("box", "solved", item, "pl")
    assert row.text == "exporting the wombat list, […]"
    there = answer.headers["Location"]
    assert there.startswith(f"/embed/help/solved/{row.pk}/?language=pl&")
    shown = browser.get(there)
    assert ancestors(shown) == "'self' *"
    undo = re.search(r'action="([^"]*withdrawal[^"]*)"', shown.content.decode())[1].replace("&amp;", "&")
    back = browser.post(undo, said(shown.content.decode()))
    assert not Search.objects.exists()
    assert "me%40example.com" in back.headers["Location"]  # nothing that was typed is lost
    assert not browser.cookies


def test_what_is_not_found_is_told_and_so_is_that_it_was_asked(wombats: dict[str, Any], bo: Member) -> None:
    page = Client().get("/embed/help/", {"title": "zxqv wkjh"}, headers=HTMX).content.decode()
    assert not Search.objects.exists()  # somebody may still be typing: script says when they stopped
    seal = re.search(r'data-missing="([^"]*)"', page)[1]
    for _twice in range(2):
        assert Client().post("/search/seen/", {"search": seal}).status_code == 204
    row = Search.objects.get()
    assert (row.source, row.results, row.text, row.end) == ("box", 0, "zxqv wkjh", "")
    assert "data-missing" not in Client().get(PAGES[1]).content.decode()
    ask = re.search(r'href="(/t/new/[^"]*)"', page)[1].replace("&amp;", "&")
    browser = signed_in(bo)
    assert f'name="search" value="{row.pk}"' in browser.get(ask).content.decode()
    place = make.category("general").place
    words = {"title": "zxqv wkjh", "body": "How?", "place": place.pk, "kind": "question", "language": "en"}
    assert browser.post("/t/new/", words | {"search": row.pk}).status_code == 302
    row.refresh_from_db()
    assert row.end == "asked"


def test_what_no_page_of_ours_offered_is_not_counted(wombats: dict[str, Any], ann: Member) -> None:
    page = Client().get("/embed/help/", {"title": "export wombat list"}).content.decode()
    fair = said(page)
    for browser in (Client(), signed_in(ann)):
        for wrong in ({"seal": "x"}, {"seal": ""}, {"item": wombats["private"].pk}, {"item": wombats["secret"].pk}):
            answer = browser.post("/embed/help/solved/", fair | {"item": wombats["article"].pk} | wrong)
            assert answer.headers["Location"].startswith("/embed/help/?title=export")
    assert not Search.objects.exists()
    gone = Client().get("/embed/help/solved/1/", {"item": wombats["secret"].pk, "title": "x y z"})
    assert gone.headers["Location"] == "/embed/help/?title=x+y+z"
    assert Client().get("/embed/help/solved/").status_code == 405
    assert Client().post("/embed/help/", fair).status_code == 405


def test_H96_nothing_of_a_member_can_be_done_from_the_frame(wombats: dict[str, Any], ann: Member) -> None:
    """A frame that somebody clicks in unawares holds no form or button that acts as who is logged in."""
    browser = signed_in(ann)
    for path in PAGES:
        page = browser.get(path).content.decode()
        assert "csrfmiddlewaretoken" not in page
        for action in re.findall(r'(?:action|formaction|hx-get|hx-post)="([^"]*)"', page):
            assert action.startswith("/embed/help/"), action
    fair = said(browser.get(PAGES[1]).content.decode()) | {"item": wombats["article"].pk}
    browser.post("/embed/help/solved/", fair)
    other = Search.objects.get()
    Search.objects.filter(pk=other.pk).update(source="page")
    browser.post(f"/embed/help/solved/{other.pk}/withdrawal/")
    assert Search.objects.exists()  # only what was solved here is taken back here


def test_it_speaks_the_language_that_its_page_says() -> None:
    page = Client().get("/embed/help/?language=ar&theme=dark", headers={"Accept-Language": "pl"})
    assert page.headers["Content-Language"] == "ar"
    assert '<html lang="ar" dir="rtl" data-theme="dark"' in page.content.decode()
    assert 'name="language" value="ar"' in page.content.decode()
    for odd in ("xx", "", "../", "%00x"[:2]):
        assert Client().get("/embed/help/", {"language": odd}, headers={"Accept-Language": "pl"}).headers[
            "Content-Language"
        ] == "pl"  # fmt: skip
    assert 'data-theme="system"' in Client().get("/embed/help/?theme=<x>").content.decode()


def test_too_many_are_told_to_wait(wombats: dict[str, Any], monkeypatch: pytest.MonkeyPatch, ann: Member) -> None:
    monkeypatch.setattr(limit, "SEARCHES_A_MINUTE", 1)
    monkeypatch.setattr(limit, "FREE", 0)
    browser = signed_in(ann)  # counted like a guest, by the address
    assert browser.get(PAGES[1]).status_code == 200
    page = browser.get(PAGES[1])
    assert page.status_code == 429
    assert "Wait a moment" in page.content.decode()
    assert browser.get(PAGES[0]).status_code == 200


def test_a_letter_costs_the_same_however_much_was_found(
    wombats: dict[str, Any], sam: Member, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(12):
        make.reply(make.thread(by=sam, title=f"Export the wombat list, number {number}"), by=sam, body="An export.")
    learn()
    Client().get(PAGES[1])
    with django_assert_max_num_queries(6):
        Client().get(PAGES[1], headers=HTMX)
    with django_assert_max_num_queries(9):
        Client().get("/embed/help/?title=zxqv wkjh", headers=HTMX)
    with django_assert_max_num_queries(2):
        Client().get(PAGES[0])
    with django_assert_max_num_queries(2):
        Client().get("/embed/help.js")


def test_staff_see_how_it_comes_into_their_product(sam: Member, root: Member) -> None:
    page = signed_in(sam).get("/desk/help-box/").content.decode()
    assert "/embed/help.js&quot; async&gt;&lt;/script&gt;" in page
    assert "On any site." in page
    assert "/admin/" not in page
    make.site(embed_origins="https://shop.example")
    page = signed_in(root).get("/desk/help-box/").content.decode()
    assert "<code>https://shop.example</code>" in page
    assert "/admin/community/site/1/change/" in page
