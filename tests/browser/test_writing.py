"""Writing in a real browser: an edit is drafted like a reply, and thrown away it is what was published."""

import pytest
from playwright.sync_api import expect

from community.members.models import Member
from tests import make
from tests.browser.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("of", ["threads", "replies"])
def test_an_edit_is_drafted_previewed_and_discarded(
    of: str, phone: bool, visit: Visitor, people: dict[str, Member]
) -> None:
    thread = make.thread(by=people["ann"], body="What was said.")
    reply = make.reply(thread, by=people["ann"], body="What was said.")
    page = visit(people["ann"], phone=phone).open(f"/{of}/{thread.pk if of == 'threads' else reply.pk}/edit/")
    words = page.locator("textarea[name=body]")
    words.fill("What is **now** said.")
    expect(page.locator("[data-status]")).to_contain_text("Saved")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("[data-preview] strong")).to_have_text("now")
    page.reload()
    expect(words).to_have_value("What is **now** said.")
    page.get_by_role("button", name="Discard").click()
    expect(words).to_have_value("What was said.")
    expect(page.locator("[data-discard-draft]")).to_have_count(0)
