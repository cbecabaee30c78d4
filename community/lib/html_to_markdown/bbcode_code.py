"""The lines that were typed between [code] and [/code], out of the paragraphs they were cooked into."""

import re

from bs4 import Tag

from .bbcode import Event, Place, Step
from .tags import attribute, classes_of

_TYPED = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "--", "—": "---", "±": "+-", "\u00a0": " "}
)
_TWO_DOTS = re.compile(r"(?<=”)…|(?<=” )…|…(?= ?“|[/\\])")  # ../path, and joined strings in Lua
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_PARTED = frozenset({"p", "pre", "ul", "ol", "table", "aside"})  # by an empty line
_ON_LINES = frozenset({"div", "li", "blockquote", "tr", *_HEADINGS})


def code_between(events: list[Event], start: Place, end: Place) -> str:
    """The code as it was typed, as far as the cooked HTML still tells."""
    typed = _Typed()
    for index in range(start.event, end.event + 1):
        event = events[index]
        if event.step is Step.WORDS:
            first = start.offset if index == start.event else 0
            typed.words(event, event.words[first : end.offset if index == end.event else None])
        elif event.step is Step.OPEN:
            typed.opened(event.tag)
        elif event.step is Step.CLOSE:
            typed.closed(event.tag)
        else:
            typed.void(event.tag)
    return typed.text()


class _Typed:
    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.pre: Tag | None = None
        self.indented: list[str] = []  # words of that <pre>
        self.breaks = 0  # line ends due before the next word
        self.mark = ""  # of a list or heading, due before the next word
        self.numbers: list[int] = []  # of the lists that are open; -1 where they have none
        self.after_break = False

    def words(self, event: Event, words: str) -> None:
        if event.tag.name == "pre":
            self.indented.append(words)
            return
        if self.after_break:
            words = words.removeprefix("\n")
            self.after_break = False
        if words.strip() or (words and not self.breaks and not self.mark):
            self._add(_TWO_DOTS.sub("..", words).translate(_TYPED))

    def opened(self, tag: Tag) -> None:
        self._border(tag)
        if tag.name == "pre":
            self.pre = tag
        elif tag.name in ("ul", "ol"):
            self.numbers.append(0 if tag.name == "ol" else -1)
        elif tag.name == "li":
            self.mark = "- "
            if self.numbers and self.numbers[-1] >= 0:
                self.numbers[-1] += 1
                self.mark = f"{self.numbers[-1]}. "
        elif tag.name in _HEADINGS:
            self.mark = "#" * int(tag.name[1]) + " "
        elif tag.name == "blockquote":
            self.mark = "> "
        else:
            self._emphasis(tag)

    def closed(self, tag: Tag) -> None:
        if tag.name == "pre":
            self._end_pre()
            self.breaks = 1
            return
        if tag.name in ("ul", "ol") and self.numbers:
            self.numbers.pop()
        if tag.name in _HEADINGS and self.mark:
            self._add("")
        self._emphasis(tag)
        self._border(tag)
        if tag.name in _HEADINGS:
            self.breaks = 1

    def void(self, tag: Tag) -> None:
        if tag.name == "br":
            self._add("\n")
            self.after_break = True
        elif tag.name == "hr":
            self.breaks = max(self.breaks, 1)
            self._add("---")
            self.breaks = 1
        elif tag.name == "img" and "emoji" in classes_of(tag):
            self._add(attribute(tag, "alt"))

    def text(self) -> str:
        self._end_pre()
        lines = [line.rstrip() for line in "".join(self.pieces).split("\n")]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")

    def _border(self, tag: Tag) -> None:
        if tag.name in _PARTED and not self.mark:
            self.breaks = 2
        elif tag.name in _ON_LINES:
            self.breaks = max(self.breaks, 1)

    def _emphasis(self, tag: Tag) -> None:
        """The stars and lines that Markdown took: pointers and names like __ANDROID__."""
        if tag.name == "em":
            self._add("*")
        elif tag.name == "strong":
            self._add("__" if re.fullmatch(r"\w{1,100}", tag.get_text()) else "**")

    def _end_pre(self) -> None:
        lines, self.indented = "".join(self.indented).strip("\n"), []
        if not lines.strip():
            return
        code = self.pre.find("code") if self.pre else None
        is_fenced = isinstance(code, Tag) and bool(classes_of(code))
        has_tabs = re.search(r"^\t", lines, re.M) and not re.search(r"^  ", lines, re.M)
        # Four spaces or a tab made it a <pre>, and are gone from its lines.
        indent = "" if is_fenced else "\t" if has_tabs else "    "
        self._add("\n".join(indent + line if line.strip() else "" for line in lines.split("\n")))

    def _add(self, words: str) -> None:
        if self.breaks and self.pieces:
            # A bracket that ends a block follows it at once.
            self.pieces.append("\n" if words.startswith(("}", ")", "]")) else "\n" * self.breaks)
        self.pieces.append(self.mark + words)
        self.breaks, self.mark, self.after_break = 0, "", False
