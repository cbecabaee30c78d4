"""The whole way from a question to what shipped, and merging: in a browser, on a phone and on a desktop, also without script."""

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from community.feedback.models import Item, Vote
from community.members.models import Member
from community.notifications import deliver
from community.notifications.models import Follow
from roadmap.ideas.models import Idea
from roadmap.stages.models import Move
from tests import ideas, make, tasks
from tests.browser.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAYS = pytest.mark.parametrize(("script", "phone"), [(True, False), (False, True)])
# What each hears in the end, in their language: the asker, two who voted and one who follows.
HEARD = {
    "ann": ("th", "คุณขอ"),
    "bo": ("pl", "Twój głos"),
    "cy": ("ko", "추천하셨습니다"),
    "dee": ("ar", "ما تتابعه"),
}


def told() -> dict[str, str]:
    """Handle → the words of the one mail that came since this was asked last."""
    mail.outbox.clear()
    tasks.run_all()
    deliver.pump()
    assert len({one.to[0] for one in mail.outbox}) == len(mail.outbox)
    isolates = {0x2068: None, 0x2069: None}
    return {one.to[0].partition("@")[0]: f"{one.subject}\n{one.body}".translate(isolates) for one in mail.outbox}


def press(page: Page, name: str, role: str = "button") -> None:
    page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]


@WAYS
def test_a_thread_becomes_an_idea_a_feature_and_a_release_and_everyone_who_asked_hears_once(
    script: bool, phone: bool, visit: Visitor, sam: Member
) -> None:
    people = {handle: make.member(handle, language=language) for handle, (language, _words) in HEARD.items()}
    make.confirmed(*people.values(), sam)
    ideas.area()
    thread = make.thread(by=people["ann"], title="Is there a dark mode?", body="My eyes hurt at night.")
    staff = visit(sam, script=script, phone=phone).open(f"/items/{thread.pk}/idea/")
    press(staff, "Make the idea")
    expect(staff.get_by_role("heading", level=1)).to_have_text("Is there a dark mode?")
    idea = Item.objects.get(kind=Idea.KIND)
    for handle in ("bo", "cy"):
        page = visit(people[handle], script=script, phone=phone, language=HEARD[handle][0]).open(idea.path)
        page.locator(".vote[data-vote]").first.click()
        expect(page.locator(".vote[data-vote]").first).to_have_attribute("aria-pressed", "true")
    follower = visit(people["dee"], script=script, phone=phone, language="ar").open(idea.path)
    follower.locator(f"a[href='/items/{idea.pk}/follow/']").first.click()
    if script:
        follower.locator("button[name=level][value=watching]").click()
    else:
        follower.locator("[name=level][value=watching]").check()
        follower.locator("form[data-once] .button-main").click()
    expect(follower.get_by_role("heading", level=1)).to_have_text("Is there a dark mode?")
    assert Vote.objects.filter(item=idea).count() == 3
    assert Follow.objects.filter(item=idea, member=people["dee"], level="watching").exists()

    staff.goto(staff.url.partition("/ideas")[0] + "/roadmap/new/")
    staff.get_by_label("Title").fill("A night theme")
    staff.get_by_label("What", exact=True).fill("Dark colours everywhere.")
    staff.get_by_label("Stage", exact=True).select_option(label="Planned")
    press(staff, "Save")
    press(staff, "Gather an idea", "link")
    staff.get_by_label("An idea that it fulfils").fill(f"#{idea.pk}")
    press(staff, "Gather")
    assert "ann" in told()  # what she wrote became an idea

    staff.goto(staff.url.partition("/roadmap")[0] + "/releases/new/")
    staff.get_by_label("Title").fill("Version 5")
    staff.get_by_label("Introduction").fill("For the night shift.")
    press(staff, "Save")
    press(staff, "Add an entry", "link")
    staff.get_by_label("Title").fill("Dark colours")
    staff.get_by_label("A night theme").check()
    press(staff, "Save")
    press(staff, "Publish", "link")
    expect(staff.get_by_text("4 people who suggested")).to_be_visible()
    assert told() == {}  # nothing before it is published
    press(staff, "Publish now")
    expect(staff.get_by_text("is published.")).to_be_visible()

    heard = told()
    assert heard.keys() == HEARD.keys()
    for handle, (_language, words) in HEARD.items():
        assert words in heard[handle], heard[handle]
    assert told() == {}
    guest = visit(script=script, phone=phone).open(thread.item.path)
    for words in ("Is there a dark mode?", "A night theme", "Version 5"):
        guest.get_by_role("link", name=words).first.click()
        expect(guest.get_by_role("heading", level=1)).to_have_text(words)


@WAYS
def test_merging_and_undoing_it_restores_votes_followers_and_history(
    script: bool, phone: bool, visit: Visitor, ann: Member, bo: Member, cy: Member, sam: Member
) -> None:
    source, target = ideas.idea("Night mode", by=ann), ideas.idea("Dark mode", by=cy)
    ideas.voted(source, bo)
    before = rows()
    page = visit(sam, script=script, phone=phone).open(f"/ideas/{source.pk}/merge/")
    page.locator("[name=into]").fill(f"#{target.pk}")
    press(page, "Preview")
    expect(page.get_by_role("heading", name="This is what comes along")).to_be_visible()
    press(page, "Merge")
    expect(page.get_by_role("link", name="Dark mode").first).to_be_visible()
    assert Item.objects.get(pk=target.pk).vote_count == 3
    press(page, "Undo")
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    assert rows() == before


def rows() -> list[object]:
    columns = ("pk", "stage", "vote_count", "active_at", "path")
    return [
        list(Item.objects.order_by("pk").values_list(*columns)),
        list(Vote.objects.order_by("pk").values_list("pk", "item", "member", "created_at")),
        list(Follow.objects.order_by("pk").values_list("pk", "item", "member", "level")),
        list(Move.objects.order_by("pk").values_list("pk", "item", "stage")),
    ]
