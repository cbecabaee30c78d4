"""Reading in a real browser: relative times, and a link that lands where it says."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from community.feedback.models import Item
from community.members.models import Member
from tests import make
from tests.browser.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "3 days ago"), ("th", "3 วันที่แล้ว"), ("pl", "3 dni temu"), ("ar", "قبل 3 أيام"), ("ko", "3일 전")],
)
def test_a_time_says_how_long_ago(language: str, words: str, visit: Visitor, people: dict[str, Member]) -> None:
    thread = make.thread(by=people["ann"])
    Item.objects.filter(pk=thread.pk).update(created_at=timezone.now() - timedelta(days=3, hours=1))
    time = visit(language=language).open(thread.item.path).locator(".post time").first
    expect(time).to_have_text(words)
    year = str(timezone.now().year)
    assert year in (time.get_attribute("title") or "") or str(int(year) + 543) in time.get_attribute("title")


def test_an_old_time_stays_a_date(visit: Visitor, people: dict[str, Member]) -> None:
    thread = make.thread(by=people["ann"])
    reply = make.reply(thread, by=people["bo"])
    for item, days in ((thread.pk, 400), (reply.pk, 1.5)):
        Item.objects.filter(pk=item).update(created_at=timezone.now() - timedelta(days=days))
    times = visit().open(thread.item.path).locator(".post time")
    expect(times.nth(1)).to_have_text("yesterday")
    assert str((timezone.now() - timedelta(days=400)).year) in times.first.inner_text()


@pytest.mark.parametrize("phone", [False, True])
def test_a_link_to_a_reply_lands_on_it(phone: bool, visit: Visitor, people: dict[str, Member]) -> None:
    thread = make.thread(by=people["ann"])
    for number in range(18):
        make.reply(
            thread, by=people["sam"], body=f"Reply {number}\n\n" + "Some words and more of them. " * (10 + number * 9)
        )
    page = visit(phone=phone).open(f"{thread.item.path}#15")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)
    top = page.locator("[id='15']").bounding_box()["y"]
    assert 0 <= top < 200, top
