"""What people come for, on a desktop and on a phone, with and without JavaScript."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from community.conversations.models import Reply
from community.discussions.models import Solution, Thread
from community.feedback.models import Draft, Vote
from community.members.models import Member
from tests import make
from tests.browser.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAYS = pytest.mark.parametrize(
    ("phone", "script"),
    [(False, True), (False, False), (True, True), (True, False)],
    ids=["desktop", "desktop-noscript", "phone", "phone-noscript"],
)
Code = Callable[[], str]


def write(page: Page, text: str) -> None:
    page.locator("textarea[name=body]").fill(text)


def sign_up(page: Page, code: Code, handle: str) -> None:
    """From the form of the sign-up to behind the code that came by mail."""
    page.get_by_label("E-mail address").fill(f"{handle}@example.com")
    page.get_by_label("Handle").fill(handle)
    page.get_by_role("checkbox").check()
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    page.get_by_label("Code").fill(code())
    page.get_by_role("button", name="Confirm").click()


@WAYS
def test_a_guest_s_reply_is_there_after_signing_up(
    visit: Visitor, people: dict[str, Member], code: Code, phone: bool, script: bool
) -> None:
    thread = make.thread(by=people["ann"], title="How do I export?")
    page = visit(phone=phone, script=script).open("/discussions/")
    page.get_by_role("link", name="How do I export?").click()
    page.get_by_role("link", name=re.compile("Write a reply")).click()
    write(page, "Use the **File** menu.")
    page.get_by_role("button", name="Sign up and reply").click()
    sign_up(page, code, "nok")
    expect(page.locator(".post strong", has_text="File")).to_be_visible()
    assert page.url.endswith("#1")
    assert Reply.objects.get(about=thread.pk).item.author.handle == "nok"


@WAYS
def test_a_question_is_asked_answered_and_solved(
    visit: Visitor, people: dict[str, Member], phone: bool, script: bool
) -> None:
    make.thread(by=people["bo"], title="Calendar feed shows yesterday")
    make.category("calendars", name="Calendars")
    ann = visit(people["ann"], phone=phone, script=script)
    page = ann.open("/t/new/")
    page.get_by_label("Title").fill("Calendar feed shows the wrong day")
    if script:
        expect(page.get_by_role("link", name="Calendar feed shows yesterday")).to_be_visible()
    page.get_by_role("main").get_by_role("button", name="Go on").click()
    expect(page.get_by_role("link", name="Calendar feed shows yesterday")).to_be_visible()
    page.get_by_label("Category").select_option(label="Calendars")
    write(page, "Since Monday it is a day late.")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.get_by_role("heading", name="Calendar feed shows the wrong day")).to_be_visible()
    thread = Thread.objects.get(item__title="Calendar feed shows the wrong day")

    sam = visit(people["sam"], phone=phone, script=script).open(thread.item.path)
    write(sam, "Fixed in 4.18. Please refresh the feed.")
    sam.get_by_label("Official answer").check()
    sam.get_by_role("main").get_by_role("button", name="Reply", exact=True).click()
    expect(sam.locator(".post-official .badge-staff")).to_be_visible()

    page = ann.open(thread.item.path)
    answer = page.locator('[id="1"]')
    answer.locator("summary").click()
    answer.get_by_role("button", name="This solved it").click()
    expect(page.locator(".solution")).to_contain_text("Fixed in 4.18")
    assert Solution.objects.get().by == people["ann"]


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_two_tabs_one_draft_nothing_lost(visit: Visitor, people: dict[str, Member], phone: bool) -> None:
    thread = make.thread(by=people["ann"])
    bo = visit(people["bo"], phone=phone)
    first, second = bo.open(thread.item.path), bo.tab(thread.item.path)
    first.bring_to_front()
    first.locator("textarea[name=body]").press_sequentially("Written in the first tab")
    expect(first.locator("[data-status]")).to_contain_text("Saved")
    second.bring_to_front()
    second.locator("textarea[name=body]").press_sequentially("Written in the second tab")
    dialog = second.locator("dialog[open]")
    expect(dialog).to_be_visible()
    expect(dialog.locator("[data-theirs]")).to_have_value("Written in the first tab")
    expect(dialog.locator("[data-mine]")).to_have_value("Written in the second tab")
    dialog.get_by_role("button", name="Keep this one").click()
    expect(second.locator("[data-status]")).to_contain_text("Saved")
    assert Draft.objects.get().body == "Written in the second tab"
    third = bo.tab(thread.item.path)
    expect(third.locator("textarea[name=body]")).to_have_value("Written in the second tab")


def test_a_vote_is_optimistic_and_kept(visit: Visitor, people: dict[str, Member]) -> None:
    thread = make.thread(by=people["ann"], title="Dark mode")
    page = visit(people["bo"]).open(thread.item.path)
    button = page.get_by_role("button", name=re.compile("Upvote Dark mode"))
    button.click()
    expect(page.locator(".vote[aria-pressed=true]")).to_be_visible()
    expect(page.get_by_role("button", name="Upvote Dark mode, 1 vote")).to_be_visible()
    assert Vote.objects.count() == 1
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["width"] >= 44


def test_a_lost_network_rolls_the_vote_back_and_keeps_the_text(visit: Visitor, people: dict[str, Member]) -> None:
    thread = make.thread(by=people["ann"], title="Offline")
    bo = visit(people["bo"])
    page = bo.open(thread.item.path)
    bo.context.set_offline(True)
    page.get_by_role("button", name=re.compile("Upvote Offline")).click()
    expect(page.locator("#toasts")).to_contain_text("did not go through")
    expect(page.locator(".vote[aria-pressed=true]")).to_have_count(0)
    page.locator("textarea[name=body]").press_sequentially("Words without a net")
    expect(page.locator("[data-status]")).to_contain_text("kept on this device")
    bo.context.set_offline(False)
    expect(page.locator("[data-status]")).to_contain_text("Saved")
    assert Draft.objects.get().body == "Words without a net"


def test_typed_text_survives_an_expired_log_in(visit: Visitor, people: dict[str, Member]) -> None:
    thread = make.thread(by=people["ann"])
    bo = visit(people["bo"])
    page = bo.open(thread.item.path)
    bo.context.clear_cookies(name="sessionid")
    page.locator("textarea[name=body]").press_sequentially("Dear words")
    expect(page.locator("[data-status]")).to_contain_text("signed out")
    assert page.evaluate("Object.values(localStorage).some(text => text.includes('Dear words'))")


@pytest.mark.parametrize("way", ["key", "click"])
def test_r_opens_the_composer_of_a_guest(visit: Visitor, people: dict[str, Member], way: str) -> None:
    thread = make.thread(by=people["ann"])
    page = visit().open(thread.item.path)
    if way == "key":
        page.keyboard.press("r")
    else:
        page.get_by_role("link", name=re.compile("Write a reply")).click()
    area = page.locator("textarea[name=body]")
    expect(area).to_be_focused()
    page.keyboard.type("rerr")
    expect(area).to_have_value("rerr")
    assert page.url.endswith(thread.item.path)


def test_a_preview_that_is_refused_says_why(
    visit: Visitor, people: dict[str, Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("community.members.limits.PREVIEWS_A_MINUTE", 1)
    thread = make.thread(by=people["ann"])
    page = visit().open(f"/items/{thread.pk}/reply/")
    write(page, "**precious**")
    for shown in ("precious", "many previews"):
        page.get_by_role("button", name="Preview").click()
        expect(page.locator("[data-preview]")).to_contain_text(shown)
        page.get_by_role("button", name="Write").click()
    expect(page.locator("textarea[name=body]")).to_have_value("**precious**")


def test_ctrl_enter_preview_emoji_and_mentions(visit: Visitor, people: dict[str, Member]) -> None:
    thread = make.thread(by=people["ann"])
    page = visit(people["bo"]).open(thread.item.path)
    area = page.locator("textarea[name=body]")
    area.press_sequentially("Thanks @sa")
    expect(page.get_by_role("option", name=re.compile("Sam Rivera"))).to_be_visible()
    area.press("Enter")
    expect(area).to_have_value(re.compile("@sam "))
    area.press_sequentially("**well done**")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("[data-preview] strong")).to_have_text("well done")
    page.get_by_role("button", name="Write", exact=True).click()
    area.press("Control+Enter")
    expect(page.locator('[id="1"]')).to_contain_text("well done")
    assert Reply.objects.count() == 1


def test_a_double_click_sends_once(visit: Visitor, people: dict[str, Member]) -> None:
    thread = make.thread(by=people["ann"])
    page = visit(people["bo"]).open(thread.item.path)
    write(page, "Only once, please")
    page.get_by_role("main").get_by_role("button", name="Reply", exact=True).dblclick()
    expect(page.locator('[id="1"]')).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert Reply.objects.count() == 1


def test_the_keyboard_does_it_all_and_can_be_switched_off(visit: Visitor, people: dict[str, Member]) -> None:
    for number in range(3):
        make.thread(by=people["ann"], title=f"Thread {number}")
    bo = visit(people["bo"])
    page = bo.open("/discussions/")
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)  # until then the keys are the dialog's
    rows = page.locator("[data-row]")
    for key, row in (("j", 0), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        expect(rows.nth(row)).to_have_attribute("data-current", "")
    page.keyboard.press("o")
    expect(page).to_have_url(re.compile("/t/"))
    page.keyboard.press("r")
    expect(page.locator("textarea[name=body]")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("c")
    expect(page).to_have_url(re.compile("/t/new/"))
    Member.objects.filter(handle="bo").update(keys_on=False)
    page = bo.open("/discussions/")
    page.keyboard.press("c")
    page.wait_for_timeout(300)
    assert page.url.endswith("/discussions/")


def test_load_more_joins_the_list_and_is_a_plain_link(visit: Visitor, people: dict[str, Member]) -> None:
    for number in range(45):
        make.thread(by=people["sam"], title=f"Thread {number:02}")
    page = visit().open("/discussions/")
    page.get_by_role("link", name="Load more").click()
    expect(page.locator(".row")).to_have_count(40)
    page = visit(script=False).open("/discussions/")
    page.get_by_role("link", name="Load more").click()
    expect(page.locator(".row")).to_have_count(20)
    expect(page.get_by_role("link", name="Thread 24")).to_be_visible()


def test_a_guest_votes_and_the_vote_is_counted_after_the_sign_up(
    visit: Visitor, people: dict[str, Member], code: Code
) -> None:
    thread = make.thread(by=people["ann"], title="Dark mode")
    page = visit(script=False).open(thread.item.path)
    page.get_by_role("link", name=re.compile("Upvote Dark mode")).click()
    page.get_by_role("button", name="Sign up and vote").click()
    sign_up(page, code, "newcomer")
    expect(page.get_by_role("heading", name="Dark mode")).to_be_visible()
    assert Vote.objects.get().member.handle == "newcomer"
