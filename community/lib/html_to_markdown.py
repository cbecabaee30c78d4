"""Posts that another forum cooked to HTML, as Markdown people can go on editing."""

import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple
from urllib.parse import unquote, urljoin

from bs4 import BeautifulSoup, Comment, MarkupResemblesLocatorWarning, NavigableString, Tag
from bs4.element import PageElement, PreformattedString

from .markdown_escape import escape_line_starts, escape_words, fenced_code, inline_code, is_bare, link
from .markdown_touches import with_emoji
from .plain_text import excerpt

LARGEST_HTML = 2_000_000  # characters; more is taken as words only
DEEPEST = 12  # quotes and lists inside each other; our renderer refuses more than 20 lists

_TEXT_LANGUAGES = frozenset({"", "auto", "nohighlight", "plaintext", "text", "plain", "none"})
_DROPPED = frozenset({"svg", "script", "style", "template", "noscript", "head", "title", "source", "button", "input"})
_DROPPED_CLASSES = frozenset(
    "avatar site-icon onebox-avatar onebox-avatar-inline anchor meta quote-controls footnote-backref "  # noqa: SIM905
    "poll-info poll-buttons github-icon-container clear-badge show-more-container hashtag-icon-placeholder "
    "badge-category-bg badge-category-parent-bg".split()
)
_BLOCKS = frozenset(
    "address article aside audio blockquote center dd details div dl dt fieldset figcaption figure footer "  # noqa: SIM905
    "form h1 h2 h3 h4 h5 h6 header hr iframe main nav ol p pre section summary table tbody thead tr ul "
    "video".split()
)
_STRONG = frozenset({"strong", "b", "bbcode-b"})
_EMPHASIS = frozenset({"em", "i", "bbcode-i", "cite", "var", "dfn"})
_STRUCK = frozenset({"s", "del", "strike", "bbcode-s"})
_PLAIN_INLINE = frozenset(
    "span u ins small big font abbr mark q a label time bdi bdo acronym tt center wbr body html li ruby "  # noqa: SIM905
    "rb rt rp".split()
)
_KNOWN_CLASSES = frozenset(
    "math hashtag hashtag-raw hashtag-cooked spoiler spoiled mention mention-group inline-onebox "  # noqa: SIM905
    "discourse-local-date bbcode-u md-table lightbox-wrapper poll poll-container poll-title lazyYT "
    "lazy-video-container youtube-onebox video-onebox onebox quote title image-wrapper "
    "large-image-placeholder imgur-album album-title inner-box outer-box simple "
    "broken-image url help chcklst-box badge-category "
    "badge-wrapper badge-category__name badge-category__wrapper "
    "category-name bullet lazyYT-container no-group quote-modified "
    "excerpt hidden d-wrap footnotes align-center video lines".split()
)
_SUPERSCRIPT = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_SUBSCRIPT = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


class Converted(NamedTuple):
    markdown: str
    not_understood: Counter[str]  # tags, and classes of div, span and aside


def _no_link(_topic_id: int | None, _post_number: int | None) -> str | None:
    return None


def to_markdown(
    html: str,
    *,
    base_url: str = "",
    quote_link: Callable[[int | None, int | None], str | None] = _no_link,
    max_depth: int = 100,
) -> Converted:
    """Markdown of cooked HTML; never raises, and what it does not know it keeps as words and counts."""
    converter = _Converter(base_url, quote_link, max_depth)
    soup = _parsed(html)
    if isinstance(soup, str):
        return Converted(escape_line_starts(escape_words(soup)), Counter({"broken HTML": 1}))
    return Converted("\n\n".join(converter.blocks(soup, 0)), converter.not_understood)


def _parsed(html: str) -> BeautifulSoup | str:
    html = html.replace("\x00", "")
    if len(html) <= LARGEST_HTML:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
                return BeautifulSoup(html, "html.parser")
        except Exception:  # noqa: S110 - the parser names its failures differently in every version
            pass
    return " ".join(re.sub(r"<[^<>]{0,2000}>", " ", html).split())


def _classes(tag: Tag) -> list[str]:
    return list(tag.get_attribute_list("class")) if tag.get("class") else []


def _attribute(tag: Tag | None, name: str) -> str:
    value = tag.get(name) if tag else None
    return value if isinstance(value, str) else ""


def _integer(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None


def _prefixed(text: str, first: str, rest: str) -> str:
    lines = text.split("\n")
    return "\n".join((first if i == 0 else rest) + line if line else "" for i, line in enumerate(lines))


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


class _Converter:
    def __init__(
        self, base_url: str, quote_link: Callable[[int | None, int | None], str | None], max_depth: int
    ) -> None:
        self.base_url = base_url
        self.quote_link = quote_link
        self.max_depth = max_depth
        self.not_understood: Counter[str] = Counter()
        self.nesting = 0

    # Blocks

    def blocks(self, parent: Tag, depth: int) -> list[str]:
        """Each block among the children as Markdown; loose words between them become paragraphs."""
        if depth > self.max_depth or self.nesting > DEEPEST:
            self.not_understood["too deep"] += 1
            return self._paragraph([escape_words(" ".join(parent.get_text(" ").split()))])
        found: list[str] = []
        loose: list[str] = []
        for child in parent.children:
            if isinstance(child, Tag) and self._is_block(child):
                found += self._paragraph(loose)
                loose = []
                found += [block for block in self._block(child, depth + 1) if block.strip()]
            else:
                loose.append(self._inline(child, depth + 1))
        return found + self._paragraph(loose)

    def _is_block(self, tag: Tag) -> bool:
        if tag.name in _BLOCKS or (tag.name == "code" and "\n" in tag.get_text().strip()):
            return True
        return tag.name in ("a", "span", "font") and any(
            isinstance(child, Tag) and child.name in ("p", "pre", "blockquote", "ul", "ol", "table", "aside")
            for child in tag.children
        )

    def _paragraph(self, pieces: Iterable[str]) -> list[str]:
        text = re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(pieces))
        text = re.sub(r"\n{2,}", "\n\n", re.sub(r"[ \t]+", " ", text)).strip()
        return [escape_line_starts(text)] if text else []

    def _block(self, tag: Tag, depth: int) -> list[str]:
        classes = _classes(tag)
        if tag.name in _DROPPED or _DROPPED_CLASSES.intersection(classes):
            return []
        if tag.name == "aside" and "quote" in classes:
            return self._quote(tag, depth)
        if "onebox" in classes and tag.name == "aside":
            return self._onebox(tag)
        if "poll" in classes:
            return self._poll(tag, depth)
        if "math" in classes:
            return [fenced_code(tag.get_text(), "latex")]
        if "lazyYT" in classes or "lazy-video-container" in classes:
            return self._video(tag)
        if tag.name in ("video", "audio", "iframe"):
            return self._media(tag)
        if tag.name in ("h1", "h2", "h3", "h4", "h5", "h6"):
            words = " ".join(self._children(tag, depth).split())
            return [f"{'#' * int(tag.name[1])} {words}"] if words else []
        if tag.name == "hr":
            return ["---"]
        if tag.name in ("pre", "code"):
            return self._code(tag)
        if tag.name == "blockquote":
            return self._nested(lambda: [_quoted("\n\n".join(self.blocks(tag, depth)))] if tag.get_text() else [])
        if tag.name in ("ul", "ol"):
            return self._nested(lambda: self._list(tag, depth))
        if tag.name == "table":
            return self._table(tag, depth)
        if tag.name == "summary":
            words = " ".join(self._children(tag, depth).split())
            return [f"**{words}**"] if words else []
        self._notice(tag, classes)
        return self.blocks(tag, depth)

    def _nested(self, convert: Callable[[], list[str]]) -> list[str]:
        self.nesting += 1
        try:
            return convert()
        finally:
            self.nesting -= 1

    def _notice(self, tag: Tag, classes: list[str]) -> None:
        if tag.name not in _BLOCKS and tag.name not in _PLAIN_INLINE:
            self.not_understood[f"<{tag.name}>"] += 1
        if tag.name in ("div", "span", "aside"):
            self.not_understood.update(f"{tag.name}.{name}" for name in classes if name not in _KNOWN_CLASSES)

    def _quote(self, tag: Tag, depth: int) -> list[str]:
        who = _attribute(tag, "data-username")
        title = tag.find("div", class_="title")
        if not who and isinstance(title, Tag):
            who = title.get_text(" ", strip=True).rstrip(":")
        address = self.quote_link(_integer(_attribute(tag, "data-topic")), _integer(_attribute(tag, "data-post")))
        wrote = link("wrote", address) if address else "wrote"
        body = tag.find("blockquote")
        words = self._nested(lambda: self.blocks(body if isinstance(body, Tag) else tag, depth))
        opening = [f"**{escape_words(who)}** {wrote}:"] if who else []
        return [_quoted("\n\n".join(opening + words))] if words else []

    def _onebox(self, tag: Tag) -> list[str]:
        headings = tag.select("h3 a, h4 a")
        named = next((a for a in headings if a.get_text(strip=True)), None) or tag.select_one("header a[href], a[href]")
        address = self._absolute(_attribute(tag, "data-onebox-src") or _attribute(named, "href"))
        label = " ".join((named or tag).get_text(" ").split())
        found = [link(escape_words(excerpt(label, 160)) or address, address)]
        code = tag.find("pre")
        if isinstance(code, Tag):
            return found + self._code(code)
        for cut in tag.select(".show-more-container, .site-icon"):
            cut.decompose()
        for paragraph in tag.select("article p, div.tweet, article blockquote"):
            words = excerpt(paragraph.get_text(), 300)
            if words and words != label:
                return [*found, _quoted(escape_line_starts(escape_words(words)))]
        return found

    def _poll(self, tag: Tag, depth: int) -> list[str]:
        title = tag.select_one(".poll-title")
        options = [" ".join(self._children(option, depth + 1).split()) for option in tag.find_all("li")]
        asked = escape_words(title.get_text(" ", strip=True)) if title else ""
        return ([f"**{asked}**"] if asked else []) + ["\n".join(f"- {option}" for option in options if option)]

    def _video(self, tag: Tag) -> list[str]:
        youtube = _attribute(tag, "data-youtube-id")
        anchor = tag.find("a", href=True)
        address = f"https://www.youtube.com/watch?v={youtube}" if youtube else ""
        address = address or self._absolute(_attribute(anchor if isinstance(anchor, Tag) else None, "href"))
        title = _attribute(tag, "data-youtube-title") or _attribute(tag, "data-video-title") or address
        return [link(escape_words(title), address)] if address else []

    def _media(self, tag: Tag) -> list[str]:
        inner = tag.find(["source", "a"])
        address = _attribute(tag, "data-original-href") or _attribute(tag, "src")
        if not address and isinstance(inner, Tag):
            address = _attribute(inner, "src") or _attribute(inner, "href")
        address = self._absolute(address)
        return [link(escape_words(_attribute(tag, "title") or _file_name(address)), address)] if address else []

    def _code(self, tag: Tag) -> list[str]:
        code = tag.find("code")
        classes = _classes(code) if isinstance(code, Tag) else []
        names = [name.removeprefix("lang-").removeprefix("language-") for name in classes]
        language = next((name for name in names if re.fullmatch(r"[\w+#.-]{1,20}", name)), "")
        lines = tag.select("ol.lines > li")
        text = "\n".join(line.get_text() for line in lines) if lines else tag.get_text()
        return [fenced_code(text, "" if language.lower() in _TEXT_LANGUAGES else language)] if text.strip() else []

    def _list(self, tag: Tag, depth: int) -> list[str]:
        number = _integer(_attribute(tag, "start")) or 1
        lines: list[str] = []
        for item in tag.find_all("li", recursive=False):
            parts = self.blocks(item, depth + 1)
            if not parts:
                continue
            marker = f"{number}. " if tag.name == "ol" else "- "
            body = parts[0]
            for part in parts[1:]:
                body += ("\n" if re.match(r"(?:-|\d+\.) ", part) else "\n\n") + part
            lines.append(_prefixed(body, marker, " " * len(marker)))
            number += 1
        return ["\n".join(lines)] if lines else self.blocks(tag, depth + 1)

    def _table(self, tag: Tag, depth: int) -> list[str]:
        rows = [
            [" ".join(self._cell(cell, depth).split()).replace("|", "\\|") for cell in row.find_all(["th", "td"])]
            for row in tag.find_all("tr")
        ]
        rows = [row for row in rows if row]
        width = max(map(len, rows), default=0)
        if not width:
            return self._paragraph([escape_words(tag.get_text(" "))])
        if not tag.find("th"):
            rows.insert(0, [])
        rows = [row + [""] * (width - len(row)) for row in rows]
        lines = [f"| {' | '.join(row)} |" for row in rows]
        return ["\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])]

    def _cell(self, cell: Tag, depth: int) -> str:
        return self._children(cell, depth + 2)

    # Words

    def _children(self, tag: Tag, depth: int) -> str:
        if depth > self.max_depth:
            self.not_understood["too deep"] += 1
            return escape_words(tag.get_text(" "))
        return "".join(self._inline(child, depth + 1) for child in tag.children)

    def _inline(self, node: PageElement, depth: int) -> str:
        if isinstance(node, Comment | PreformattedString):
            return ""
        if isinstance(node, NavigableString):
            return escape_words(re.sub(r"[\s\u00a0]+", " ", str(node)))
        if not isinstance(node, Tag):
            return ""
        name, classes = node.name, _classes(node)
        kinds = {name, *classes}
        if name in _DROPPED or (_DROPPED_CLASSES & kinds):
            return ""
        if name == "br":
            return "\n"
        if name == "img":
            return self._image(node, classes)
        if name in ("code", "kbd", "samp"):
            return inline_code(node.get_text())
        if "math" in kinds:
            return inline_code(node.get_text())
        if name == "a":
            return self._link(node, classes, depth)
        if name in ("sup", "sub"):
            return self._raised(node, depth)
        words = self._children(node, depth)
        if kinds & _STRONG:
            return self._around(words, "**", node, _STRONG)
        if kinds & _EMPHASIS:
            return self._around(words, "*", node, _EMPHASIS)
        if kinds & _STRUCK:
            return self._around(words, "~~", node, _STRUCK)
        if name in ("p", "div", "li") or (name in _BLOCKS and words):
            words = f"\n{words}\n"
        self._notice(node, classes)
        return words

    def _around(self, words: str, mark: str, node: Tag, kinds: frozenset[str]) -> str:
        """Marks hug the words, spaces stay outside, and no mark crosses an empty line."""
        if not words.strip() or any(kinds & {up.name, *_classes(up)} for up in list(node.parents)[:20]):
            return words
        lead = words[: len(words) - len(words.lstrip())]
        tail = words[len(words.rstrip()) :]
        inner = re.sub(r"\s*\n\s*\n\s*", f"{mark}\n\n{mark}", words.strip())
        return f"{lead}{mark}{inner}{mark}{tail}"

    def _raised(self, tag: Tag, depth: int) -> str:
        if "footnote-ref" in _classes(tag):
            return f"\\[{tag.get_text(strip=True).strip('[]')}\\]"
        words = self._children(tag, depth)
        table = _SUPERSCRIPT if tag.name == "sup" else _SUBSCRIPT
        small = words.strip().translate(table)
        if small and all(ord(letter) > 0x7F for letter in small):
            return small
        return f"^{words}" if tag.name == "sup" else f"\\_{words}" if words else ""

    def _link(self, tag: Tag, classes: list[str], depth: int) -> str:
        href = _attribute(tag, "href")
        if "mention" in classes or "mention-group" in classes:
            return tag.get_text()
        if "hashtag" in classes or "hashtag-cooked" in classes:
            return link(escape_words("#" + tag.get_text(strip=True).lstrip("#")), self._absolute(href))
        label = self._children(tag, depth)
        address = self._absolute(href)
        if not address:
            return label
        picture = tag.find("img")
        if "lightbox" in classes and isinstance(picture, Tag):
            label = escape_words(_attribute(tag, "title") or _attribute(picture, "alt") or _file_name(address))
        if tag.get_text(strip=True) == address and is_bare(address) and _stands_alone(tag):
            return address
        return link(label if label.strip() else escape_words(_file_name(address)), address)

    def _image(self, tag: Tag, classes: list[str]) -> str:
        alt = _attribute(tag, "alt").strip()
        if "emoji" in classes:
            return with_emoji(alt or _attribute(tag, "title"))
        source = self._absolute(_attribute(tag, "src"))
        label = escape_words(" ".join(alt.split()) or _file_name(source)).replace("[", "\\[").replace("]", "\\]")
        return label if tag.find_parent("a", href=True) or not source else link(label, source)

    def _absolute(self, address: str) -> str:
        address = address.strip()
        if not address or address.lower().startswith(("data:", "javascript:", "vbscript:")):
            return ""
        try:
            address = urljoin(self.base_url, address) if self.base_url else address
        except ValueError:
            return ""
        return f"https:{address}" if address.startswith("//") else address


def _stands_alone(tag: Tag) -> bool:
    after, before = tag.next_sibling, tag.previous_sibling
    return all(
        sibling is None
        or (isinstance(sibling, Tag) and sibling.name == "br")
        or (isinstance(sibling, NavigableString) and str(sibling)[edge : edge + 1 or None].isspace())
        for sibling, edge in ((after, 0), (before, -1))
    )


def _file_name(address: str) -> str:
    return unquote(address.split("?")[0].rstrip("/").rsplit("/", 1)[-1]) or address
