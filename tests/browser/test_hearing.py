"""Hearing back in a real browser: following, the bell, and a mail that is stopped with one click."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from community.discussions.models import Thread
from community.members.models import Member
from community.notifications.models import Follow, Suppression
from tests import make, tasks
from tests.browser.conftest import Visitor
from tests.browser.pages import LOOKS, violations, walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAYS = pytest.mark.parametrize(("phone", "script"), [(False, True), (True, True), (False, False), (True, False)])


@WAYS
def test_a_follower_gets_one_thai_mail_and_stops_it_with_one_click(
    visit: Visitor, people: dict[str, Member], phone: bool, script: bool
) -> None:
    dao = make.member("dao", name="ดาว", language="th", time_zone="Asia/Bangkok")
    make.confirmed(dao)
    thread = make.thread(by=people["ann"], title="ซิงค์ปฏิทินอย่างไร")
    page = visit(dao, phone=phone, script=script, language="th").open(thread.item.path)
    page.get_by_role("link", name="ติดตาม", exact=True).click()
    if script:
        page.locator("button[value=watching]").click()
    else:
        page.locator("input[value=watching]").check()
        page.get_by_role("main").get_by_role("button", name="บันทึก").click()
    expect(page.get_by_role("link", name="ติดตามทุกอย่าง")).to_be_visible()
    make.reply(thread, by=people["bo"], body="ในแท็บปฏิทิน")
    tasks.run_all()
    (message,) = mail.outbox
    assert message.to == ["dao@example.com"]
    assert "คุณได้รับอีเมลนี้เพราะติดตามกระทู้นี้" in str(message.body)
    assert "ในแท็บปฏิทิน" in str(message.body)
    stranger = visit(phone=phone, script=script)  # wherever the mail is read, nobody is logged in
    url = re.search(r"/unsubscribe/[^\s>]+", str(message.body))
    assert url
    page = stranger.open(url[0])
    page.get_by_role("button", name="เลิกรับอีเมลเรื่องนี้").click()
    expect(page.get_by_role("heading", name="เรียบร้อย")).to_be_visible()
    make.reply(thread, by=people["bo"], body="@dao?")
    tasks.run_all()
    assert len(mail.outbox) == 1


@WAYS
def test_the_bell_leads_to_what_was_said_and_is_quiet_then(
    visit: Visitor, people: dict[str, Member], phone: bool, script: bool
) -> None:
    thread = make.thread(by=people["ann"], title="A good question")
    for _number in range(2):
        make.reply(thread, by=people["bo"])
    tasks.run_all()
    page = visit(people["ann"], phone=phone, script=script).open("/discussions/")
    expect(page.locator(".bell-count")).to_have_text("2")
    page.locator(".bell").click()
    page.get_by_role("link", name=re.compile("2 replies in")).click()
    expect(page).to_have_url(re.compile("#1$"))
    page.goto(page.url.partition("/t/")[0] + "/me/notifications/")
    expect(page.locator(".bell-count")).to_have_count(0)


@WAYS
def test_a_moderator_undoes_a_wrong_merge(visit: Visitor, people: dict[str, Member], phone: bool, script: bool) -> None:
    wrong, other = make.thread(by=people["ann"], title="Not the same"), make.thread(by=people["bo"], title="The other")
    make.reply(wrong, by=people["bo"], body="It stays with me.")
    page = visit(people["sam"], phone=phone, script=script).open(wrong.item.path)
    page.get_by_text("Manage").click()
    page.get_by_role("link", name="Merge into another").click()
    page.get_by_role("main").get_by_role("textbox").fill(str(other.pk))
    page.get_by_role("main").get_by_role("button", name="Merge").click()
    expect(page.get_by_text("It stays with me.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Not the same")).to_be_visible()
    expect(page.get_by_text("It stays with me.")).to_be_visible()
    assert Thread.objects.get(pk=wrong.pk).item.reply_count == 1


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(look: str, visit: Visitor, people: dict[str, Member]) -> None:
    ann = people["ann"]
    make.confirmed(ann)
    thread = make.thread(by=ann, title="A good question", labels=(make.label("sync"),))
    Follow.objects.create(member=ann, place=thread.item.place, level="first")
    for one in ("bo", "sam"):
        make.reply(thread, by=people[one])
    tasks.run_all()
    url = re.search(r"/unsubscribe/[^\s>]+", str(mail.outbox[0].body))
    assert url
    Suppression.objects.create(address="ann@example.com", reason="bounce")
    Suppression.objects.create(address="bo@example.com", reason="complaint")
    make.confirmed(people["bo"])
    pages = [
        "/me/notifications/", "/me/notifications/settings/", "/items/{pk}/follow/", "/places/{place}/follow/",
        "/labels/sync/follow/", url[0],
    ]  # fmt: skip
    pages_by = [(people["bo"], ["/me/notifications/settings/"]), (ann, pages), (people["sam"], ["/desk/mail/"])]
    found = walk(look, visit, pages_by, {"pk": str(thread.pk), "place": str(thread.item.place_id)})
    page = visit(ann, **LOOKS[look]).open(thread.item.path)
    page.locator("a[hx-get$='/follow/']").click()
    expect(page.locator(".menu[open] button[name=level]").first).to_be_visible()
    found += violations(page)
    assert not found, "\n".join(found)
