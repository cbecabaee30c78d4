"""Searching in a real browser: while typing, with the keyboard alone, and without script."""

import re

import pytest
from playwright.sync_api import expect

from community.discussions import decide
from community.feedback.models import Item
from community.members.models import Member
from community.search.learn import learn
from community.search.searches import Search
from tests import make
from tests.browser.conftest import Visitor
from tests.knowledge import published

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def threads(people: dict[str, Member]) -> dict[str, str]:
    thai = make.thread(by=people["ann"], title="เปลี่ยนรหัสผ่านอย่างไร", body="เข้าสู่ระบบไม่ได้", language="th")
    decide.solve(thai, make.reply(thai, by=people["sam"], body="กดที่ลืมรหัสผ่าน"), by=people["ann"])
    korean = make.thread(
        by=people["sam"], title="비밀번호를 바꾸고 싶어요", body="로그인이 되지 않습니다.", language="ko"
    )
    learn()
    return {"thai": thai.item.path, "korean": korean.item.path}


@pytest.mark.parametrize("phone", [False, True])
def test_a_thai_question_is_answered_while_it_is_typed_and_not_asked(
    phone: bool, visit: Visitor, threads: dict[str, str]
) -> None:
    page = visit(language="th", phone=phone).open("/t/new/")
    page.locator("#id_title").press_sequentially("ลืมรหัสผ่าน", delay=20)
    answer = page.locator("#similar .answer").first
    expect(answer.locator(f'a[href^="{threads["thai"]}"]')).to_be_visible()  # the solution: …#reply
    expect(answer.locator("mark").first).to_be_visible()
    answer.locator("summary").click()
    expect(answer.locator(".prose")).to_contain_text("กดที่ลืมรหัสผ่าน")
    answer.locator("button").click()
    expect(page).to_have_url(re.compile("/deflections/"))
    assert Search.objects.get().end == "solved"
    page.locator('button[name="go"][value=""]').click()  # taken back
    expect(page.locator('button[name="item"]')).to_be_visible()
    assert not Search.objects.exists()
    page.locator('button[name="item"]').click()
    expect(page.locator('button[name="go"][value=""]')).to_be_visible()
    assert Search.objects.get().end == "solved"
    assert Item.objects.filter(kind="thread").count() == len(threads)


def test_a_thai_question_finds_its_article_while_it_is_typed(visit: Visitor, threads: dict[str, str]) -> None:
    article = published(title="ส่งออกตารางงาน", body="เปิดเมนูส่งออก แล้วเลือก **Excel**", language="th")
    page = visit(language="th").open("/")
    page.locator("#ask").press_sequentially("อยากส่งออกตารางงาน", delay=20)
    answer = page.locator("#similar .answer").first
    expect(answer.locator("a.answer-title")).to_have_attribute("href", article.item.get_absolute_url())
    answer.locator("button").click()
    expect(page).to_have_url(re.compile("/deflections/"))
    assert Search.objects.get().solved_by == article.item


@pytest.mark.parametrize("phone", [False, True])
def test_without_script_the_next_step_shows_what_answers_it(
    phone: bool, visit: Visitor, threads: dict[str, str]
) -> None:
    page = visit(language="th", phone=phone, script=False).open("/t/new/")
    page.locator("#id_title").fill("ลืมรหัสผ่าน")
    page.locator(".hero-ask button").click()
    answer = page.locator(".answer").first
    expect(answer).to_contain_text("กดที่ลืมรหัสผ่าน")
    answer.locator("summary").click()
    expect(answer.locator(".prose")).to_be_visible()
    answer.locator("button").click()
    assert Search.objects.get().language == "th"
    page.locator('button[value="ask"]').click()  # not quite: nothing that was typed is lost
    expect(page.locator("#id_title")).to_have_value("ลืมรหัสผ่าน")
    assert not Search.objects.exists()


def test_enter_in_the_title_goes_on_and_counts_nothing(visit: Visitor, threads: dict[str, str]) -> None:
    page = visit(language="ko").open("/t/new/")
    page.locator("#id_title").press_sequentially("비밀번호", delay=20)
    expect(page.locator(".answer").first).to_be_visible()
    page.locator("#id_title").press("Enter")
    expect(page).to_have_url(re.compile(r"/t/new/\?title="))
    page.locator("#id_title").press("Enter")  # something is missing: nothing was sent
    assert not Search.objects.exists()


def test_the_box_offers_threads_and_arrows_walk_through_them(visit: Visitor, threads: dict[str, str]) -> None:
    page = visit(language="ko").open("/discussions/")
    page.keyboard.press("/")
    page.keyboard.type("비밀번")
    first = page.locator("#suggestions a").first
    expect(first).to_contain_text("비밀번호")
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#suggestions a")).to_have_count(0)
    expect(page.locator(".find input")).to_be_focused()


@pytest.mark.parametrize("phone", [False, True])
def test_a_korean_search_with_a_typing_error_works_without_script(
    phone: bool, visit: Visitor, threads: dict[str, str]
) -> None:
    page = visit(script=False, phone=phone, language="ko").open("/search/")
    page.locator("#q").fill("비밀번허")
    page.locator(".search-box button").click()
    expect(page.locator(".result a.row-title").first).to_contain_text("비밀번호")
    expect(page.locator(".result mark").first).to_be_visible()


def test_what_became_of_a_search_is_told(visit: Visitor, threads: dict[str, str], people: dict[str, Member]) -> None:
    someone = visit(people["bo"])
    page = someone.open("/search/?q=비밀번호")
    with page.expect_request("**/search/seen/"):
        page.locator(".result a.row-title").first.click()
    page = someone.open("/search/?q=wkjhzx")
    with page.expect_request("**/search/seen/"):
        page.locator("#q").fill("비밀번호")
        page.locator(".search-box button").click()
    page.wait_for_load_state("networkidle")
    page = someone.open("/search/")
    expect(page.locator(".recent a")).to_have_text(["비밀번호", "wkjhzx"])
    told = {
        one.text: (one.results, one.is_clicked, one.is_reformulated) for one in Search.objects.order_by("is_clicked")
    }
    assert told == {"비밀번호": (1, True, False), "wkjhzx": (0, False, True)}
    page.locator('form[action$="removal/"] button').click()
    expect(page.locator(".recent a")).to_have_count(0)
