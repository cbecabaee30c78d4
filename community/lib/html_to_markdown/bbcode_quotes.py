"""Quotes in quotes, which an older migration cut off at the first [/quote]."""

import re
from dataclasses import dataclass

from bs4 import Tag

from .bbcode import APART, Event, Step
from .tags import attribute, classes_of

_QUOTE = re.compile(r"\[(/?)quote(?:=[^\[\]\n]{0,200})?\]", re.I)


@dataclass(eq=False, slots=True)
class _Box:
    """A quote that was understood, as the events it reaches over; what is in it opened more than it ended."""

    first: int
    last: int = 0
    body: tuple[int, int] = (0, 0)
    surplus: int = 0
    ended: int = 0


def whole_quotes(events: list[Event]) -> list[Event]:
    """The events with each quote that was cut off as marks, so that it ends where it was typed to end."""
    mended: list[Event] = []
    at = 0
    for box in _cut_off(events):
        aside = events[box.first].tag
        start, end = box.body
        mended += events[at : box.first]
        mended.append(Event(Step.WORDS, aside, f'[quote="{_described(aside)}"]'))
        mended += [*events[start + 1 : end], Event(Step.WORDS, aside, "[/quote]")]
        at = box.last + 1
    return mended + events[at:]


def _cut_off(events: list[Event]) -> list[_Box]:
    """Quotes in none, with an open [quote] in them and the [/quote] for it behind them."""
    opened: list[_Box | None] = []  # None for a [quote] that stands outside
    found: list[_Box] = []
    box: _Box | None = None
    apart = 0
    for index, event in enumerate(events):
        if event.step in (Step.OPEN, Step.CLOSE) and event.tag.name in APART:
            apart += 1 if event.step is Step.OPEN else -1
            box = _boxed(events, index, box, apart, opened)
        elif event.step is Step.WORDS and event.tag.name not in ("pre", "code"):
            for mark in _QUOTE.finditer(event.words):
                if apart and box:
                    box.surplus += -1 if mark[1] else 1
                elif not apart and not mark[1]:
                    opened.append(None)
                elif not apart and opened:
                    _end(opened, found)
    return sorted(found, key=lambda box: box.first)


def _boxed(events: list[Event], index: int, box: _Box | None, apart: int, opened: list[_Box | None]) -> _Box | None:
    """The quote that is open behind this border of one."""
    step, tag = events[index].step, events[index].tag
    if step is Step.OPEN:
        if apart == 1 and tag.name == "aside" and "quote" in classes_of(tag):
            return _Box(first=index)
        if box and apart == 2 and tag.name == "blockquote" and not box.body[0]:
            box.body = (index, 0)
        return box
    if box and apart == 1 and events[box.body[0]].tag is tag:
        box.body = (box.body[0], index)
    if box and not apart:
        box.last = index
        if box.surplus > 0 and box.body[1]:
            opened.append(box)
        return None
    return box


def _end(opened: list[_Box | None], found: list[_Box]) -> None:
    box = opened[-1]
    if box is not None:
        box.ended += 1
        if box.ended < box.surplus:
            return
        found.append(box)
    opened.pop()


def _described(aside: Tag) -> str:
    title = aside.find("div", class_="title")
    who = attribute(aside, "data-username") or (title.get_text(" ", strip=True) if isinstance(title, Tag) else "")
    places = "".join(f", {kind}:{attribute(aside, f'data-{kind}')}" for kind in ("post", "topic"))
    return re.sub(r"[\[\]\n\"]", "", who.rstrip(":"))[:80] + places
