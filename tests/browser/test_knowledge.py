"""The knowledge base in a real browser: read, judged, written, reviewed, translated."""

import re

import pytest
from playwright.sync_api import Page, expect

from community.discussions import decide
from community.feedback.models import Item
from community.knowledge.models import Article
from community.knowledge.verdict import REMARK
from community.members.models import Member
from tests import make
from tests.browser.conftest import Visitor
from tests.knowledge import published, section

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAYS = [(True, True), (False, False)]  # (script, phone)


@pytest.mark.parametrize(("script", "phone"), WAYS)
def test_a_solution_becomes_an_article_in_two_languages_and_a_major_edit_warns(
    script: bool, phone: bool, visit: Visitor, people: dict[str, Member]
) -> None:
    ann, bo, mia = people["ann"], people["bo"], make.member("mia", role="manager")
    thread = make.thread(by=ann, title="How do I sync my calendar?")
    reply = make.reply(thread, by=bo, body="Open **Settings**, then press *Sync*.")
    decide.solve(thread, reply, by=ann)
    section("sync")
    staff = visit(mia, script=script, phone=phone)
    page = staff.open(f"{thread.item.path}")
    page.locator(f'[id="{reply.number}"] summary').last.click()
    page.get_by_role("link", name="Make this an article").first.click()
    page.get_by_label("Section").select_option(label="Sync")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("button", name="Publish now").click()
    expect(page.locator("h1")).to_have_text("How do I sync my calendar?")
    article = Article.objects.get()
    page = staff.open(article.desk_url)
    page.get_by_role("link", name="Polski").click()
    page.get_by_label("Title").fill("Jak zsynchronizować kalendarz?")
    page.locator("#id_body").fill("Otwórz **Ustawienia** i naciśnij *Synchronizuj*.")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("button", name="Publish now").click()
    expect(page.locator("h1")).to_have_text("Jak zsynchronizować kalendarz?")
    page = staff.open(article.desk_url)
    page.locator("#id_body").fill("Open **Settings**, then *Calendars*, and press *Sync*.")
    page.get_by_label("How much it changes").select_option("major")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.locator(".prose-article")).to_contain_text("Calendars")
    reader = visit(script=script, phone=phone, language="pl").open("/help/sync/")
    reader.get_by_role("link", name="Jak zsynchronizować kalendarz?").click()
    expect(reader.locator(".callout.colour-amber")).to_contain_text("oryginał się zmienił")
    expect(reader.locator(".article")).to_contain_text(bo.display_name)


@pytest.mark.parametrize(("script", "phone"), WAYS)
def test_not_helpful_and_outdated_lands_with_staff(
    script: bool, phone: bool, visit: Visitor, people: dict[str, Member]
) -> None:
    article = published("Set up sync", "Open the settings.")
    page = visit(script=script, phone=phone).open(article.item.path)
    page.locator("#helpful").get_by_role("link", name="No").click()
    if not script:
        page.get_by_role("button", name="No, it did not help").click()
    expect(page.locator("#helpful")).to_contain_text("What was the matter?")
    page.get_by_label("It is out of date").check()
    page.get_by_label("Tell us more").fill("The menu has another name now.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#helpful")).to_contain_text("Our staff read this")
    assert Item.objects.get(kind=REMARK).stage == "outdated"
    desk = visit(people["sam"], script=script, phone=phone).open("/desk/articles/")
    expect(desk.locator("main")).to_contain_text("It is out of date: The menu has another name now.")


@pytest.mark.parametrize(("script", "phone"), WAYS)
def test_an_article_is_reviewed_by_a_second_person(
    script: bool, phone: bool, visit: Visitor, people: dict[str, Member]
) -> None:
    section("start")
    page = visit(people["sam"], script=script, phone=phone).open("/desk/articles/new/?title=Print+a+list")
    expect(page.get_by_label("Title")).to_have_value("Print a list")
    page.get_by_label("Section").select_option(label="Start")
    page.locator("#id_body").fill("## Print\n\n1. Open the list.\n2. Press *Print*.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("button", name="Publish now")).to_have_count(0)
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.locator("main")).to_contain_text("waits for somebody else")
    second = visit(make.member("eve", role="agent"), script=script, phone=phone).open("/desk/articles/")
    second.get_by_role("link", name="Print a list").click()
    second.get_by_role("button", name="Publish now").click()
    expect(second.locator(".prose-article li").first).to_contain_text("Open the list.")


def test_a_video_asks_nobody_before_it_is_played(visit: Visitor) -> None:
    article = published("Watch", "https://www.youtube.com/watch?v=abc_DEF-123")
    page = visit().open("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route(re.compile("youtube"), lambda route: route.fulfill(body="<p>film</p>", content_type="text/html"))
    page.goto(page.url.rstrip("/") + article.item.path)
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "youtube" in url]
    page.locator("a.video").click()
    expect(page.locator("iframe.video-frame")).to_be_visible()
    page.wait_for_timeout(200)
    assert [url for url in asked if "youtube-nocookie.com/embed/abc_DEF-123" in url]


def test_headings_are_reached_from_the_contents_by_keyboard(visit: Visitor) -> None:
    body = "\n\n".join(f"## Part {n}\n\n{'Words. ' * 200}" for n in range(1, 5))
    page: Page = visit(phone=True).open(published("Long", body).item.path)
    page.locator(".contents a", has_text="Part 4").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#h-part-4")).to_be_in_viewport()
