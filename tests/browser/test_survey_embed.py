"""A survey in a shop's own page: shown when its hour comes, answered by hand and by keyboard, put away for good."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from community.members.models import Member
from surveys.embed.identity import signature
from surveys.embed.models import Widget
from surveys.responses.models import Invitation, Response
from tests import make, surveys
from tests.browser.conftest import Visit, Visitor
from tests.browser.pages import violations
from tests.browser.shop import HOSTILE, address, shop

__all__ = ["address", "shop"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Shopping = Callable[..., Page]
HEARD = """
    window.heard = []
    for (const kind of ["shown", "answered", "dismissed"])
        document.addEventListener(`hearback:${kind}`, (event) => heard.push([kind, event.detail.score ?? null]))
    window.moved = 0
    new PerformanceObserver((list) => list.getEntries().forEach((one) => (moved += one.value)))
        .observe({ type: "layout-shift", buffered: true })
"""


@pytest.fixture
def widget(people: dict[str, Member], address: str) -> Widget:
    make.site(name="Northwind", brand_colour="#ffdd00")
    return surveys.widget(surveys.survey(audience={"by_mail": False}), origins=address.rstrip("/"))


@pytest.fixture
def come(shop: Shopping, widget: Widget) -> Callable[..., Page]:
    """Opens the shop with the survey's script; identified where an id is given."""

    def opens(visitor: Visit, *, who: str = "", script: str = "", key: str = "", **more: object) -> Page:
        visitor.context.add_init_script(HEARD)
        signed = f'data-id="{who}" data-hash="{signature(widget.secret, who)}"' if who else ""
        return shop(visitor, at="hearback", script=f'data-key="{key or widget.key}" {signed} {script}', **more)

    return opens


def panel(page: Page) -> FrameLocator:
    expect(page.locator("hearback-survey .open")).to_be_visible()
    return page.frame_locator("hearback-survey iframe")


def put_away(page: Page) -> None:
    """The frame goes while the key is down. Were the key to come up in it, Chromium would never tell that it did."""
    page.keyboard.down("Escape")
    expect(page.locator("hearback-survey")).to_have_count(0)
    page.keyboard.up("Escape")


def gone(page: Page) -> None:
    """Nothing is shown, however long one waits."""
    page.wait_for_load_state("load")
    page.wait_for_timeout(1500)
    expect(page.locator("hearback-survey .open")).to_have_count(0)


def test_it_is_answered_by_keyboard_in_a_shop_with_strict_rules(
    visit: Visitor, come: Callable[..., Page], widget: Widget
) -> None:
    visitor = visit()
    asked: list[str] = []
    complaints: list[str] = []
    visitor.context.on("request", lambda request: asked.append(request.url))
    visitor.context.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page = come(visitor)
    page.locator("main a").focus()
    frame = panel(page)
    expect(page.locator("main a")).to_be_focused()  # it took no cursor
    assert page.evaluate("heard") == [["shown", None]]
    for _ in range(2):
        page.keyboard.press("Tab")
    first = frame.locator('input[value="0"]')
    expect(first).to_be_focused()
    page.keyboard.press("Space")
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    expect(frame.locator('input[value="9"]')).to_be_checked()
    page.wait_for_timeout(300)
    assert not Response.objects.exists()  # arrows move, and send nothing
    page.keyboard.press("Enter")
    expect(frame.locator("h1")).to_have_text("Thank you, that is noted.")
    expect(frame.locator("main")).to_be_focused()
    assert Response.objects.get().score == 9
    assert page.evaluate("heard") == [["shown", None], ["answered", 9]]
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("The sync.")
    page.keyboard.press("Escape")  # out of the field; nothing typed is lost
    expect(frame.locator("main")).to_be_focused()
    expect(frame.locator("textarea")).to_have_value("The sync.")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(frame.locator("h1")).to_have_text("Thank you for your time.")
    assert Response.objects.get().item.body == "The sync."
    put_away(page)
    expect(page.locator("main a")).to_be_focused()
    assert page.evaluate("heard.length") == 2  # told once, and not dismissed
    assert page.evaluate("moved") == 0
    assert page.evaluate("Object.keys(localStorage)") == [f"hearback.survey.{widget.key}"]
    assert visitor.context.cookies() == []
    assert all(url.startswith((page.url, visitor.base)) for url in asked), asked
    assert page.evaluate("history.length") <= 2  # one step back is still one of the shop's
    assert not complaints
    asked.clear()
    page.reload()
    gone(page)
    assert not [url for url in asked if "/ask/" in url]


def reaches_the_edge(page: Page, frame: FrameLocator) -> float:
    """How much of the screen's height it takes: as much as what it says, from the lower edge up."""
    page.wait_for_timeout(400)  # on its way up or down
    spot = page.locator("hearback-survey section").bounding_box()
    said = frame.locator("main").bounding_box()
    assert spot
    assert said
    assert (spot["x"], spot["width"]) == (0, 390)
    takes = 844 - spot["y"]
    assert takes == pytest.approx(min(said["height"] + 44, 720), abs=1)
    return takes


def test_a_tap_answers_and_may_be_changed(visit: Visitor, come: Callable[..., Page]) -> None:
    page = come(visit(phone=True))
    frame = panel(page)
    at_question = reaches_the_edge(page, frame)
    for one in frame.locator(".scale-mark").all():
        box = one.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
    frame.locator('input[value="3"]').tap()
    expect(frame.locator(".field-label").first).to_contain_text("What went wrong")
    frame.get_by_role("link", name="Choose another number").tap()
    expect(frame.locator('input[value="3"]')).to_be_checked()
    assert page.evaluate("heard.length") == 2
    frame.locator('input[value="7"]').tap()
    expect(frame.locator(".survey-score")).to_have_text("7")
    assert reaches_the_edge(page, frame) > at_question
    assert [one.score for one in Response.objects.all()] == [7]
    assert page.evaluate("heard") == [["shown", None], ["answered", 3], ["answered", 7]]
    frame.get_by_role("button", name="Send").tap()
    expect(frame.locator("h1")).to_have_text("Thank you for your time.")
    assert reaches_the_edge(page, frame) < at_question
    assert page.evaluate("moved") == 0


def test_a_question_of_its_own_shows_when_it_is_due(visit: Visitor, come: Callable[..., Page], widget: Widget) -> None:
    reason = surveys.question(widget.campaign, "What is the main reason?", "Speed", "Price")
    surveys.question(widget.campaign, "What would be fair?", only_if=surveys.option(reason, "Price"))
    frame = panel(come(visit(phone=True)))
    frame.locator('input[value="3"]').tap()
    expect(frame.get_by_label("What would be fair?")).to_be_hidden()
    frame.get_by_role("radio", name="Price").tap()
    frame.get_by_label("What would be fair?").fill("Half")
    frame.get_by_role("button", name="Send").tap()
    expect(frame.locator("h1")).to_have_text("Thank you for your time.")
    frame.get_by_role("link", name="Change what I said").tap()
    expect(frame.get_by_label("What would be fair?")).to_have_value("Half")


def test_who_puts_it_away_is_not_asked_again(visit: Visitor, come: Callable[..., Page], widget: Widget) -> None:
    visitor = visit()
    page = come(visitor)
    panel(page)
    put_away(page)
    assert page.evaluate("heard") == [["shown", None], ["dismissed", None]]
    page.reload()
    gone(page)
    assert float(page.evaluate(f"localStorage['hearback.survey.{widget.key}']").split()[0]) > 1e12
    # Nor by another survey for some time.
    other = surveys.widget(surveys.survey(kind="csat"), origins=page.url.rstrip("/"))
    gone(come(visitor, key=other.key))
    panel(come(visitor, who="42"))  # a person with a name is somebody else
    assert Invitation.objects.get().person.external_id == "42"


def test_a_named_person_is_asked_once_on_any_device(visit: Visitor, come: Callable[..., Page], widget: Widget) -> None:
    page = come(visit(), who="42")
    panel(page).locator('input[value="9"]').click()
    expect(panel(page).locator("h1")).to_have_text("Thank you, that is noted.")
    assert Response.objects.get().person.external_id == "42"
    gone(come(visit(), who="42"))
    gone(come(visit(), script='data-id="43" data-hash="wrong"'))
    assert Invitation.objects.count() == 1
    later = come(visit(), script='data-language="pl"')
    later.evaluate(
        f"Hearback.identify({{id: '44', hash: '{signature(widget.secret, '44')}', traits: {{name: 'Nok'}}}})"
    )
    expect(panel(later).locator("html")).to_have_attribute("lang", "pl")
    assert Invitation.objects.get(person__external_id="44").person.name == "Nok"


def test_where_nothing_can_be_kept_only_people_with_a_name_are_asked(
    visit: Visitor, come: Callable[..., Page], widget: Widget
) -> None:
    visitor = visit()
    visitor.context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no') } })"
    )
    gone(come(visitor))
    mark = signature(widget.secret, "ann@example.com")
    early = f"window.Hearback = [['identify', {{ email: 'ann@example.com', hash: '{mark}' }}]]"
    visitor.context.add_init_script(early)  # a call that came before the script
    page = come(visitor)
    panel(page)
    page.evaluate("Hearback.close()")
    expect(page.locator("hearback-survey")).to_have_count(0)
    assert Invitation.objects.get().person.address == "ann@example.com"


def test_zero_stands_at_the_right_where_lines_begin_there(visit: Visitor, come: Callable[..., Page]) -> None:
    page = come(visit(), language="ar-EG", style=HOSTILE, twice=True)
    expect(page.locator("hearback-survey")).to_have_count(1)
    frame = panel(page)
    expect(frame.locator("html")).to_have_attribute("dir", "rtl")
    zero, one = (frame.locator(f'input[value="{n}"]').bounding_box() for n in (0, 1))
    assert zero
    assert one
    assert zero["x"] > one["x"]
    spot = page.locator("hearback-survey section").bounding_box()
    assert spot
    assert spot["x"] == 16
    assert page.locator("hearback-survey").evaluate("e => getComputedStyle(e).opacity") == "1"
    assert page.locator("hearback-survey iframe").evaluate("e => e.scrollWidth <= e.clientWidth")
    assert frame.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth && e.scrollHeight <= e.clientHeight")


def test_it_waits_for_page_event_scroll_and_chance(visit: Visitor, come: Callable[..., Page], widget: Widget) -> None:
    Widget.objects.update(event="paid", scroll=90, page="/app/*")
    page = come(visit(), style="main { block-size: 4000px }")
    gone(page)
    page.evaluate("Hearback.event('paid')")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    gone(page)
    assert not Invitation.objects.exists()
    page.evaluate("history.pushState(null, '', '/app/orders')")
    panel(page)
    widget.audience.__class__.objects.update(sample=1)
    visitor = visit()
    visitor.context.add_init_script("Math.random = () => 0.5")
    page = come(visitor)
    gone(page)
    assert page.evaluate(f"localStorage['hearback.survey.{widget.key}']").startswith("0 ")


def test_a_site_that_is_not_allowed_shows_nothing(visit: Visitor, come: Callable[..., Page]) -> None:
    Widget.objects.update(origins="https://elsewhere.example")
    page = come(visit(), who="42")
    gone(page)
    assert not Invitation.objects.exists()
    assert not Response.objects.exists()


def test_without_script_the_address_is_a_page(visit: Visitor, widget: Widget) -> None:
    page = visit(script=False).open(f"{widget.path}?language=pl")
    page.locator('input[value="8"]').check()
    page.locator("form button").click()
    expect(page.locator(".survey-score")).to_have_text("8")
    page.locator("textarea").fill("Za wolno.")
    page.locator("form button").click()
    there = Response.objects.select_related("item").get()
    assert (there.score, there.item.body) == (8, "Za wolno.")


def test_staff_try_it_and_nothing_is_written(visit: Visitor, widget: Widget, people: dict[str, Member]) -> None:
    page = visit(people["sam"]).open(f"/desk/surveys/{widget.pk}/embed/?try")
    frame = panel(page)
    assert not violations(page)
    frame.locator('input[value="4"]').click()
    expect(frame.locator("h1")).to_have_text("A trial: nothing is written.")
    page.locator("hearback-survey button").click()
    assert page.evaluate("localStorage.length") == 0
    assert not Response.objects.exists()


def test_members_are_asked_on_our_own_front_page_once(
    visit: Visitor, widget: Widget, people: dict[str, Member]
) -> None:
    make.confirmed(people["ann"])
    Widget.objects.update(on_front=True)
    visitor = visit(people["ann"])
    page = visitor.open("/")
    frame = panel(page)
    assert not violations(page)
    frame.locator('input[value="10"]').click()
    expect(frame.locator("h1")).to_have_text("Thank you, that is noted.")
    assert Response.objects.get().person.member == people["ann"]
    gone(visitor.open("/"))
    gone(visit(people["ann"]).open("/"))  # nor in another browser


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("ar", "dark")])
def test_axe_finds_nothing(language: str, theme: str, visit: Visitor, come: Callable[..., Page]) -> None:
    page = come(visit(), language=language, script=f'data-theme="{theme}"')
    frame = panel(page)
    expect(frame.locator("html")).to_have_attribute("data-theme", theme)
    assert not violations(page)
    frame.locator('input[value="2"]').click()
    expect(frame.locator("textarea")).to_be_visible()
    assert not violations(page)
