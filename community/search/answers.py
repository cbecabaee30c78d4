"""What answers a question while it is being asked: the nearest items, each with the very passage that says it."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe

from community.feedback.models import Item, State
from community.lib.text import Sought, analyse
from community.members.requests import Request
from community.search.find import Hit, items_of, known_to_help, suggest
from community.search.languages import languages_of
from community.search.models import kinds
from community.search.snippets import marked, snippet

LEAST = 3  # letters
ASKED = 10  # found, before those known to help are put first
MOST = 5
KNOWN = 1.3  # of its score, for what is known to help: there, a near answer is better than a near question
FAR = 0.4  # of the best score: what is further away has a word in common and answers something else
WHOLE = 2_500  # characters of HTML that are shown as they are; of more, a longer passage as text
LONG = 900  # characters of that


class Answer(NamedTuple):
    item: Item
    title: SafeString
    url: str
    icon: str
    is_known: bool  # solved, or an article that helps
    is_part: bool  # what answers hangs on the item: a reply
    words: SafeString  # the passage
    whole: SafeString  # all of it, to read without leaving


def is_enough(title: str) -> bool:
    """Whether so many letters can say something."""
    return len(analyse(title).words.strip("|")) >= LEAST


def answers(title: str, request: Request, most: int = MOST) -> list[Answer]:
    """Up to `most`, best first; none for a letter or two, and none when nothing comes near."""
    if not is_enough(title):
        return []
    languages = languages_of(title, request.LANGUAGE_CODE)
    found = suggest(title, request.user, languages, most=ASKED)
    if found.is_weak:
        return []
    near = [hit for hit in found.hits if hit.score >= FAR * found.hits[0].score]
    known = known_to_help(near)
    best = [Hit(hit.item_id, known.get(hit.item_id, hit.item_id), hit.score) for hit in near]
    items = items_of([*near, *best])
    both = sorted(zip(near, best, strict=True), key=lambda two: -_worth(two[0], items, known))[:most]
    return [
        _answer(items[hit.item_id], _part(hit, one.part_id, items), hit.item_id in known, found.sought, languages)
        for hit, one in both
        if hit.item_id in items
    ]


def _worth(hit: Hit, items: Mapping[int, Item], known: Mapping[int, int]) -> float:
    kind = kinds.get(items[hit.item_id].kind) if hit.item_id in items else None
    return hit.score * (KNOWN if hit.item_id in known or (kind and kind.is_help) else 1.0)


def _part(hit: Hit, known: int, items: Mapping[int, Item]) -> Item:
    """What is known to answer, where it can be read; else what was found."""
    for pk in (known if known != hit.item_id else hit.part_id, hit.part_id):
        if pk in items and items[pk].state == State.VISIBLE:
            return items[pk]
    return items[hit.item_id]


def _answer(item: Item, part: Item, is_known: bool, sought: Sought, languages: tuple[str, ...]) -> Answer:
    kind = kinds.get(item.kind)
    known = (*languages, item.language)
    is_short = len(part.html) <= WHOLE
    return Answer(
        item, marked(item.title, sought, known), part.get_absolute_url(), kind.icon if kind else "chat", is_known,
        part.pk != item.pk, snippet(part.html, sought, known),
        mark_safe(part.html) if is_short else snippet(part.html, sought, known, length=LONG),  # noqa: S308 (sanitised)
    )  # fmt: skip
