"""What follows an answer, as people meet it: staff write to who asked for it, promoters offer more."""

import pytest
from playwright.sync_api import expect

from community.members.models import Member
from surveys.followup.models import ContactMail
from surveys.responses.models import Ambassador, ContactRequest
from surveys.responses.respond import Said, say
from tests import surveys
from tests.browser.conftest import Visitor
from tests.browser.pages import violations
from tests.browser.test_survey import link_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("language", "phone", "script"), [("en", False, True), ("ar", True, True), ("en", True, False)]
)
def test_staff_write_to_who_asked_for_it(
    language: str, phone: bool, script: bool, visit: Visitor, people: dict[str, Member]
) -> None:
    Member.objects.update(language=language)
    answer = surveys.answer(surveys.survey(owner=people["sam"]), 2, words="It lost my shifts.")
    say(answer, Said("It lost my shifts.", how="eve@example.com"))
    page = visit(people["sam"], phone=phone, script=script, language=language).open("/desk/surveys/contacts/")
    assert not script or violations(page) == []
    page.get_by_role("link", name="eve@example.com").click()
    assert not script or violations(page) == []
    page.locator("textarea").fill("**Which** shift was it?")
    page.locator("main .button-main").click()
    expect(page.locator(".post strong")).to_have_text("Which")
    assert not script or violations(page) == []
    assert ContactMail.objects.get().to == "eve@example.com"
    assert ContactRequest.objects.get().contacted_by == people["sam"]
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0


@pytest.mark.parametrize(("language", "script"), [("en", True), ("ar", True), ("en", False)])
def test_a_promoter_offers_more_and_takes_it_back(
    language: str, script: bool, visit: Visitor, people: dict[str, Member]
) -> None:
    path = link_to(language, has_invitation=True, has_ambassadors=True, review_url="https://reviews.example/northwind")
    page = visit(phone=True, script=script, language=language).open(f"{path}?score=10")
    for _step in range(2):  # the number, then no words
        page.locator("main .button-main").click()
    offer = page.locator("form[action$='/offer/'] button")
    expect(offer).to_be_visible()
    expect(page.locator("a[href='https://reviews.example/northwind']")).to_be_visible()
    expect(page.locator("[data-copy-of]")).to_be_visible(visible=script)  # it copies by script alone
    assert not script or violations(page) == []
    for is_offered in (True, False):
        before = offer.inner_text()
        offer.focus()
        page.keyboard.press("Enter")
        expect(offer).not_to_have_text(before)
        assert Ambassador.objects.exists() is is_offered
        assert not script or violations(page) == []
