"""What is new, in a shop's own page: counted in the reader's browser, opened, read and closed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from community.members.models import Member
from roadmap.releases.models import Release
from roadmap.releases.publish import publish
from roadmap.releases.write import Line, Told, draft_release, write_entry
from tests import ideas, make
from tests.browser.conftest import Visitor
from tests.browser.pages import violations
from tests.browser.shop import HOSTILE, address, shop

__all__ = ["address", "shop"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Shopping = Callable[..., Page]


def released(title: str, sam: Member, *, days: int = 0) -> None:
    release = draft_release(Told(title, "What is **new**."), by=sam)
    write_entry(release, Line("new", "A night theme", "Dark.", area=ideas.area()), by=sam)
    publish(release, by=sam)
    release.refresh_from_db()
    assert release.published_at
    Release.objects.filter(pk=release.pk).update(published_at=release.published_at - timedelta(days=days))


@pytest.fixture
def releases(people: dict[str, Member]) -> None:
    make.site(name="Northwind", brand_colour="#ffdd00")
    released("Long ago", people["sam"], days=60)
    released("Version 4", people["sam"], days=3)
    released("Version 5", people["sam"], days=1)


def opened(page: Page) -> FrameLocator:
    page.locator("hearback-changelog .launcher").click()
    return page.frame_locator("hearback-changelog iframe")


def test_it_counts_until_the_reader_looks(
    visit: Visitor, shop: Shopping, releases: None, people: dict[str, Member]
) -> None:
    visitor = visit()
    page = shop(visitor, at="changelog")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    launcher = page.locator("hearback-changelog .launcher")
    expect(launcher).to_have_accessible_name("What’s new (new: 2)")
    expect(launcher.locator("b")).to_have_text("2")
    expect(page.locator("main a")).to_have_attribute("data-hearback-count", "2")
    panel = opened(page)
    expect(panel.get_by_role("heading", name="Version 5")).to_be_visible()
    expect(launcher).to_have_accessible_name("What’s new")
    assert all(url.startswith((page.url, visitor.base)) for url in asked), asked
    assert visitor.context.cookies() == []
    assert page.evaluate("localStorage.length") == 1
    page.reload()
    expect(launcher).to_have_accessible_name("What’s new")
    released("Version 6", people["sam"])
    visitor.context.new_page()
    fresh = visit()
    again = shop(fresh, at="changelog")
    expect(again.locator("hearback-changelog .launcher b")).to_have_text("3")  # another reader


def test_the_keyboard_alone_opens_reads_and_closes_it(visit: Visitor, shop: Shopping, releases: None) -> None:
    page = shop(visit(), at="changelog")
    launcher = page.locator("hearback-changelog .launcher")
    launcher.focus()
    page.keyboard.press("Enter")
    panel = page.frame_locator("hearback-changelog iframe")
    expect(panel.get_by_role("link", name="Version 5")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("hearback-changelog dialog")).to_be_hidden()
    expect(launcher).to_be_focused()
    page.locator("main a").focus()
    page.keyboard.press("Enter")
    expect(page.locator("hearback-changelog dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("main a")).to_be_focused()


def test_it_speaks_the_language_of_the_page_and_fills_a_phone(visit: Visitor, shop: Shopping, releases: None) -> None:
    page = shop(visit(phone=True), at="changelog", language="ar-EG", style=HOSTILE, twice=True)
    expect(page.locator("hearback-changelog")).to_have_count(1)
    panel = opened(page)
    expect(panel.locator("html")).to_have_attribute("dir", "rtl")
    expect(panel.locator("h2").first).to_be_visible()
    spot = page.locator("hearback-changelog dialog").bounding_box()
    assert spot
    assert (spot["x"], spot["y"], spot["width"], spot["height"]) == (0, 0, 390, 844)
    assert page.locator("hearback-changelog iframe").evaluate("e => e.scrollWidth <= e.clientWidth")


def test_where_it_may_not_stand_it_opens_beside_the_page(visit: Visitor, shop: Shopping, releases: None) -> None:
    make.site(embed_origins="https://elsewhere.example")
    page = shop(visit(), at="changelog")
    with page.expect_popup() as popup:
        page.locator("hearback-changelog .launcher").click()
    expect(popup.value.get_by_role("heading", name="Version 5")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing(language: str, visit: Visitor, shop: Shopping, releases: None) -> None:
    page = shop(visit(), at="changelog", language=language)
    expect(opened(page).locator("h2").first).to_be_visible()
    assert not violations(page)
