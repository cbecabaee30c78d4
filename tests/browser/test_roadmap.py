"""Journeys with the roadmap: planning, gathering, moving by menu and by hand, on a phone and without script."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from community.members.models import Member
from roadmap.features.models import Feature
from roadmap.releases.publish import publish
from roadmap.releases.write import Line, Told, draft_release, write_entry
from roadmap.subscriptions.links import confirmation_of, end_of
from roadmap.subscriptions.models import Subscription
from tests import ideas
from tests.browser.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("script", [True, False])
def test_staff_plan_a_feature_gather_an_idea_and_move_it(
    script: bool, visit: Visitor, ann: Member, sam: Member
) -> None:
    idea = ideas.idea(by=ann)
    page = visit(sam, script=script).open("/roadmap/")
    page.get_by_role("link", name="Plan a feature").click()
    page.get_by_label("Title").fill("A night theme")
    page.get_by_label("What", exact=True).fill("Dark colours everywhere.")
    page.get_by_label("Stage", exact=True).select_option(label="Planned")
    page.get_by_label("When it comes").select_option(label="A quarter")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Gather an idea").click()
    page.get_by_label("An idea that it fulfils").fill(idea.item.path)
    page.get_by_role("button", name="Gather").click()
    expect(page.get_by_role("link", name="Dark mode")).to_be_visible()
    page.get_by_role("link", name="A night theme").click()
    page.get_by_role("link", name="Move to another stage").click()
    page.get_by_label("Stage", exact=True).select_option(label="Being built")
    page.get_by_label("Public answer").fill("We have begun.")
    page.get_by_role("button", name="Move it").click()
    expect(page.locator(".move-latest .prose")).to_have_text("We have begun.")
    guest = visit(script=script, phone=True).open(idea.item.path)
    expect(guest.locator(".idea-head .badge").first).to_contain_text("Being built")
    guest.get_by_role("link", name="A night theme").click()
    expect(guest.get_by_role("heading", name="You asked for it")).to_be_visible()


def test_a_card_is_dragged_to_another_time_and_others_see_it(visit: Visitor, sam: Member) -> None:
    ideas.feature()
    guest = visit().open("/roadmap/?by=time")
    page = visit(sam).open("/roadmap/?by=time")
    page.locator("[data-card]").drag_to(page.locator("#column-now"))
    expect(page.locator("#column-now .row-title")).to_have_text("A night theme")
    assert Feature.objects.get().horizon == "now"
    expect(guest.locator("#column-next .row-title")).to_have_text("A night theme")
    guest.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as whoever comes back to the page
    expect(guest.locator("#column-now .row-title")).to_have_text("A night theme")


def test_a_card_that_is_dragged_to_another_stage_asks_for_the_answer(visit: Visitor, sam: Member) -> None:
    ideas.feature()
    page = visit(sam).open("/roadmap/")
    page.locator("[data-card]").drag_to(page.locator("#column-building"))
    expect(page.get_by_role("heading", name="Move to another stage")).to_be_visible()
    expect(page.get_by_label("Stage", exact=True)).to_have_value(str(ideas.stage("building").pk))


@pytest.mark.parametrize("script", [True, False])
def test_a_card_moves_by_its_menu_too(script: bool, visit: Visitor, sam: Member) -> None:
    ideas.feature()
    page = visit(sam, script=script).open("/roadmap/?by=time")
    page.get_by_label("Move “A night theme” to…").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Later").click()
    expect(page.locator("#column-later .row-title")).to_have_text("A night theme")


def test_on_a_phone_tabs_lead_to_the_columns(visit: Visitor) -> None:
    for number in range(6):
        ideas.feature(f"Planned {number}")
    ideas.feature("Almost there", "building")
    page = visit(phone=True, script=False).open("/roadmap/")
    page.get_by_role("navigation", name="Columns").get_by_role("link", name="Being built").click()
    expect(page.get_by_role("link", name="Almost there")).to_be_in_viewport()


def test_a_customer_says_whether_it_solves_it(visit: Visitor, ann: Member) -> None:
    feature = ideas.feature(kind="shipped")
    page = visit(ann, script=False, phone=True).open(feature.item.path)
    page.get_by_label("What is missing?").fill("A switch for the kiosk.")
    page.get_by_role("button", name="Not yet").click()
    expect(page.get_by_text("1 says not yet")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_guest_gets_the_changelog_by_mail_and_ends_it(script: bool, visit: Visitor) -> None:
    ideas.area("app"), ideas.area("pay")
    page = visit(script=script, phone=True, language="ko").open("/changelog/")
    page.locator('a[href="/changelog/subscription/"]').click()
    page.locator("#id_address").fill("dee@example.com")
    page.get_by_label("Pay").check()
    page.locator(".form .button-main").click()
    expect(page.get_by_text("dee@example.com")).to_be_visible()
    subscription = Subscription.objects.get()
    assert [area.slug for area in subscription.areas.all()] == ["pay"]
    page.goto(confirmation_of(subscription).replace(settings.SITE_URL, page.url.partition("/changelog")[0]))
    page.locator("main form button").click()
    expect(page.locator("main form")).to_have_count(0)
    assert Subscription.objects.confirmed().get().language == "ko"
    page.goto(end_of(subscription).replace(settings.SITE_URL, page.url.partition("/changelog")[0]))
    page.locator("main form button").click()
    expect(page.locator("main form")).to_have_count(0)
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("script", [True, False])
def test_a_member_is_thanked_by_name_once_they_say_so(script: bool, visit: Visitor, ann: Member, sam: Member) -> None:
    release = draft_release(Told("Version 5", "Words."), by=sam)
    write_entry(release, Line("new", "An entry", ideas=(ideas.idea(by=ann),)), by=sam)
    publish(release, by=sam)
    guest = visit(script=script, phone=True).open("/open/")
    expect(guest.get_by_text("Thanks to 1 member who asked for it")).to_be_visible()
    page = visit(ann, script=script).open("/me/impact/")
    expect(page.get_by_role("heading", name="Shipped because of people like you")).to_be_visible()
    page.get_by_role("button", name="Name me in thanks").click()
    expect(page.get_by_role("button", name="Do not name me")).to_be_visible()
    guest.reload()
    expect(guest.get_by_role("link", name="@ann")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "th", "pl", "ar", "ko"])
def test_the_header_fits_on_a_small_laptop(language: str, visit: Visitor) -> None:
    """In every language, for a guest, whose header says the most."""
    page = visit(language=language).open("/roadmap/")
    for width in (1024, 1100, 1280):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for part in page.locator(".header-in > *").all():
            box = part.bounding_box()
            assert box is None or (box["x"] >= 0 and box["x"] + box["width"] <= width)
