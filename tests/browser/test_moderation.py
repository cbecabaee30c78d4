"""Keeping order with few clicks: on a desktop and on a phone, with and without JavaScript; and the pages for it."""

import pytest
from playwright.sync_api import expect

from community.feedback.models import Item
from community.feedback.states import HOLD, change_state
from community.members.ignoring import ignore
from community.members.models import Member
from community.moderation import champions
from community.moderation.appeal import appeal
from community.moderation.decide import decide
from community.moderation.flag import flag
from community.moderation.models import ModerationEntry
from community.moderation.sanction import sanction
from tests import make
from tests.browser.conftest import Visitor
from tests.browser.pages import LOOKS, walk
from tests.browser.test_journeys import WAYS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@WAYS
def test_a_spam_wave_by_a_new_member_is_cleared_in_four_clicks(
    visit: Visitor, people: dict[str, Member], phone: bool, script: bool
) -> None:
    thread = make.thread(by=people["ann"], title="A good question")
    spammer = make.member("deals", name="Best Deals")
    for number in range(3):
        reply = make.reply(thread, by=spammer, body=f"Pills, offer {number}")
    make.thread(by=spammer, title="Cheap pills")
    flag(reply.item, by=people["bo"], reason="spam")
    page = visit(people["sam"], phone=phone, script=script).open("/desk/")
    main = page.get_by_role("main")
    main.get_by_role("link", name="Moderation").click()  # 1
    main.get_by_role("link", name="Author…").click()  # 2
    main.get_by_role("button", name="Spam: remove everything and suspend").click()  # 3, and there is one to spare
    expect(main.get_by_role("button", name="Bring everything back")).to_be_visible()
    assert set(Item.objects.filter(author=spammer).values_list("state", flat=True)) == {"removed"}
    main.get_by_role("button", name="Bring everything back").click()
    expect(main.get_by_role("button", name="Bring everything back")).to_be_hidden()
    assert set(Item.objects.filter(author=spammer).values_list("state", flat=True)) == {"visible"}


@WAYS
def test_a_reported_reply_is_hidden_and_its_author_told(
    visit: Visitor, people: dict[str, Member], phone: bool, script: bool
) -> None:
    thread = make.thread(by=people["ann"], title="A good question")
    make.reply(thread, by=people["bo"], body="You are all fools")
    reader = visit(people["ann"], phone=phone, script=script).open(thread.item.path)
    post = reader.locator(".post", has_text="You are all fools")
    post.locator("summary").last.click()
    post.get_by_role("link", name="Report").click()
    reader.get_by_label("Insult or abuse").check()
    reader.get_by_label("In your words").fill("He means us all")
    reader.get_by_role("main").get_by_role("button", name="Report").click()
    staff = visit(people["sam"], phone=phone, script=script).open("/desk/moderation/")
    expect(staff.get_by_text("He means us all")).to_be_visible()
    staff.get_by_role("button", name="Hide").click()
    expect(staff.get_by_text("Nothing is reported.")).to_be_visible()
    reader.reload()
    expect(reader.get_by_text("This reply is hidden.")).to_be_visible()
    author = visit(people["bo"], phone=phone, script=script).open("/me/notifications/")
    expect(author.get_by_text("was hidden (Insult or abuse)")).to_be_visible()
    author.get_by_text("was hidden (Insult or abuse)").click()
    expect(author.get_by_text("You are all fools")).to_be_visible()


def test_the_queue_is_worked_by_keys(visit: Visitor, people: dict[str, Member]) -> None:
    replies = [make.reply(make.thread(by=people["ann"]), by=people["bo"], body=f"Words {n}").item for n in range(3)]
    for item in replies:
        flag(item, by=people["ann"], reason="spam")
    page = visit(people["sam"]).open("/desk/moderation/")
    expect(page.locator(".case")).to_have_count(3)
    page.keyboard.press("x")  # nothing is chosen yet
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("h")
    expect(page.locator(".case")).to_have_count(2)
    assert [Item.objects.get(pk=item.pk).state for item in replies] == ["visible", "hidden", "visible"]
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator(".case")).to_have_count(1)
    assert Item.objects.get(pk=replies[2].pk).state == "visible"
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".case")).to_have_count(0)
    assert Item.objects.get(pk=replies[0].pk).state == "removed"


@pytest.fixture
def busy(people: dict[str, Member]) -> dict[str, str]:
    """A site with something of everything that moderation shows."""
    ann, bo, sam = people["ann"], people["bo"], people["sam"]
    thread = make.thread(by=ann, title="A good question")
    reported, hidden = make.reply(thread, by=bo, body="Reported words"), make.reply(thread, by=ann, body="Hidden words")
    flag(reported.item, by=ann, reason="abuse", words="Read it")
    change_state(make.reply(thread, by=bo, body="Held words").item, HOLD, by=None, signals={"trap": 100})
    decide(hidden.item, "hide", by=sam, reason="off-topic", words="Stay with the question")
    sanction(bo, "silence", by=sam, reason="Three insults", days=3)
    sanction(ann, "warning", by=sam, reason="Mind your tone")
    acts = {entry.verb: entry for entry in ModerationEntry.objects.filter(member=ann)}
    appeal(acts["hidden"], by=ann, words="It belonged there")
    champions.make_champion(make.member("priya", name="Priya N"), by=sam, thanks="Always kind")
    ignore(bo, by=ann)
    return {"thread": thread.item.path, "pk": str(reported.pk), "act": str(acts["warning"].pk)}


PUBLIC = ["/moderation/log/", "/champions/", "{thread}"]
MEMBER = ["/items/{pk}/flag/", "/appeals/{act}/", "/me/ignored/", "/members/ann/", "/members/bo/", "{thread}"]
STAFF = [
    "/desk/moderation/", "/desk/moderation/?show=held", "/desk/moderation/items/{pk}/", "/desk/moderation/members/bo/",
    "/desk/moderation/appeals/", "/desk/moderation/rates/", "/desk/moderation/log/", "/desk/moderation/rules/", "{thread}",
]  # fmt: skip


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(look: str, visit: Visitor, people: dict[str, Member], busy: dict[str, str]) -> None:
    boss = make.member("mia", name="Mia Lund", role="manager")
    found = walk(look, visit, [(None, PUBLIC), (people["ann"], MEMBER), (boss, STAFF)], busy)
    assert not found, "\n".join(found)
