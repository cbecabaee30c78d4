"""A copy of everything and the end of an account, as people do it: with script and without."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Page, expect

from community.members import export as exporting
from community.members.models import Member
from community.members.privacy import Deletion, Export
from tests import make
from tests.browser.conftest import Visit, Visitor
from tests.browser.pages import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a password of mine"


@pytest.fixture(autouse=True)
def folders(settings: object, tmp_path: Path) -> None:
    settings.EXPORT_ROOT = tmp_path / "exports"  # type: ignore[attr-defined]


def ann() -> Member:
    ann = make.member("ann", name="Ann Okafor")
    ann.set_password(PASSWORD)
    ann.save()
    EmailAddress.objects.create(user=ann, email=ann.email, verified=True, primary=True)
    make.thread(by=ann, title="How do I sync?")
    return ann


def log_in(visit: Visit) -> Page:
    page = visit.open("/accounts/login/")
    page.fill("#id_login", "ann")
    page.fill("#id_password", PASSWORD)
    page.locator("main .button-main").click()
    page.wait_for_url(lambda address: "login" not in address)
    return page


def no_barriers(page: Page) -> None:
    assert violations(page) == []


def test_a_copy_appears_without_a_reload_and_is_downloaded(visit: Visitor, people: dict[str, Member]) -> None:
    ann()
    here = visit()
    log_in(here)
    page = here.open("/me/privacy/")
    no_barriers(page)
    page.get_by_role("button", name="Make my copy").click()
    expect(page.get_by_text("Your copy is being made")).to_be_visible()
    no_barriers(page)
    exporting.make(Export.objects.get().pk)
    link = page.get_by_role("link", name="Download the zip")
    expect(link).to_be_visible(timeout=10_000)
    no_barriers(page)
    with page.expect_download() as download:
        link.click()
    with ZipFile(download.value.path()) as packed:
        assert json.loads(packed.read("items.json"))[0]["title"] == "How do I sync?"


@pytest.mark.parametrize(
    "device", [{}, {"phone": True, "language": "ar"}, {"script": False}], ids=["desktop", "phone-ar", "no-script"]
)
def test_an_account_is_deleted_and_kept_after_all(
    device: dict[str, object], visit: Visitor, people: dict[str, Member]
) -> None:
    member = ann()
    member.language = str(device.get("language", "en"))
    member.save()
    here = visit(**device)
    page = log_in(here)
    has_script = device.get("script", True)
    page = here.open("/me/privacy/deletion/")
    page.fill("#id_password", PASSWORD)
    if has_script:
        no_barriers(page)
    page.locator("main .button-main").click()
    page.check("input[value=erase]")
    page.fill("#id_handle", "somebody")
    page.locator("main .button-bad").click()
    expect(page.locator(".field-error")).to_be_visible()
    expect(page.locator("input[value=erase]")).to_be_checked()
    if has_script:
        no_barriers(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.fill("#id_handle", "ann")
    page.locator("main .button-bad").click()
    expect(page.locator("#id_handle")).to_have_count(0)
    assert Deletion.objects.get().kind == "erase"
    page = log_in(here)
    assert page.url.endswith("/me/privacy/")
    if has_script:
        no_barriers(page)
    page.locator(".callout .button-main").click()
    expect(page.locator(".callout")).to_have_count(0)
    assert not Deletion.objects.exists()
