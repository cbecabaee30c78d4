"""The help box in a shop's own page: another site, with rules and a style of its own."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from community.members.models import Member
from community.search.learn import learn
from community.search.searches import Search
from tests import make
from tests.browser.conftest import Visitor
from tests.browser.pages import violations
from tests.browser.shop import HOSTILE, address, shop
from tests.knowledge import published

__all__ = ["address", "shop"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def article(people: dict[str, Member]) -> object:
    make.site(name="Northwind", brand_colour="#ffdd00")
    made = published(title="ส่งออกตารางงาน", body="เปิดเมนูส่งออก แล้วเลือก **Excel**", language="th")
    published("Export the wombat list", "Open **Wombats**, then [Export](/help/).")
    learn()
    return made


def opened(page: Page) -> FrameLocator:
    page.locator("hearback-help .launcher").click()
    return page.frame_locator("hearback-help iframe")


@pytest.mark.parametrize("phone", [False, True])
def test_a_thai_question_is_solved_in_the_shop(
    phone: bool, visit: Visitor, shop: Callable[..., Page], article: object
) -> None:
    visitor = visit(phone=phone, language="de")
    page = shop(visitor, script='data-language="th"')
    box = opened(page)
    field = box.locator("#box-title")
    expect(field).to_be_focused()
    page.keyboard.type("อยากส่งออกตารางงาน", delay=20)
    answer = box.locator(".answer").first
    link = answer.locator("a.answer-title")
    expect(link).to_have_attribute("href", article.item.get_absolute_url())
    with page.expect_popup() as popup:
        link.click()
    expect(popup.value.locator("h1")).to_have_text("ส่งออกตารางงาน")
    popup.value.close()
    answer.locator("button").click()
    expect(box.locator("h1 .icon-solved")).to_be_visible()
    row = Search.objects.get()
    assert (row.source, row.end, row.language) == ("box", "solved", "th")
    box.locator("form button").click()  # taken back
    expect(box.locator("#box-title")).to_have_value("อยากส่งออกตารางงาน")
    expect(box.locator(".answer")).to_have_count(1)
    assert not Search.objects.exists()
    with page.expect_popup() as popup:
        box.locator('a[href^="/t/new/"]').click()
    expect(popup.value.locator("#id_title")).to_have_value("อยากส่งออกตารางงาน")


def test_nothing_is_set_for_who_only_looks(visit: Visitor, shop: Callable[..., Page], article: object) -> None:
    visitor = visit()
    page = shop(visitor)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    box = opened(page)
    box.locator("#box-title").fill("wombat list")
    expect(box.locator(".answer")).to_have_count(1)
    assert visitor.context.cookies() == []
    assert all(url.startswith((page.url, visitor.base)) for url in asked), asked
    assert page.evaluate("localStorage.length") == 0


def test_the_keyboard_alone_opens_and_closes_it(visit: Visitor, shop: Callable[..., Page], article: object) -> None:
    page = shop(visit(language="pl"))
    launcher = page.locator("hearback-help .launcher")
    expect(launcher).to_have_attribute("aria-expanded", "false")
    launcher.focus()
    page.keyboard.press("Enter")
    expect(launcher).to_have_attribute("aria-expanded", "true")
    frame = page.locator("hearback-help iframe")
    expect(frame).to_have_attribute("title", re.compile("Northwind"))
    expect(page.frame_locator("hearback-help iframe").locator("#box-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("hearback-help dialog")).to_be_hidden()
    expect(launcher).to_be_focused()
    expect(launcher).to_have_attribute("aria-expanded", "false")
    page.locator("main a").focus()  # a link of the shop does the same, and gets the cursor back
    page.keyboard.press("Enter")
    expect(page.frame_locator("hearback-help iframe").locator("#box-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("main a")).to_be_focused()
    assert len(page.context.pages) == 1  # the link was not followed


def test_the_shop_cannot_break_it_nor_it_the_shop(visit: Visitor, shop: Callable[..., Page], article: object) -> None:
    visitor = visit()
    page = shop(visitor, style=HOSTILE, twice=True)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    expect(page.locator("hearback-help")).to_have_count(1)
    launcher = page.locator("hearback-help .launcher")
    expect(launcher).to_be_visible()
    look = "e => { const s = getComputedStyle(e); return [s.fontSize, s.color, s.position, s.transform] }"
    assert page.locator("hearback-help").evaluate("e => getComputedStyle(e).opacity") == "1"
    assert launcher.evaluate(look) == ["16px", "rgb(255, 255, 255)", "fixed", "none"]
    spot = launcher.bounding_box()
    assert spot["y"] + spot["height"] <= 800
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize") == "40px"
    before = page.evaluate("document.documentElement.scrollWidth")
    box = opened(page)
    expect(box.locator("#box-title")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == before
    assert page.evaluate("Object.keys(window).filter((name) => /hearback/i.test(name))") == ["HearbackHelp"]
    page.evaluate("window.postMessage('hearback:close', '*')")  # nobody else closes it
    page.wait_for_timeout(100)
    expect(page.locator("hearback-help dialog")).to_be_visible()
    assert not complaints


def test_it_fills_a_phone_and_goes_the_way_of_its_language(
    visit: Visitor, shop: Callable[..., Page], article: object
) -> None:
    page = shop(visit(phone=True), script='data-language="ar"')
    box = opened(page)
    expect(box.locator("#box-title")).to_be_visible()
    spot = page.locator("hearback-help dialog").bounding_box()
    assert (spot["x"], spot["y"], spot["width"], spot["height"]) == (0, 0, 390, 844)
    assert box.locator("html").get_attribute("dir") == "rtl"
    assert page.locator("hearback-help iframe").evaluate("e => e.scrollWidth <= e.clientWidth")
    page.locator("hearback-help header button").click()
    assert page.locator("hearback-help .launcher").bounding_box()["x"] < 100  # the other side


def test_where_it_may_not_stand_it_opens_beside_the_page(
    visit: Visitor, shop: Callable[..., Page], article: object
) -> None:
    make.site(embed_origins="https://elsewhere.example")
    page = shop(visit())
    with page.expect_popup() as popup:
        page.locator("hearback-help .launcher").click()
    expect(popup.value.locator("#box-title")).to_be_visible()
    expect(page.locator("hearback-help iframe")).to_have_count(0)


def test_without_script_a_link_leads_to_the_page(visit: Visitor, shop: Callable[..., Page], article: object) -> None:
    page = shop(visit(script=False))
    page.locator("main a").click()
    page.locator("#box-title").fill("wombat list")
    page.locator(".hero-ask button").click()
    expect(page.locator(".answer")).to_have_count(1)
    page.locator(".answer button").click()
    assert Search.objects.get().source == "box"
    page.locator("form button").click()
    expect(page.locator("#box-title")).to_have_value("wombat list")
    assert not Search.objects.exists()


def test_what_is_not_found_is_told_once_the_typing_stops(
    visit: Visitor, shop: Callable[..., Page], article: object
) -> None:
    page = shop(visit())
    field = opened(page).locator("#box-title")
    expect(field).to_be_focused()
    with page.expect_response(lambda answer: "/search/seen/" in answer.url):
        field.press_sequentially("zxqv wkjhx", delay=30)
    assert [(row.source, row.text, row.results) for row in Search.objects.all()] == [("box", "zxqv wkjhx", 0)]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing(language: str, visit: Visitor, shop: Callable[..., Page], article: object) -> None:
    page = shop(visit(), script=f'data-language="{language}"')
    box = opened(page)
    box.locator("#box-title").fill("wombat list")
    expect(box.locator(".answer")).to_have_count(1)
    assert not violations(page)  # of what stands in the shop; then of what is in the frame
    for title in ("wombat list", "zxqv wkjh"):
        assert not violations(visit().open(f"/embed/help/?language={language}&title={title}"))
