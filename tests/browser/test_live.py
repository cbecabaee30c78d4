"""An open page in a real browser: what others write arrives, and nothing of the reader's is lost."""

import pytest
from playwright.sync_api import expect

from community.feedback.vote import vote
from community.members.models import Member
from tests import make, tasks
from tests.browser.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WITHIN = 5_000  # milliseconds


@pytest.mark.parametrize("phone", [False, True])
def test_a_new_reply_arrives_while_somebody_types(phone: bool, visit: Visitor, people: dict[str, Member]) -> None:
    thread = make.thread(by=people["ann"])
    make.replies(thread, 6)
    page = visit(people["ann"], phone=phone).open(thread.item.path)
    page.locator("#composer-body").fill("Half a sentence")
    page.wait_for_timeout(1_000)  # until it has asked once
    at = page.locator("#composer-body").bounding_box()
    make.reply(thread, by=people["bo"], body="Here I am.")
    expect(page.get_by_text("Here I am.")).to_be_attached(timeout=WITHIN)
    assert page.locator("#composer-body").input_value() == "Half a sentence"
    page.wait_for_timeout(300)
    now = page.locator("#composer-body").bounding_box()
    assert at
    assert now
    assert abs(at["y"] - now["y"]) < 3
    expect(page.locator("#toasts")).to_contain_text("New replies")
    expect(page.locator("[data-live-facts]")).to_have_text("7 replies")


def test_a_guest_sees_new_replies_and_votes(visit: Visitor, people: dict[str, Member]) -> None:
    thread = make.thread(by=people["ann"])
    reply = make.reply(thread, by=people["bo"])
    page = visit().open(thread.item.path)
    page.wait_for_timeout(1_000)
    vote(reply.item, by=people["ann"])
    make.reply(thread, by=people["sam"], body="Official words.")
    expect(page.get_by_text("Official words.")).to_be_visible(timeout=WITHIN)
    expect(page.locator("article[id='1'] .vote")).to_contain_text("1")


def test_the_bell_rings_on_any_page(visit: Visitor, people: dict[str, Member]) -> None:
    thread = make.thread(by=people["ann"])
    page = visit(people["ann"]).open("/discussions/")
    page.wait_for_timeout(1_000)
    make.reply(thread, by=people["bo"])
    tasks.run_all()
    expect(page.locator(".bell-count")).to_have_text("1", timeout=WITHIN)


def test_a_lost_connection_is_said_and_found_again(visit: Visitor, people: dict[str, Member]) -> None:
    visitor = visit(people["ann"])
    page = visitor.open("/discussions/")
    page.wait_for_timeout(500)
    visitor.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible(timeout=20_000)
    visitor.context.set_offline(False)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#offline")).to_be_hidden(timeout=20_000)
