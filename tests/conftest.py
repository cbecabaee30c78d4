from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker

from community.discussions import pins
from community.feedback import directory, guestpages, viewing
from community.members import rates
from community.members.models import Member, Site
from community.search import limit
from roadmap.ideas import labels, voting
from roadmap.stages import directory as stages
from tests import emptied, make

TransactionTestCase._fixture_teardown = emptied.empty


# Each file goes to a worker as a whole, in this order: these would otherwise be the last, and one worker would wait for
# the other.
FIRST = ("test_settings.py", "test_architecture.py")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in FIRST)


@pytest.fixture(autouse=True, scope="session")
def _no_session_left(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """PostgreSQL drops no database that a thread of the live server still holds."""
    yield
    viewing._counted.clear()  # at the exit they would be written into the site's own database
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def _site(request: pytest.FixtureRequest) -> None:
    """Every test that touches the database finds a site that is set up, and nothing remembered from another."""
    directory.forget()
    stages.forget()
    voting.forget()
    labels.forget()
    Site.forget()
    guestpages.forget()
    pins.forget()
    limit.forget()
    rates.forget()
    viewing._counted.clear()
    viewing.EVERY = float("inf")  # no thread writes behind a test's back
    wants = {"db", "transactional_db", "live_server", "client"} & set(request.fixturenames)
    if wants or request.node.get_closest_marker("django_db"):
        is_live = "live_server" in wants or "transactional_db" in wants
        request.getfixturevalue("transactional_db" if is_live else "db")
        cache.clear()
        make.site()


@pytest.fixture
def ann(db: None) -> Member:
    return make.member("ann", name="Ann Okafor")


@pytest.fixture
def bo(db: None) -> Member:
    return make.member("bo", name="Bo Lind")


@pytest.fixture
def cy(db: None) -> Member:
    return make.member("cy", name="Cy Mehta")


@pytest.fixture
def sam(db: None) -> Member:
    return make.member("sam", name="Sam Rivera", role="agent")


@pytest.fixture
def root(db: None) -> Member:
    return make.member("root", name="Root Admin", role="admin")


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def sign_in() -> object:
    return signed_in
