"""What a load balancer asks: whether the process lives, and whether it can serve."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    health._is_migrated.cache_clear()


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_needs_neither_our_name_nor_https(path: str, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = Client(SERVER_NAME="10.0.0.7").get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_alive_asks_the_database_nothing_and_ready_little(client: Client) -> None:
    with CaptureQueriesContext(connection) as caught:
        client.get("/healthz")
    assert not caught.captured_queries
    client.get("/readyz")
    with CaptureQueriesContext(connection) as caught:
        assert client.get("/readyz").json() == {"database": "ok", "migrations": "ok"}
    assert len(caught) == 1


def test_not_ready_while_a_migration_waits(client: Client) -> None:
    call_command("migrate", "community", "0001", fake=True, verbosity=0)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "waiting")
    call_command("migrate", fake=True, verbosity=0)  # what stands above it had been unapplied too
    assert client.get("/readyz").status_code == 200


def test_not_ready_without_a_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise DatabaseError("password of the database")

    monkeypatch.setattr(connections["default"], "cursor", refuse)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"database": "failed", "migrations": "failed"})
    assert client.get("/healthz").status_code == 200
