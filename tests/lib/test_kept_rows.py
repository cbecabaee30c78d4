"""Queries about a list of numbers, whose SQL is made once."""

from collections.abc import Callable
from typing import Any

import pytest

from community.feedback.models import Item
from community.lib.kept_rows import Among, KeptRows
from community.members.models import Member
from tests import make


@pytest.mark.django_db
def test_rows_are_those_that_django_gives(ann: Member, django_assert_num_queries: Callable[..., Any]) -> None:
    ids = [make.thread(by=ann, title=f"Thread {at}").item_id for at in range(3)]
    names = ("pk", "title", "active_at", "author__handle")
    kept = KeptRows(lambda: Item.objects.filter(Among("pk")).values_list(*names))
    for some in (ids, ids[:1], [*ids[1:], 10**9]):
        with django_assert_num_queries(1):
            rows = kept.of(some)
        assert sorted(rows) == sorted(Item.objects.filter(pk__in=some).values_list(*names))
    with django_assert_num_queries(0):
        assert kept.of(()) == []
