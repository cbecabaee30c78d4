"""Keyset paging over rows that share their first key."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.utils import timezone

from community.feedback.models import Item
from community.lib import paging
from community.lib.literals import Literal
from community.members.models import Member
from tests import make

pytestmark = pytest.mark.django_db
ORDER = [("active_at", type(timezone.now())), ("pk", int)]


def test_rows_of_the_same_moment_are_each_met_once(sam: Member) -> None:
    at = timezone.now()
    for number in range(10):
        thread = make.thread(by=sam, title=f"Thread {number}")
        Item.objects.filter(pk=thread.pk).update(active_at=at - timedelta(seconds=number // 4))
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = paging.page(Item.objects.listed(), ORDER, cursor, 3)
        seen += [row.pk for row in page.rows]
        cursor = page.after
    assert seen == list(Item.objects.listed().order_by("-active_at", "-pk").values_list("pk", flat=True))
    assert len(set(seen)) == 10
    assert all(a != b for a, b in pairwise(seen))


def test_a_deep_page_is_one_range_of_the_index(ann: Member) -> None:
    make.thread(by=ann)
    rows = Item.objects.listed().filter(kind="thread").order_by("-active_at", "-pk")
    beyond = rows.filter(paging._beyond(ORDER, [timezone.now(), 10**9]))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off"
            )
    plan = beyond.explain()
    assert "item_latest" in plan, plan
    assert "active_at" in plan.split("item_latest")[1], plan


def test_only_plain_words_go_into_sql() -> None:
    for value in ("it's", "a b", "%s", "a\\", "--"):
        with pytest.raises(ValueError, match="does not go into SQL"):
            Literal(value)
