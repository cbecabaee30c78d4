"""HTML once more, with tags where BBCode stood."""

import re
from html import escape
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag

from .bbcode import Mark, Step, address_before_marks, events_of, marks_of
from .bbcode_code import code_between
from .bbcode_quotes import whole_quotes

_LONGEST_AGAIN = 300  # tags that are longer lose their attributes where they go on behind a block
_PLACE = re.compile(r"\b(post|topic):(\d{1,15})\b")
_LANGUAGE = re.compile(r"[\w+#.-]{1,20}", re.A)


class _Layer(NamedTuple):
    opening: str
    closing: str
    again: str = ""  # the opening once more, behind a block that broke it off
    kind: str = ""  # of the mark that made it
    is_implied: bool = False  # an item around what stands in a list beside its items


def rewritten(soup: BeautifulSoup) -> str | None:
    """The HTML with its BBCode as tags; None where there is none that means anything."""
    events = whole_quotes(events_of(soup))
    marks = marks_of(events)
    if not marks:
        return None
    by_event: dict[int, list[Mark]] = {}
    for mark in marks:
        by_event.setdefault(mark.start.event, []).append(mark)
    writer = _Writer()
    for index, event in enumerate(events):
        if event.step is Step.OPEN:
            writer.open(event.tag)
        elif event.step is Step.CLOSE:
            writer.close()
        elif event.step is Step.VOID:
            writer.void(event.tag)
        else:
            at = 0
            for mark in by_event.get(index, ()):
                writer.words(event.words[at : mark.start.offset])
                if mark.kind == "code" and mark.partner and not mark.closes:
                    writer.code(mark, code_between(events, mark.end, mark.partner.start))
                else:
                    writer.mark(mark)
                at = mark.end.offset
            writer.words(event.words[at:])
    return "".join(writer.written)


class _Writer:
    """Knows the tags it is in; those that a block broke off are opened again with the next words."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.path: list[_Layer] = []
        self.opened = 0  # so many of the path, from its beginning, are written
        self.made: list[int] = []  # where on the path are those that come from marks
        self.is_over = False  # these words were written with the mark before them

    def open(self, tag: Tag) -> None:
        is_quiet = self.is_over or tag.name == "p"
        if not is_quiet:
            self._open_all()
        self.path.append(_layer(tag))
        if not is_quiet:
            self._open_all()

    def close(self) -> None:
        layer = self.path.pop()
        if self.opened > len(self.path):
            self.opened -= 1
            self.written.append(layer.closing)

    def void(self, tag: Tag) -> None:
        if self.is_over or (tag.name == "br" and self._is_between()):
            return
        self._open_all()
        self.written.append(_layer(tag).opening)

    def words(self, words: str) -> None:
        if self.is_over or not words or (self._is_between() and not words.strip()):
            return
        self._open_all()
        self.written.append(escape(words, quote=False))

    def code(self, mark: Mark, code: str) -> None:
        language = f' class="lang-{escape(mark.value)}"' if _LANGUAGE.fullmatch(mark.value) else ""
        self._break_off(mark.level)
        self.written.append(f"<pre><code{language}>{escape(code, quote=False)}</code></pre>")
        self.is_over = True

    def mark(self, mark: Mark) -> None:
        if mark.dropped:
            return
        if mark.is_link and not mark.closes:
            self._open_all()
            address = escape(mark.address)
            self.written.append(f'<a href="{address}">{address}</a>')
            self.is_over = True
        elif mark.is_link or mark.kind == "code":
            self.is_over = False
        elif mark.closes:
            self._leave_implied()
            self._leave()
        else:
            if mark.kind == "li":
                self._leave_implied()
            self._enter(mark)

    def _enter(self, mark: Mark) -> None:
        if mark.kind == "li":
            place = self._end_real_items()
        else:
            self._break_off(mark.level)
            place = mark.level + len(self.made)
        self.path.insert(place, _layer_of_mark(mark))
        self.made.append(place)
        self._open_until(place + 1)

    def _leave(self) -> None:
        place = self.made.pop()
        self._close_until(place)
        del self.path[place]

    def _leave_implied(self) -> None:
        if self.made and self.path[self.made[-1]].is_implied:
            self._leave()

    def _end_real_items(self) -> int:
        """The place right in the list; Markdown's own list, into whose end an item was drawn, does not go on."""
        place = self.made[-1] + 1
        self._close_until(place)
        for above in range(place, len(self.path)):
            if self.path[above].closing in ("</ul>", "</ol>", "</li>"):
                self.path[above] = _Layer("", "")
        return place

    def _break_off(self, level: int) -> None:
        """Closes what cannot hold a block; `level` counts only tags that were there before."""
        self._imply_item()
        place = level + len(self.made)
        self._close_until(place)
        self._open_until(place)

    def _is_between(self) -> bool:
        """Whether spaces and breaks here are only those around a block."""
        return self.opened < len(self.path) or self._is_loose()

    def _is_loose(self) -> bool:
        return bool(self.made) and self.path[self.made[-1]].kind in ("ul", "ol")

    def _imply_item(self) -> None:
        if self._is_loose():
            place = self.made[-1] + 1
            self.path.insert(place, _Layer("<li>", "</li>", kind="li", is_implied=True))
            self.made.append(place)

    def _open_all(self) -> None:
        self._imply_item()
        self._open_until(len(self.path))

    def _open_until(self, count: int) -> None:
        self.written += [layer.opening for layer in self.path[self.opened : count]]
        self.opened = max(self.opened, count)

    def _close_until(self, count: int) -> None:
        while self.opened > count:
            self.opened -= 1
            layer = self.path[self.opened]
            self.written.append(layer.closing)
            self.path[self.opened] = layer._replace(opening=layer.again or layer.opening)


def _layer(tag: Tag) -> _Layer:
    opening = f"<{tag.name}"
    for name, value in tag.attrs.items():
        text = " ".join(value) if isinstance(value, list) else str(value)
        if name == "href":
            text = address_before_marks(text)
        opening += f' {name}="{escape(text)}"'
    return _Layer(f"{opening}>", f"</{tag.name}>", f"<{tag.name}>" if len(opening) > _LONGEST_AGAIN else "")


def _layer_of_mark(mark: Mark) -> _Layer:
    if mark.kind != "quote":
        return _Layer(f"<{mark.kind}>", f"</{mark.kind}>", kind=mark.kind)
    described = mark.value.strip(" \"'“”„«»&")
    who = described.split(",")[0].strip(" \"'“”„«»")
    if not who:
        return _Layer("<blockquote>", "</blockquote>", kind="quote")
    places = "".join(f' data-{kind}="{number}"' for kind, number in _PLACE.findall(described))
    opening = f'<aside class="quote" data-username="{escape(who)}"{places}><blockquote>'
    return _Layer(opening, "</blockquote></aside>", kind="quote")
