"""Paragraphs and what holds other blocks: quotes, lists, headings."""

import re
from collections.abc import Callable

from bs4 import Tag

from ..markdown_escape import escape_words, link, quoted
from .boxes import box
from .tags import BLOCKS, DROPPED, DROPPED_CLASSES, attribute, classes_of, integer
from .words import Words, paragraph

DEEPEST = 12  # quotes and lists inside each other; our renderer refuses more than 20 lists

QuoteLink = Callable[[int | None, int | None], str | None]  # of a topic's id and a post's number


def _prefixed(text: str, first: str, rest: str) -> str:
    lines = text.split("\n")
    return "\n".join((first if i == 0 else rest) + line if line else "" for i, line in enumerate(lines))


def _is_block(tag: Tag) -> bool:
    if tag.name in BLOCKS or (tag.name == "code" and "\n" in tag.get_text().strip()):
        return True
    return tag.name in ("a", "span", "font") and any(
        isinstance(child, Tag) and child.name in ("p", "pre", "blockquote", "ul", "ol", "table", "aside")
        for child in tag.children
    )


class Blocks:
    """The blocks of one post; what stands in a line is left to its words."""

    def __init__(self, words: Words, quote_link: QuoteLink) -> None:
        self.words = words
        self.quote_link = quote_link
        self.nesting = 0

    def inside(self, parent: Tag, depth: int) -> list[str]:
        """Each block among the children as Markdown; loose words between them become paragraphs."""
        if depth > self.words.max_depth or self.nesting > DEEPEST:
            self.words.not_understood["too deep"] += 1
            return paragraph([escape_words(" ".join(parent.get_text(" ").split()))])
        found: list[str] = []
        loose: list[str] = []
        for child in parent.children:
            if isinstance(child, Tag) and _is_block(child):
                found += paragraph(loose)
                loose = []
                found += [block for block in self._block(child, depth + 1) if block.strip()]
            else:
                loose.append(self.words.one(child, depth + 1))
        return found + paragraph(loose)

    def _block(self, tag: Tag, depth: int) -> list[str]:
        classes = classes_of(tag)
        if tag.name in DROPPED or DROPPED_CLASSES.intersection(classes):
            return []
        if tag.name == "aside" and "quote" in classes:
            return self._quote(tag, depth)
        whole = box(self.words, tag, classes, depth)
        if whole is not None:
            return whole
        if tag.name in ("h1", "h2", "h3", "h4", "h5", "h6"):
            words = self.words.line(tag, depth)
            return [f"{'#' * int(tag.name[1])} {words}"] if words else []
        if tag.name == "summary":
            words = self.words.line(tag, depth)
            return [f"**{words}**"] if words else []
        if tag.name == "blockquote":
            return self._nested(lambda: [quoted("\n\n".join(self.inside(tag, depth)))] if tag.get_text() else [])
        if tag.name in ("ul", "ol"):
            return self._nested(lambda: self._list(tag, depth))
        self.words.notice(tag, classes)
        return self.inside(tag, depth)

    def _nested(self, convert: Callable[[], list[str]]) -> list[str]:
        self.nesting += 1
        try:
            return convert()
        finally:
            self.nesting -= 1

    def _quote(self, tag: Tag, depth: int) -> list[str]:
        who = attribute(tag, "data-username")
        title = tag.find("div", class_="title")
        if not who and isinstance(title, Tag):
            who = title.get_text(" ", strip=True).rstrip(":")
        address = self.quote_link(integer(attribute(tag, "data-topic")), integer(attribute(tag, "data-post")))
        wrote = link("wrote", address) if address else "wrote"
        body = tag.find("blockquote")
        words = self._nested(lambda: self.inside(body if isinstance(body, Tag) else tag, depth))
        opening = [f"**{escape_words(who)}** {wrote}:"] if who else []
        return [quoted("\n\n".join(opening + words))] if words else []

    def _list(self, tag: Tag, depth: int) -> list[str]:
        number = integer(attribute(tag, "start")) or 1
        lines: list[str] = []
        for item in tag.find_all("li", recursive=False):
            parts = self.inside(item, depth + 1)
            if not parts:
                continue
            marker = f"{number}. " if tag.name == "ol" else "- "
            body = parts[0]
            for part in parts[1:]:
                body += ("\n" if re.match(r"(?:-|\d+\.) ", part) else "\n\n") + part
            lines.append(_prefixed(body, marker, " " * len(marker)))
            number += 1
        return ["\n".join(lines)] if lines else self.inside(tag, depth + 1)
