"""Axe and width on the pages people see, on a phone and in Arabic."""

import pytest

from community.members.models import Member
from tests.browser.conftest import Visitor
from tests.browser.pages import community, seen_by, short_lists, walk

__all__ = ["community", "short_lists"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.usefixtures("short_lists")
@pytest.mark.parametrize("look", ["phone", "arabic"])
def test_axe_finds_nothing(look: str, visit: Visitor, people: dict[str, Member], community: dict[str, str]) -> None:
    found = walk(look, visit, seen_by(people), community)
    assert not found, "\n".join(found)
