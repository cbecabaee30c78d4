"""Threads like the one being asked, by their titles, until search finds them by what they say."""

import unicodedata
from typing import NamedTuple

from community.discussions.models import Thread
from community.feedback.models import Item
from community.feedback.places import Viewer


class Similar(NamedTuple):
    title: str
    url: str
    is_solved: bool


CANDIDATES = 3_000  # the most recently active; more would cost more than a keystroke may
LEAST = 0.12


def grams(text: str) -> frozenset[str]:
    """Three-letter pieces of every word: they need no spaces, no stemmer and forgive a typing error."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = "".join(char if char.isalnum() or unicodedata.category(char)[0] == "M" else " " for char in folded)
    return frozenset(
        padded[at : at + 3] for word in words.split() for padded in [f" {word} "] for at in range(len(padded) - 2)
    )


def similar_threads(title: str, viewer: Viewer, limit: int = 5) -> list[Similar]:
    """Up to `limit` threads whose titles share most with this one, best first; none for under two letters."""
    wanted = grams(title)
    if len(wanted) < 2:
        return []
    listed = Item.objects.visible_to(viewer).listed().filter(kind=Thread.KIND)
    titles = listed.order_by("-active_at").values_list("pk", "title")[:CANDIDATES]
    scored = [(_score(wanted, grams(other)), pk) for pk, other in titles]
    best = sorted((pair for pair in scored if pair[0] >= LEAST), reverse=True)[:limit]
    items = listed.without_words().select_related("thread__solution").in_bulk([pk for _, pk in best])
    found = [items[pk] for _, pk in best if pk in items]
    return [Similar(item.title, item.path, getattr(item.thread, "solution", None) is not None) for item in found]


def _score(wanted: frozenset[str], other: frozenset[str]) -> float:
    """The share of what was typed that the other has, lowered a little for what it has besides."""
    common = len(wanted & other)
    return common / (len(wanted) + 0.2 * len(other)) if common else 0.0
