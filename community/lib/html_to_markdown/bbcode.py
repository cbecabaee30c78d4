"""BBCode that an older migration left in cooked HTML as words: found, paired and written as tags."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from bs4 import BeautifulSoup, Comment, NavigableString, Tag
from bs4.element import PreformattedString

_LISTS = frozenset({"ul", "ol"})
_BLOCKS = _LISTS | {"quote", "li"}
_DROPPED = frozenset({"color", "size", "spoiler"})
_LINKS = {"video": "", "flash": "", "gist": "https://gist.github.com/", "pastebin": "https://pastebin.com/"}
_KINDS = "|".join(sorted({"code"} | _BLOCKS | _DROPPED | _LINKS.keys()))
_MARK = re.compile(rf"\[(/?)({_KINDS})(?:=([^\[\]\n]{{0,200}}))?\]", re.I)
_CLOSING = re.compile(rf"\[/(?:{_KINDS})\]", re.I)
_BEHIND_ADDRESS = re.compile(rf"(?:(?:\[|%5B)/(?:{_KINDS})(?:\]|%5D))+$", re.I)
_ADDRESS = re.compile(r"https?://[^\s\[\]]{3,1000}")
_NAME_ON_SITE = re.compile(r"[\w-]{3,60}(?:/[\w-]{3,60})?", re.A)

_HOLDERS = frozenset("div li blockquote td th section details aside center".split())  # noqa: SIM905
APART = frozenset({"aside", "blockquote", "td", "th", "details"})  # a mark in one of them has its partner there
_UNSEEN = frozenset({"script", "style", "template"})
DEEPEST = 12  # quotes and lists inside each other; what is deeper stays as it was typed
_DEEPEST_TAG = 20
_MOST_PAIRS = 4_000  # each may open the tags around it anew


class Step(Enum):
    OPEN = auto()
    CLOSE = auto()
    VOID = auto()
    WORDS = auto()


class Event(NamedTuple):
    step: Step
    tag: Tag  # for words, the nearest pre or code around them, else the tag they stand in
    words: str = ""


class Place(NamedTuple):
    event: int
    offset: int


@dataclass(eq=False, slots=True)
class Mark:
    kind: str
    closes: bool
    value: str
    start: Place
    end: Place
    above: tuple[Tag, ...]
    apart: int  # of what it and its partner must both stand in
    partner: "Mark | None" = None
    parent: "Mark | None" = None  # of an item: the list
    items: int = 0
    level: int = 0  # how many of the tags above hold the partner too
    address: str = ""
    dropped: bool = False

    @property
    def is_link(self) -> bool:
        return self.kind in _LINKS

    @property
    def is_block(self) -> bool:
        return self.kind in _BLOCKS and not self.dropped


def may_occur(html: str) -> bool:
    return _CLOSING.search(html) is not None


def events_of(soup: BeautifulSoup) -> list[Event]:
    """The tags and words in their order, without recursion: hostile HTML is thousands of tags deep."""
    found: list[Event] = []
    inside: list[tuple[Tag, Tag, Iterator[object]]] = [(soup, soup, iter(soup.contents))]
    while inside:
        tag, code, rest = inside[-1]
        child = next(rest, None)
        if child is None:
            inside.pop()
            if inside:
                found.append(Event(Step.CLOSE, tag))
        elif isinstance(child, Tag):
            if child.name in _UNSEEN:
                continue
            if child.is_empty_element:
                found.append(Event(Step.VOID, child))
                continue
            found.append(Event(Step.OPEN, child))
            outer = code if code.name in ("pre", "code") else child
            inside.append((child, outer, iter(child.contents)))
        elif isinstance(child, NavigableString) and not isinstance(child, Comment | PreformattedString):
            found.append(Event(Step.WORDS, code if code.name in ("pre", "code") else tag, str(child)))
    return found


def marks_of(events: list[Event]) -> list[Mark]:
    """The marks that mean something: each knows its partner, and none stands in code."""
    marks = _Search().all(events)
    outside: list[Mark] = []
    until = Place(-1, 0)
    for mark in marks:
        if mark.start < until:
            continue
        if mark.kind == "code" and mark.partner and not mark.closes:
            until = mark.partner.start
        outside.append(mark)
    _pair(outside, events)
    return _kept(outside)


class _Search:
    """Finds all marks, and the partners of [code] on the way, because they decide what is code."""

    def __init__(self) -> None:
        self.marks: list[Mark] = []
        self.above: list[Tag] = []
        self.opened_code: dict[int, list[Mark]] = defaultdict(list)
        self.own: Counter[tuple[int, str]] = Counter()  # open marks by the pre or code that shows them
        self.ended_code: set[int] = set()  # a pre in which [/code] ended what had begun before it

    def all(self, events: list[Event]) -> list[Mark]:
        for index, event in enumerate(events):
            if event.step is Step.OPEN:
                self.above.append(event.tag)
            elif event.step is Step.CLOSE:
                self.above.pop()
            elif event.step is Step.WORDS and "[" in event.words and len(self.above) <= _DEEPEST_TAG:
                self._in_words(index, event)
        return self.marks

    def _in_words(self, index: int, event: Event) -> None:
        above = tuple(self.above)
        apart = next((id(tag) for tag in reversed(above) if tag.name in APART), 0)
        for found in _MARK.finditer(event.words):
            kind, closes = found[2].lower(), bool(found[1])
            if event.tag.name in ("pre", "code") and self._is_shown(event.tag, kind, closes=closes):
                continue
            start, end = Place(index, found.start()), Place(index, found.end())
            mark = Mark(kind, closes, found[3] or "", start, end, above, apart)
            self.marks.append(mark)
            if kind != "code":
                continue
            if not closes:
                self.opened_code[apart].append(mark)
            elif self.opened_code[apart]:
                _join(self.opened_code[apart].pop(), mark)
                self.ended_code.add(id(event.tag))

    def _is_shown(self, code: Tag, kind: str, *, closes: bool) -> bool:
        """Whether the mark in real code is part of it; a closing one alone ends what began before."""
        if id(code) in self.ended_code:
            return False
        key = (id(code), kind)
        if not closes:
            self.own[key] += 1
            return True
        if not self.own[key]:
            return False
        self.own[key] -= 1
        return True


def _pair(marks: list[Mark], events: list[Event]) -> None:
    blocks: dict[int, list[Mark]] = defaultdict(list)
    opened: Counter[tuple[int, str]] = Counter()
    dropped: dict[tuple[int, str], list[Mark]] = defaultdict(list)
    before: Mark | None = None
    for mark in marks:
        key = (mark.apart, mark.kind)
        if mark.kind in _DROPPED:
            if not mark.closes:
                dropped[key].append(mark)
            elif dropped[key]:
                _join(dropped[key].pop(), mark)
        elif mark.is_link:
            if mark.closes and before and not before.closes and (before.apart, before.kind) == key:
                _join_link(before, mark, events)
        elif mark.kind in _BLOCKS:
            stack = blocks[mark.apart]
            if not mark.closes:
                mark.parent = stack[-1] if stack else None
                stack.append(mark)
                opened[key] += 1
            elif opened[key]:
                # What was opened inside and is not closed by now never is.
                while stack[-1].kind != mark.kind:
                    opened[mark.apart, stack.pop().kind] -= 1
                opened[key] -= 1
                _join(stack.pop(), mark)
        before = mark


def _join(opening: Mark, closing: Mark) -> None:
    opening.partner, closing.partner = closing, opening
    level = 0
    for depth, (mine, theirs) in enumerate(zip(opening.above, closing.above, strict=False), 1):
        if mine is not theirs:
            break
        if mine.name in _HOLDERS:
            level = depth
    opening.level = closing.level = level
    if opening.kind == "li" and opening.parent:
        opening.parent.items += 1


def _join_link(opening: Mark, closing: Mark, events: list[Event]) -> None:
    """The two as a link, where an address or a name on the site stands between them."""
    between = words_between(events, opening.end, closing.start).strip()
    if _ADDRESS.fullmatch(between):
        opening.address = between
    elif _LINKS[opening.kind] and _NAME_ON_SITE.fullmatch(between):
        opening.address = _LINKS[opening.kind] + between
    if opening.address:
        _join(opening, closing)


def words_between(events: list[Event], start: Place, end: Place, longest: int = 2_000) -> str:
    found = ""
    for index in range(start.event, end.event + 1):
        words = events[index].words
        found += words[start.offset if index == start.event else 0 : end.offset if index == end.event else None]
        if len(found) > longest:
            break
    return found


def _kept(marks: list[Mark]) -> list[Mark]:
    """Those with a partner that are not too deep; all others stay words."""
    kept: list[Mark] = []
    depth = 0
    for mark in marks:
        partner = mark.partner
        if partner is None:
            continue
        if not mark.closes:
            # A list without marked items gives its words back; its <li> may be real ones.
            mark.dropped = mark.kind in _DROPPED or (mark.kind in _LISTS and not mark.items)
            orphan = mark.kind == "li" and (
                mark.parent is None or mark.parent.kind not in _LISTS or mark.parent.partner is None
            )
            if orphan or (mark.is_block and depth >= DEEPEST):
                partner.partner = mark.partner = None
                continue
            depth += mark.is_block
        else:
            mark.dropped = partner.dropped
            depth -= mark.is_block
        kept.append(mark)
    return kept if len(kept) <= 2 * _MOST_PAIRS else []


def address_before_marks(address: str) -> str:
    """The old linker took the marks behind an address for its end."""
    return _BEHIND_ADDRESS.sub("", address)
