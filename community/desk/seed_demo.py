"""What people of the demo looked for and how it ended, so that staff see what its help centre lacks."""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from community.feedback.models import Item
from community.search.learned import told
from community.search.searches import Search

STORY = settings.BASE_DIR / "demo" / "searches.toml"


def seed_searches(story: Path = STORY, now: datetime | None = None) -> dict[str, int]:
    """Write the searches of the demo, whose threads and articles are there, and answer how many there are."""
    searches = list(_searches(story, timezone.localdate(now)))
    Search.objects.bulk_create(searches)
    return {"searches": len(searches)}


def _searches(story: Path, today: date) -> Iterator[Search]:
    items = dict(Item.objects.visible_to(AnonymousUser()).exclude(title="").values_list("title", "pk"))
    for language, lines in tomllib.loads(story.read_text("utf-8")).items():
        for line in lines:
            text, days_ago, results = line.pop("text"), line.pop("days_ago"), line.pop("results", 1)
            ends: dict[str, Any] = {"source": Search.Source.PAGE}
            if title := line.pop("solved_by", None):
                ends = {"source": Search.Source.ASKING, "end": Search.End.SOLVED, "solved_by_id": items[title]}
            for days in days_ago:
                yield Search(on=today - timedelta(days=days), **told(text, language, results), **ends | line)
