"""A real browser on a real server: the system's Chromium, with a page for each way people come."""

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from community.members.models import Member
from community.members.outgoing import OutgoingMail
from tests import make
from tests.needs import CHROMIUM

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright's loop is not our code's
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
PATIENCE = 15_000  # milliseconds; a machine that is busy or cold answers late, and that is no fault of the page
expect.set_options(timeout=PATIENCE)
# With each window Chromium renders the list under its address bar, which takes as long as a page of ours. Of two flags
# the last one counts: the other names are Playwright's own.
WITHOUT = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup",
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
    "PreconnectToSearch",
)  # fmt: skip


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    less = f"--disable-features={','.join(WITHOUT)}"
    return {"executable_path": CHROMIUM, "args": [*quiet, "--disable-sync", "--no-first-run", less]}


@dataclass
class Visit:
    """One person in front of one device."""

    context: BrowserContext
    base: str

    def open(self, path: str) -> Page:
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        page.goto(self.base + path)
        return page

    def tab(self, path: str) -> Page:
        page = self.context.new_page()
        page.goto(self.base + path)
        return page


Visitor = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer) -> Iterator[Visitor]:
    contexts: list[BrowserContext] = []

    def come(
        member: Member | None = None,
        *,
        phone: bool = False,
        script: bool = True,
        language: str = "en",
    ) -> Visit:
        context = browser.new_context(
            viewport=PHONE if phone else DESKTOP,
            has_touch=phone,
            java_script_enabled=script,
            reduced_motion="reduce",  # axe would meet a toast half-way in
            locale=language,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if member:
            from tests.conftest import signed_in

            key = signed_in(member).cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        return Visit(context, live_server.url)

    yield come
    for context in contexts:
        context.close()
    # What a page sent last may still be on its way: a draft would be written into the next test's database.
    for answering in threading.enumerate():
        if "process_request_thread" in answering.name:
            answering.join(timeout=10)


@pytest.fixture
def code() -> Callable[[], str]:
    """The code in the last mail, as its reader would copy it."""

    def read() -> str:
        mail = OutgoingMail.objects.order_by("-pk")[0]
        lines = [line.strip() for line in mail.text.splitlines()]
        return next(line for line in lines if 5 < len(line) < 12 and line.upper() == line and " " not in line)

    return read


@pytest.fixture
def people(live_server: LiveServer) -> dict[str, Member]:
    return {
        "ann": make.member("ann", name="Ann Okafor"),
        "bo": make.member("bo", name="Bo Lind"),
        "sam": make.member("sam", name="Sam Rivera", role="agent"),
    }
