"""A survey as those meet it who get its mail: in five languages, with a thumb or the keyboard, with script or without."""

import re

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from community.members.models import Member
from community.notifications import deliver
from surveys.responses.models import Answer, Response
from tests import make, surveys
from tests.browser.conftest import Visitor
from tests.browser.pages import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def link_to(language: str, **fields: str) -> str:
    """The path of the link in the mail that somebody of that language got."""
    surveys.person(make.member("nok", name="Nok Sae", language=language))
    surveys.chosen(surveys.survey(**fields))
    mail.outbox.clear()
    deliver.pump()
    found = re.search(r"https?://[^/]+(/s/(?!end)[^?\s]+)", str(mail.outbox[0].body))
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("language", "thanks"),
    [
        ("en", "Thank you, that is noted."),
        ("th", "ขอบคุณ เราบันทึกแล้ว"),
        ("pl", "Dziękujemy, zapisano."),
        ("ar", "شكرًا، تم التسجيل."),
        ("ko", "고맙습니다. 잘 받았습니다."),
    ],
)
@pytest.mark.parametrize("script", [True, False])
def test_the_number_of_the_mail_is_confirmed_and_words_follow(
    script: bool, language: str, thanks: str, visit: Visitor, people: dict[str, Member]
) -> None:
    path = link_to(language)
    page = visit(script=script, phone=script, language=language).open(path + "?score=9")
    expect(page.get_by_role("radio", name="9")).to_be_checked()
    assert not Response.objects.exists()  # looking counts nothing
    if script:
        assert violations(page) == []
        _numbers_run(page, right_to_left=language == "ar")
    page.locator("main .button-main").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(thanks)
    assert Response.objects.get().score == 9
    if script:
        assert violations(page) == []
    page.locator("textarea").fill("สั้น ๆ · krótko · قصير · 짧게")
    page.locator("main .button-main").click()
    expect(page.locator("textarea")).to_have_count(0)
    assert Response.objects.get().item.body == "สั้น ๆ · krótko · قصير · 짧게"


def _numbers_run(page: Page, *, right_to_left: bool) -> None:
    first, second = (page.locator(".scale-mark").nth(at).bounding_box() for at in (0, 1))
    assert first
    assert second
    assert (first["x"] > second["x"]) == right_to_left
    assert first["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_arrows_move_and_enter_sends(visit: Visitor, people: dict[str, Member]) -> None:
    page = visit().open(link_to("en"))
    page.get_by_role("radio", name="0", exact=True).focus()
    for _press in range(7):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="7")).to_be_checked()
    page.wait_for_timeout(300)
    assert not Response.objects.exists()
    page.keyboard.press("Enter")
    expect(page.get_by_text("What would make it a 10?")).to_be_visible()
    assert Response.objects.get().score == 7


@pytest.mark.parametrize("phone", [True, False])
def test_a_tap_on_a_number_sends_it(phone: bool, visit: Visitor, people: dict[str, Member]) -> None:
    page = visit(phone=phone).open(link_to("en"))
    mark = page.locator(".scale-mark", has_text="3").first
    mark.tap() if phone else mark.click()
    expect(page.get_by_text("What went wrong")).to_be_visible()
    assert Response.objects.get().score == 3
    page.get_by_role("link", name="Choose another number").click()
    page.wait_for_url("**?change")  # and its script is there
    page.get_by_role("radio", name="10").click(force=True)
    expect(page.get_by_text("What do you like most?")).to_be_visible()
    assert [one.score for one in Response.objects.all()] == [10]


def test_a_tap_anywhere_confirms_what_the_mail_chose(visit: Visitor, people: dict[str, Member]) -> None:
    page = visit(phone=True).open(link_to("en") + "?score=6")
    expect(page.get_by_text("It counts once you confirm")).to_be_visible()
    page.evaluate("document.body.dispatchEvent(new PointerEvent('pointerup', { bubbles: true }))")  # a program's
    page.wait_for_timeout(300)
    assert not Response.objects.exists()
    page.touchscreen.tap(200, 700)
    expect(page.get_by_text("What went wrong")).to_be_visible()
    assert Response.objects.get().score == 6


def test_staff_make_a_survey_and_read_what_came_of_it(visit: Visitor, people: dict[str, Member]) -> None:
    surveys.person(people["ann"])
    page = visit(people["sam"]).open("/desk/")
    page.get_by_role("link", name="Surveys").click()
    page.get_by_role("link", name="New survey").first.click()
    page.get_by_label("Name", exact=True).fill("Autumn")
    page.get_by_label("Colours of the scale").select_option("traffic")
    assert violations(page) == []
    page.get_by_role("button", name="Go on to the question").click()
    page.get_by_role("link", name=re.compile("How likely are you to recommend")).click()
    expect(page.locator(".survey-preview .scale-mark")).to_have_count(11)
    assert violations(page) == []
    page.get_by_label("Question").fill("Would you tell a friend?")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Would you tell a friend?")).to_be_visible()
    page.get_by_role("link", name="Say who is asked").click()
    page.get_by_label("In working hours").uncheck()
    assert violations(page) == []
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Running")).to_be_visible()
    surveys.chosen(surveys.Campaign.objects.get())
    deliver.pump()
    page.reload()
    expect(page.get_by_text("Too few answers for a score")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name="Why was this person asked, or not?").click()
    page.get_by_label("A member’s name or an e-mail address").fill("ann")
    page.keyboard.press("Enter")
    expect(page.get_by_text("and have not answered")).to_be_visible()
    assert violations(page) == []


def _with_questions() -> str:
    campaign = surveys.survey()
    reason = surveys.question(campaign, "What is the main reason?", "Speed", "Price", bands=["detractor"])
    surveys.question(campaign, "What would be fair?", only_if=surveys.option(reason, "Price"))
    surveys.person(make.member("nok", name="Nok Sae"))
    surveys.chosen(campaign)
    mail.outbox.clear()
    deliver.pump()
    found = re.search(r"https?://[^/]+(/s/(?!end)[^?\s]+)", str(mail.outbox[0].body))
    assert found
    return found[1]


def test_a_question_shows_once_its_condition_holds(visit: Visitor, people: dict[str, Member]) -> None:
    page = visit(phone=True).open(_with_questions() + "?score=2")
    page.locator("main .button-main").click()
    fair = page.get_by_label("What would be fair?")
    expect(page.get_by_role("group", name="What is the main reason?")).to_be_visible()
    expect(fair).to_be_hidden()
    page.get_by_role("radio", name="Speed").focus()
    page.keyboard.press("Space")
    expect(fair).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(fair).to_be_visible()
    expect(page.get_by_text("Only if you answered")).to_be_hidden()  # it goes without saying
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    fair.fill("Half")
    page.locator("main .button-main").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for your time.")
    assert [one.text for one in Answer.objects.order_by("pk")] == ["Price", "Half"]
    page.get_by_role("link", name="Change what I said").click()
    expect(page.get_by_label("What would be fair?")).to_have_value("Half")
    page.get_by_role("radio", name="No answer").check()
    expect(page.get_by_label("What would be fair?")).to_be_hidden()


def test_without_script_the_condition_is_said(visit: Visitor, people: dict[str, Member]) -> None:
    page = visit(script=False).open(_with_questions() + "?score=2")
    page.locator("main .button-main").click()
    expect(page.get_by_label("What would be fair?")).to_be_visible()
    expect(page.get_by_text("Only if you answered")).to_be_visible()
    page.get_by_role("radio", name="Price").check()
    page.get_by_label("What would be fair?").fill("Half")
    page.locator("main .button-main").click()
    assert [one.text for one in Answer.objects.order_by("pk")] == ["Price", "Half"]


def test_staff_write_a_question_with_a_condition(visit: Visitor, people: dict[str, Member]) -> None:
    campaign = surveys.survey()
    page = visit(people["sam"]).open(f"/desk/surveys/{campaign.pk}/")
    page.get_by_role("link", name="Questions of your own").click()
    for text, kind, options in (
        ("Main reason?", "One choice", ("Speed", "Price")),
        ("What is fair?", "In their own words", ()),
    ):
        page.get_by_role("link", name="New question").click()
        page.get_by_label("How it is answered").select_option(kind)
        page.get_by_label("Question", exact=True).fill(text)
        for at, option in enumerate(options, 1):
            page.get_by_label(f"Option {at}").fill(option)
        if not options:
            page.get_by_label("When it is asked").select_option(
                "Ask only if the answer to “\u2068Main reason?\u2069” is “\u2068Price\u2069”."
            )
        assert violations(page) == []
        page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Ask only if the answer to")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Move “What is fair?” up").click()
    expect(page.get_by_text("It stays where it is")).to_be_visible()
    page.get_by_role("link", name="Main reason?").click()
    assert violations(page) == []
    page.get_by_role("link", name="Polski").click()
    page.get_by_label("Question", exact=True).fill("Główny powód?")
    assert violations(page) == []
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Główny powód?")).to_be_visible()
