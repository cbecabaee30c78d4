"""Files in a real browser: picked, pasted and dropped with progress; and by a plain form where nothing runs."""

import base64
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from community.conversations.models import Reply
from community.discussions.models import Thread
from community.feedback.attachments import Attachment
from community.members.models import Member
from tests import make
from tests.browser.conftest import Visitor
from tests.browser.pages import violations
from tests.files import packed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GIVE = """(area, [kind, name, type, content]) => {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))
    const given = new DataTransfer()
    given.items.add(new File([bytes], name, { type }))
    const told = kind === 'paste' ? { clipboardData: given } : { dataTransfer: given }
    const event = kind === 'paste' ? ClipboardEvent : DragEvent
    return !area.dispatchEvent(new event(kind, { bubbles: true, cancelable: true, ...told }))
}"""
Slow = Callable[[Page], list[Route]]


@pytest.fixture(autouse=True)
def media(settings: object, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    return tmp_path


@pytest.fixture
def thread(people: dict[str, Member]) -> Thread:
    return make.thread(by=people["bo"], title="Where is the button?")


def give(page: Page, kind: str, name: str = "image.png", type: str = "image/png", content: bytes = b"") -> bool:
    """Paste or drop a file on the text; whether the page took it."""
    file = base64.b64encode(content or packed("PNG", (900, 600))).decode()
    taken: bool = page.locator("#composer-body").evaluate(GIVE, [kind, name, type, file])
    return taken


def held_up(page: Page) -> list[Route]:
    """Uploads of this page wait until the test lets them go."""
    waiting: list[Route] = []
    page.route(re.compile("/files/$"), lambda route: waiting.append(route))
    return waiting


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_picture_goes_up_with_progress_and_gets_its_words(
    kind: str, visit: Visitor, people: dict[str, Member], thread: Thread
) -> None:
    page = visit(people["ann"]).open(thread.item.path)
    waiting = held_up(page)
    area = page.locator("#composer-body")
    area.fill("Before. After.")
    area.evaluate("area => area.setSelectionRange(7, 7)")
    assert give(page, kind)
    bar = page.get_by_role("progressbar", name="image.png")
    expect(bar).to_be_visible()
    assert area.input_value() == "Before. After."
    while not waiting:
        page.wait_for_timeout(20)
    waiting[0].continue_()
    field = page.get_by_label("Describe the picture image.webp")
    expect(field).to_be_visible()
    expect(bar).to_have_count(0)
    expect(page.get_by_text("Who cannot see it reads this instead.")).to_be_visible()
    row = Attachment.objects.get()
    assert area.input_value() == f"Before.\n\n![](/files/{row.pk}/image.webp)\n\n After."
    field.fill("A teal [field]")
    expect(page.get_by_text("Who cannot see it reads this instead.")).to_be_hidden()
    assert "![A teal field](/files/" in area.input_value()
    assert violations(page) == []
    page.get_by_role("button", name="Reply", exact=True).click()
    shown = page.locator(".post .picture img")
    expect(shown).to_have_attribute("alt", "A teal field")
    expect(shown).to_have_js_property("complete", True)
    box = shown.bounding_box()
    assert box
    assert round(box["width"] / box["height"], 1) == 1.5
    assert Reply.objects.get().item.attachments.get() == row


def test_text_that_comes_with_a_picture_of_itself_is_text(
    visit: Visitor, people: dict[str, Member], thread: Thread
) -> None:
    page = visit(people["ann"]).open(thread.item.path)
    taken = page.locator("#composer-body").evaluate(
        """area => {
            const given = new DataTransfer()
            given.items.add(new File(['x'], 'cells.png', { type: 'image/png' }))
            given.setData('text/plain', 'a cell')
            return !area.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: given }))
        }"""
    )
    assert not taken
    expect(page.get_by_role("progressbar")).to_have_count(0)


@pytest.mark.parametrize("path", ["/t/new/?title=A+title", "/threads/{pk}/edit/", "/replies/{reply}/edit/"])
def test_every_composer_takes_files(
    path: str, visit: Visitor, people: dict[str, Member], thread: Thread, media: Path
) -> None:
    reply = make.reply(thread, by=people["bo"])
    (media / "one.png").write_bytes(packed())
    page = visit(people["bo"]).open(path.format(pk=thread.pk, reply=reply.pk))
    page.set_input_files("[data-pick]", media / "one.png")
    page.get_by_label("Describe the picture one.webp").fill("A teal field")
    row = Attachment.objects.get()
    expect(page.locator("textarea[name=body]")).to_have_value(
        re.compile(rf"!\[A teal field\]\(/files/{row.pk}/one.webp\)\n\n$")
    )
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("[data-preview] .picture img")).to_have_attribute("alt", "A teal field")
    assert violations(page) == []


def test_picked_files_come_one_after_the_other_and_a_refusal_is_a_sentence(
    visit: Visitor, people: dict[str, Member], thread: Thread, media: Path
) -> None:
    page = visit(people["ann"], phone=True).open(f"/items/{thread.pk}/reply/")
    for name, content in (
        ("one.png", packed()),
        ("two.log", b"words"),
        ("x.exe", b"MZ"),
        ("big.zip", b"x" * 9_000_000),
    ):
        (media / name).write_bytes(content)
    area = page.locator("#composer-body")
    area.fill("Dear words")
    page.set_input_files("[data-pick]", [media / "one.png", media / "x.exe", media / "big.zip", media / "two.log"])
    expect(page.get_by_text("This kind of file cannot be attached.")).to_be_visible()
    expect(page.get_by_text("This file has more than 8 MB.")).to_be_visible()
    expect(area).to_have_value(re.compile(r"\(/files/\d+/two\.log\)"))
    one, two = Attachment.objects.order_by("pk")
    assert area.input_value() == f"Dear words\n\n![](/files/{one.pk}/one.webp)\n\n[two.log](/files/{two.pk}/two.log)\n"
    page.get_by_role("button", name="Cancel").first.click()
    expect(page.get_by_text("This kind of file cannot be attached.")).to_have_count(0)
    expect(page.locator("[data-status]")).to_contain_text("Saved")
    page.reload()
    expect(area).to_have_value(re.compile("two.log"))  # the draft knows them,
    expect(page.get_by_label("Describe the picture one.webp")).to_be_visible()  # and so does the list
    page.get_by_role("button", name="Discard").click()
    expect(area).to_have_value("")
    expect(page.get_by_label("Describe the picture one.webp")).to_have_count(0)


def test_a_form_that_is_sent_too_early_waits_and_a_cancelled_file_does_not_come(
    visit: Visitor, people: dict[str, Member], thread: Thread
) -> None:
    page = visit(people["ann"]).open(thread.item.path)
    waiting = held_up(page)
    page.locator("#composer-body").fill("Look")
    give(page, "paste", "first.png")
    give(page, "paste", "second.png")
    page.get_by_role("listitem").filter(has_text="second.png").get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Reply", exact=True).click()
    expect(page.get_by_role("progressbar", name="first.png")).to_be_visible()
    assert not Reply.objects.exists()
    while not waiting:
        page.wait_for_timeout(20)
    waiting[0].continue_()
    expect(page.locator(".post .picture img")).to_be_visible()
    assert Reply.objects.get().item.attachments.get().name == "first.webp"


def test_a_lost_network_is_a_sentence_and_the_text_stays(
    visit: Visitor, people: dict[str, Member], thread: Thread
) -> None:
    page = visit(people["ann"]).open(thread.item.path)
    page.route(re.compile("/files/$"), lambda route: route.abort())
    page.locator("#composer-body").fill("Dear words")
    give(page, "drop")
    expect(page.get_by_text("That did not go through.")).to_be_visible()
    expect(page.locator("#composer-body")).to_have_value("Dear words")


@pytest.mark.parametrize("where", ["reply", "thread"])
def test_without_script_the_attach_button_brings_files(
    where: str, visit: Visitor, people: dict[str, Member], thread: Thread, media: Path
) -> None:
    (media / "one.png").write_bytes(packed())
    visitor = visit(people["ann"], script=False)
    page = visitor.open(f"/items/{thread.pk}/reply/" if where == "reply" else "/t/new/?title=A+title&category=general")
    area = page.get_by_role("textbox", name=re.compile("Your"))
    area.fill("Dear words")
    page.set_input_files("input[name=file]", media / "one.png")
    page.get_by_label("Describe the picture").fill("A teal field")
    page.get_by_role("button", name="Attach", exact=True).click()
    row = Attachment.objects.get()
    expect(area).to_have_value(f"Dear words\n\n![A teal field](/files/{row.pk}/one.webp)")
    if where == "thread":
        page.get_by_label("Title").fill("Another title")
        page.get_by_label("Title").press("Enter")  # posts: Enter presses no Attach
    else:
        page.get_by_role("button", name="Reply", exact=True).click()
    expect(page.locator(".post .picture img")).to_have_attribute("alt", "A teal field")
