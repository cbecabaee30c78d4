"""Putting the articles of a section in order with the keyboard alone."""

import re

import pytest
from playwright.sync_api import Page, expect

from community.members.models import Member
from tests.browser.conftest import Visitor
from tests.knowledge import published

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def shows(page: Page, letters: str) -> None:
    expect(page.locator(".row-title")).to_have_text([f"Article {letter}" for letter in letters])


@pytest.mark.parametrize("script", [True, False])
def test_an_article_is_moved_up_twice_by_one_button(script: bool, visit: Visitor, people: dict[str, Member]) -> None:
    for letter in "abcd":
        published(f"Article {letter}")
    page = visit(people["sam"], script=script).open("/help/start/")
    page.get_by_role("link", name="Order").click()
    shows(page, "dcba")
    page.get_by_role("button", name="Move “Article a” up").focus()
    for at in (2, 1):
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("moved="))
        expect(page.locator(".row-title").nth(at)).to_have_text("Article a")
        expect(page.get_by_role("button", name="Move “Article a” up")).to_be_focused()
    number = page.get_by_label("Number of “Article b”")
    number.fill("1")
    number.press("Enter")
    shows(page, "bdac")
    shows(visit().open("/help/start/"), "bdac")
