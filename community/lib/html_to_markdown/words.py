"""What stands in a line: words and their marks, links, pictures, code, mentions."""

import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import unquote, urljoin

from bs4 import Comment, NavigableString, Tag
from bs4.element import PageElement, PreformattedString

from ..markdown_escape import escape_line_starts, escape_words, inline_code, is_bare, link
from ..markdown_touches import with_emoji
from .tags import (
    BLOCKS,
    DROPPED,
    DROPPED_CLASSES,
    EMPHASIS,
    KNOWN_CLASSES,
    PLAIN_INLINE,
    STRONG,
    STRUCK,
    attribute,
    classes_of,
)

_SUPERSCRIPT = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_SUBSCRIPT = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


def paragraph(pieces: Iterable[str]) -> list[str]:
    """The pieces as one paragraph; none where they are only spaces."""
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(pieces))
    text = re.sub(r"\n{2,}", "\n\n", re.sub(r"[ \t]+", " ", text)).strip()
    return [escape_line_starts(text)] if text else []


def file_name(address: str) -> str:
    return unquote(address.split("?")[0].rstrip("/").rsplit("/", 1)[-1]) or address


class Words:
    """The words of one post, and a count of what in it was not understood."""

    def __init__(self, base_url: str, max_depth: int) -> None:
        self.base_url = base_url
        self.max_depth = max_depth
        self.not_understood: Counter[str] = Counter()

    def line(self, tag: Tag, depth: int) -> str:
        """All words inside a tag on one line."""
        return " ".join(self._inside(tag, depth).split())

    def one(self, node: PageElement, depth: int) -> str:
        """One tag or piece of text as Markdown."""
        if isinstance(node, Comment | PreformattedString):
            return ""
        if isinstance(node, NavigableString):
            return escape_words(re.sub(r"[\s\u00a0]+", " ", str(node)))
        return self._tag(node, depth) if isinstance(node, Tag) else ""

    def notice(self, tag: Tag, classes: list[str]) -> None:
        if tag.name not in BLOCKS and tag.name not in PLAIN_INLINE:
            self.not_understood[f"<{tag.name}>"] += 1
        if tag.name in ("div", "span", "aside"):
            self.not_understood.update(f"{tag.name}.{name}" for name in classes if name not in KNOWN_CLASSES)

    def absolute(self, address: str) -> str:
        """An address that works from anywhere; empty when it is none that we link to."""
        address = address.strip()
        if not address or address.lower().startswith(("data:", "javascript:", "vbscript:")):
            return ""
        try:
            address = urljoin(self.base_url, address) if self.base_url else address
        except ValueError:
            return ""
        return f"https:{address}" if address.startswith("//") else address

    def _inside(self, tag: Tag, depth: int) -> str:
        if depth > self.max_depth:
            self.not_understood["too deep"] += 1
            return escape_words(tag.get_text(" "))
        return "".join(self.one(child, depth + 1) for child in tag.children)

    def _tag(self, tag: Tag, depth: int) -> str:
        name, classes = tag.name, classes_of(tag)
        kinds = {name, *classes}
        if name in DROPPED or (DROPPED_CLASSES & kinds):
            return ""
        if name == "br":
            return "\n"
        if name == "img":
            return self._image(tag, classes)
        if name in ("code", "kbd", "samp") or "math" in kinds:
            return inline_code(tag.get_text())
        if name == "a":
            return self._link(tag, classes, depth)
        if name in ("sup", "sub"):
            return self._raised(tag, depth)
        words = self._inside(tag, depth)
        for meant, mark in ((STRONG, "**"), (EMPHASIS, "*"), (STRUCK, "~~")):
            if kinds & meant:
                return _around(words, mark, tag, meant)
        self.notice(tag, classes)
        return f"\n{words}\n" if name in ("p", "div", "li") or (name in BLOCKS and words) else words

    def _raised(self, tag: Tag, depth: int) -> str:
        if "footnote-ref" in classes_of(tag):
            return f"\\[{tag.get_text(strip=True).strip('[]')}\\]"
        words = self._inside(tag, depth)
        table = _SUPERSCRIPT if tag.name == "sup" else _SUBSCRIPT
        small = words.strip().translate(table)
        if small and all(ord(letter) > 0x7F for letter in small):
            return small
        return f"^{words}" if tag.name == "sup" else f"\\_{words}" if words else ""

    def _link(self, tag: Tag, classes: list[str], depth: int) -> str:
        href = attribute(tag, "href")
        if "mention" in classes or "mention-group" in classes:
            return tag.get_text()
        if "hashtag" in classes or "hashtag-cooked" in classes:
            return link(escape_words("#" + tag.get_text(strip=True).lstrip("#")), self.absolute(href))
        label = self._inside(tag, depth)
        address = self.absolute(href)
        if not address:
            return label
        picture = tag.find("img")
        if "lightbox" in classes and isinstance(picture, Tag):
            label = escape_words(attribute(tag, "title") or attribute(picture, "alt") or file_name(address))
        if tag.get_text(strip=True) == address and is_bare(address) and _stands_alone(tag):
            return address
        return link(label if label.strip() else escape_words(file_name(address)), address)

    def _image(self, tag: Tag, classes: list[str]) -> str:
        alt = attribute(tag, "alt").strip()
        if "emoji" in classes:
            return with_emoji(alt or attribute(tag, "title"))
        source = self.absolute(attribute(tag, "src"))
        label = escape_words(" ".join(alt.split()) or file_name(source)).replace("[", "\\[").replace("]", "\\]")
        return label if tag.find_parent("a", href=True) or not source else link(label, source)


def _around(words: str, mark: str, tag: Tag, kinds: frozenset[str]) -> str:
    """Marks hug the words, spaces stay outside, and no mark crosses an empty line."""
    if not words.strip() or any(kinds & {up.name, *classes_of(up)} for up in list(tag.parents)[:20]):
        return words
    lead = words[: len(words) - len(words.lstrip())]
    tail = words[len(words.rstrip()) :]
    inner = re.sub(r"\s*\n\s*\n\s*", f"{mark}\n\n{mark}", words.strip())
    return f"{lead}{mark}{inner}{mark}{tail}"


def _stands_alone(tag: Tag) -> bool:
    after, before = tag.next_sibling, tag.previous_sibling
    return all(
        sibling is None
        or (isinstance(sibling, Tag) and sibling.name == "br")
        or (isinstance(sibling, NavigableString) and str(sibling)[edge : edge + 1 or None].isspace())
        for sibling, edge in ((after, 0), (before, -1))
    )
