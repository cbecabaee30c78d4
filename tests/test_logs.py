"""Log lines: one for each request, by route; none with a person in it, none that somebody else wrote (ABUSE I105)."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.db import IntegrityError
from django.test import Client

from community.management.commands.serve import web_command
from community.members.models import Member
from config import logs
from tests import make
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


class Log(io.StringIO):
    @property
    def lines(self) -> list[str]:
        return self.getvalue().splitlines()

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


def _written(as_json: bool) -> Iterator[Log]:
    log = Log()
    handler = logging.StreamHandler(log)
    handler.setFormatter(logs.formatter(as_json=as_json))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield log
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def log() -> Iterator[Log]:
    yield from _written(as_json=True)


@pytest.fixture
def plain() -> Iterator[Log]:
    yield from _written(as_json=False)


def test_a_request_is_one_line_with_its_route(log: Log, client: Client) -> None:
    thread = make.thread(title="Secret plans")
    answer = client.get(thread.item.path, {"page": "1"})
    (line,) = log.told
    assert (line["method"], line["route"], line["status"], line["logger"]) == ("GET", "thread", 200, "hearback.request")
    assert line["ms"] >= 0
    assert line["request"] == answer.headers["X-Request-ID"]
    assert "secret" not in log.getvalue().lower()


def test_pages_kept_for_guests_static_files_and_wrong_addresses_are_named_too(log: Log, client: Client) -> None:
    path = make.thread().item.path
    for address in (path, path, "/static/mark.svg", "/nothing/of/ann/", "/members/ann/", "/healthz"):
        client.get(address)
    assert [line["route"] for line in log.told] == ["thread", "thread", "static", "none", "profile"]


PEOPLE = ("ann", "Okafor", "canary", "example.com", "203.0.113.9", "2001:db8::7", "hearback-demo")


def test_nothing_of_a_person_gets_into_the_log(log: Log, plain: Log, settings: Any, caplog: Any) -> None:
    """Log-ins right and wrong, forms, addresses with tokens, refusals: all of it leaves routes alone."""
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    ann = make.member("ann-canary", name="Ann Okafor", email="canary@example.com")
    ann.set_password("hearback-demo")
    ann.save()
    thread = make.thread(by=ann)
    browser = Client(REMOTE_ADDR="10.1.2.3", HTTP_X_FORWARDED_FOR="203.0.113.9", raise_request_exception=False)
    browser.post("/accounts/login/", {"login": "canary@example.com", "password": "wrong-canary"})
    browser.post("/accounts/login/", {"login": "ann-canary", "password": "hearback-demo"})
    browser.get("/accounts/password/reset/key/1-canary-token/?next=canary@example.com")
    browser.get("/members/ann-canary/?from=canary@example.com")
    browser.get("/members/ann-canary-unknown/")
    browser.post(f"/items/{thread.pk}/reply/", {"body": "@ann-canary writes canary@example.com"})
    browser.post("/me/settings/", {"name": "Ann Okafor"})
    Client(enforce_csrf_checks=True).post("/preferences/?canary@example.com", {"next": "/members/ann-canary/"})
    browser.get("/", HTTP_HOST="canary.example.com")
    browser.get("/mentions/?q=\x00canary")
    log_all = logging.getLogger("django-q")
    log_all.error(
        "Failed 'send' - {'canary@example.com': (550, b'No')} from [2001:db8::7] or 203.0.113.9 by @ann-canary"
    )
    written = log.getvalue() + plain.getvalue()
    assert len(log.lines) >= 11
    for word in PEOPLE:
        assert word not in written, [line for line in written.splitlines() if word in line]


def test_an_exception_is_its_kind_and_its_places(log: Log, plain: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise IntegrityError(
            'duplicate key value violates unique constraint "member_email_once"\n'
            "DETAIL:  Key (lower(email))=(canary@example.com) already exists; 'canary' was told."
        )

    monkeypatch.setattr("community.members.views.people.newest_page", fail)
    answer = Client(raise_request_exception=False).get("/pages/terms/?token=canary")
    assert answer.status_code == 500
    failure, request = log.told
    assert failure["event"] == "Internal Server Error"  # Django says the path behind it
    assert failure["exception"].startswith(
        'IntegrityError: duplicate key value violates unique constraint "member_email'
    )
    assert any(place.startswith("community/members/views/people.py:") for place in failure["through"])
    assert failure["request"] == request["request"]
    assert request["status"] == 500
    assert "canary" not in log.getvalue() + plain.getvalue()


EVIL = "first\nsecond \x1b[31mred\x1b[0m \r\u2028third \u202eright\x00\x85"


def test_I105_no_line_is_begun_and_no_terminal_moved_by_what_is_logged(log: Log, plain: Log) -> None:
    logging.getLogger("community").warning("said: %s", EVIL)
    for written in (log.getvalue(), plain.getvalue()):
        assert len(written.splitlines()) == 1
        assert written[:-1].isprintable()
    assert log.told[0]["event"] == f"said: {EVIL}"
    answer = Client(raise_request_exception=False).generic("GE\nT", "/\n\x1b[2J/", HTTP_X_REQUEST_ID="a\nb")
    assert "\n" not in answer.headers["X-Request-ID"]
    assert log.told[-1]["method"] == "OTHER"


def test_a_proxys_name_of_a_request_is_kept_only_from_a_proxy_of_ours(log: Log, settings: Any) -> None:
    given = {"HTTP_X_REQUEST_ID": "abc-123-def"}
    assert Client().get("/healthz", **given).status_code == 200
    assert Client().get("/limits/", **given).headers["X-Request-ID"] != "abc-123-def"
    settings.TRUSTED_PROXIES = 1
    assert Client().get("/limits/", **given).headers["X-Request-ID"] == "abc-123-def"
    wrong = Client().get("/limits/", HTTP_X_REQUEST_ID='x" onload="1').headers["X-Request-ID"]
    assert wrong.isalnum()


@pytest.mark.parametrize(
    ("said", "cleaned"),
    [
        ("to ann.o+x@mail.example.co.th, failed", "to [e-mail], failed"),
        ("from 203.0.113.9:4711", "from [address]:4711"),
        ("from [::1] and fe80::1 and 2001:db8:0:0:1:2:3:4", "from [[address]] and [address] and [address]"),
        ("GET /t/1/x/?page=2&q=ann HTTP/1.1", "GET /t/1/x/?[…] HTTP/1.1"),
        ("see /members/ann-o/ of @ann-o.", "see /members/[handle]/ of [handle]"),
        ("at 12:30:45, version 1.26.3, 3 of 4", "at 12:30:45, version 1.26.3, 3 of 4"),
        ("tests/test_x.py::test_y", "tests/test_x.py::test_y"),
    ],
)
def test_what_is_cleaned_and_what_is_left(said: str, cleaned: str) -> None:
    assert logs.cleaned(said) == cleaned


def test_the_server_writes_no_access_log_of_its_own() -> None:
    assert "--no-access-log" in web_command("127.0.0.1", 8000, 2)


def test_every_logger_goes_through_the_one_formatter() -> None:
    told = site_settings.LOGGING
    assert list(told["handlers"]) == ["stderr"]
    assert all(not logger.get("handlers") for logger in told["loggers"].values())
    assert Member  # the models are loaded: their loggers exist
    ours = [logging.getLogger(name) for name in ("django", "django.request", "django.server", "django-q", "allauth")]
    assert not [logger.name for logger in ours if logger.handlers]


def test_queries_are_never_logged(log: Log) -> None:
    signed_in(make.member("ann-canary")).get("/me/settings/")
    assert logging.getLogger("django.db.backends").getEffectiveLevel() >= logging.WARNING
    assert "canary" not in log.getvalue()
