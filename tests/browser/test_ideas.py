"""Journeys with ideas: suggesting, finding them before they are suggested twice, voting, moving."""

import pytest
from playwright.sync_api import expect

from community.feedback.models import Item, Vote
from community.members.models import Member
from community.search import learn
from roadmap.ideas.models import Idea, Importance
from tests import ideas, make
from tests.browser.conftest import Visitor
from tests.browser.test_journeys import Code, sign_up

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WISHES = {
    "en": ("Dark mode for the night shift", "dark mo"),
    "th": ("โหมดมืดสำหรับกะกลางคืน", "โหมดมืด"),
    "pl": ("Ciemny motyw na nocną zmianę", "ciemny mot"),
    "ar": ("الوضع الداكن للعمل ليلًا", "الوضع الدا"),
    "ko": ("야간 근무자를 위한 다크 모드", "다크"),
}


@pytest.mark.parametrize("language", WISHES)
def test_a_similar_idea_is_found_while_typing_and_voted_for_instead(language: str, visit: Visitor, ann: Member) -> None:
    title, typed = WISHES[language]
    idea = ideas.idea(title, by=ann)
    learn.learn()
    bo = make.member("bo", language=language)
    page = visit(bo, language=language, phone=language in ("th", "ar")).open("/ideas/new/")
    page.locator("#id_title").press_sequentially(typed, delay=20)
    found = page.locator("#similar .idea")
    expect(found.locator(".row-title")).to_have_text(title)
    expect(found.locator(".badge").first).to_be_visible()
    vote = found.locator(".vote")
    expect(vote).to_have_attribute("aria-pressed", "false")
    box = vote.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 44
    before = vote.get_attribute("aria-label") or ""
    vote.click()
    expect(found.locator(".vote")).to_have_attribute("aria-pressed", "true")
    expect(found.locator(".vote")).not_to_have_attribute("aria-label", before)  # the server has answered
    assert set(Vote.objects.filter(item=idea.pk).values_list("member__handle", flat=True)) == {"ann", "bo"}
    assert Idea.objects.count() == 1


@pytest.mark.parametrize("phone", [False, True])
def test_an_idea_without_script(phone: bool, visit: Visitor, ann: Member) -> None:
    ideas.idea("Dark mode for the night shift", by=make.member("bo"))
    ideas.area("pay")
    learn.learn()
    page = visit(ann, script=False, phone=phone).open("/ideas/")
    page.get_by_role("link", name="Suggest an idea").first.click()
    page.fill("#id_title", "Dark colours")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("link", name="Dark mode for the night shift")).to_be_visible()
    page.get_by_label("Product area").select_option(label="Pay")
    page.get_by_label("Your text").fill("My eyes hurt.")
    page.get_by_role("button", name="Suggest", exact=True).click()
    expect(page.get_by_role("heading", name="Dark colours")).to_be_visible()
    expect(page.get_by_text("You voted. How much does this matter to you?")).to_be_visible()
    page.get_by_label("Important").check()
    page.get_by_role("button", name="Tell staff").click()
    expect(page.locator("summary", has_text="How much this matters to you: Important")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_whoever_votes_is_asked_at_once_how_much_it_matters(language: str, visit: Visitor, ann: Member) -> None:
    idea = ideas.idea(by=ann)
    make.replies(idea, 1)  # type: ignore[arg-type]
    bo = make.member("bo", language=language)
    page = visit(bo, language=language, phone=language == "ar").open(idea.item.path)
    vote, form = page.locator(".idea-head .vote"), page.locator(".asked form")
    expect(form).to_have_count(0)
    page.locator(".posts .vote").last.click()  # of a reply: nothing is asked
    vote.click()
    expect(form).to_be_visible()
    expect(vote).to_be_focused()
    first = page.locator(".asked summary").text_content() or "-"
    expect(page.locator(".thread > [role=status]")).to_have_text(first)
    vote.click()
    expect(vote).to_have_attribute("aria-pressed", "false")
    expect(form).to_have_count(0)
    expect(vote).to_be_focused()
    vote.click()
    form.locator("[value=important]").check()
    form.locator("button").click()
    expect(page.locator(".asked summary b")).to_be_visible()
    assert Importance.objects.get().level == "important"


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("phone", [True, False])
def test_a_guest_votes_signs_up_and_the_vote_counts(
    script: bool, phone: bool, visit: Visitor, ann: Member, code: Code
) -> None:
    idea = ideas.idea(by=ann)
    page = visit(script=script, phone=phone).open("/ideas/")
    page.get_by_role("link", name="Upvote Dark mode, 1 vote").click()
    page.get_by_role("button", name="Sign up and vote").click()
    sign_up(page, code, "newcomer")
    page.wait_for_url(f"**/ideas/{idea.pk}/**")
    expect(page.get_by_role("button", name="Upvote Dark mode, 2 votes")).to_have_attribute("aria-pressed", "true")
    assert Item.objects.get(pk=idea.pk).vote_count == 2


@pytest.mark.parametrize("script", [True, False])
def test_staff_move_an_idea_and_everybody_reads_why(script: bool, visit: Visitor, ann: Member, sam: Member) -> None:
    idea = ideas.idea(by=ann)
    page = visit(sam, script=script).open(idea.item.path)
    page.get_by_role("link", name="Move to another stage").click()
    page.get_by_label("Stage", exact=True).select_option(label="Planned")
    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_text("Say in public why")).to_be_visible()
    page.get_by_label("Public answer").fill("In the **spring**.")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="This is what they will read")).to_be_visible()
    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_role("heading", name="What became of it")).to_be_visible()
    guest = visit(phone=True, script=script).open(idea.item.path)
    expect(guest.locator(".move-latest .prose")).to_have_text("In the spring.")
    expect(guest.locator(".idea-head .badge").first).to_contain_text("Planned")


def test_the_board_by_keyboard(visit: Visitor, ann: Member, bo: Member) -> None:
    ideas.idea("Dark mode", by=ann)
    page = visit(bo).open("/ideas/?view=list")
    vote = page.locator(".idea .vote")
    vote.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".idea .vote")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".idea .vote")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dark mode")
