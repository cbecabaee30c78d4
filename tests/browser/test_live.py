"""An open page in a real browser: what others write arrives, and nothing of the reader's is lost."""

import re

import pytest
from playwright.sync_api import Page, expect

from community.feedback.vote import vote
from community.members.models import Member
from tests import make, tasks
from tests.browser.conftest import Visit, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WITHIN = 5_000  # milliseconds
SOON = 4_000  # until it asks again


def opened(visitor: Visit, path: str) -> Page:
    """A page that has asked once, and whose clock is put forward by the tests."""
    page = visitor.context.new_page()
    page.clock.install()
    with page.expect_response(re.compile(r"/live/")):
        page.goto(visitor.base + path)
    return page


@pytest.mark.parametrize("phone", [False, True])
def test_a_new_reply_arrives_while_somebody_types(phone: bool, visit: Visitor, people: dict[str, Member]) -> None:
    thread = make.thread(by=people["ann"])
    make.replies(thread, 6)
    page = opened(visit(people["ann"], phone=phone), thread.item.path)
    page.locator("#composer-body").fill("Half a sentence")
    page.wait_for_timeout(300)  # on a phone it has come up by then
    at = page.locator("#composer-body").bounding_box()
    make.reply(thread, by=people["bo"], body="Here I am.")
    page.clock.fast_forward(SOON)
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
    page = opened(visit(), thread.item.path)
    vote(reply.item, by=people["ann"])
    make.reply(thread, by=people["sam"], body="Official words.")
    page.clock.fast_forward(SOON)
    expect(page.get_by_text("Official words.")).to_be_visible(timeout=WITHIN)
    expect(page.locator("article[id='1'] .vote")).to_contain_text("1")


def test_the_bell_rings_on_any_page(visit: Visitor, people: dict[str, Member]) -> None:
    thread = make.thread(by=people["ann"])
    page = opened(visit(people["ann"]), "/discussions/")
    make.reply(thread, by=people["bo"])
    tasks.run_all()
    page.clock.fast_forward(SOON)
    expect(page.locator(".bell-count")).to_have_text("1", timeout=WITHIN)


def test_a_lost_connection_is_said_and_found_again(visit: Visitor, people: dict[str, Member]) -> None:
    visitor = visit(people["ann"])
    page = opened(visitor, "/discussions/")
    visitor.context.set_offline(True)
    for wait in (SOON, 2 * SOON):
        with page.expect_request(re.compile(r"/live/")):
            page.clock.fast_forward(wait)
    expect(page.locator("#offline")).to_be_visible(timeout=20_000)
    visitor.context.set_offline(False)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#offline")).to_be_hidden(timeout=20_000)
