"""Blocks that hold no other blocks: code, tables, and what a forum puts in by itself (link boxes, polls, films)."""

import re

from bs4 import Tag

from ..markdown_escape import escape_line_starts, escape_words, fenced_code, link, quoted
from ..plain_text import excerpt
from .tags import attribute, classes_of
from .words import Words, file_name, paragraph

_TEXT_LANGUAGES = frozenset({"", "auto", "nohighlight", "plaintext", "text", "plain", "none"})


def box(words: Words, tag: Tag, classes: list[str], depth: int) -> list[str] | None:
    """The tag as Markdown; None when it is no such block."""
    if "onebox" in classes and tag.name == "aside":
        return _onebox(words, tag)
    if "poll" in classes:
        return _poll(words, tag, depth)
    if "math" in classes:
        return [fenced_code(tag.get_text(), "latex")]
    if "lazyYT" in classes or "lazy-video-container" in classes:
        return _video(words, tag)
    if tag.name in ("video", "audio", "iframe"):
        return _media(words, tag)
    if tag.name == "hr":
        return ["---"]
    if tag.name in ("pre", "code"):
        return _code(tag)
    if tag.name == "table":
        return _table(words, tag, depth)
    return None


def _onebox(words: Words, tag: Tag) -> list[str]:
    headings = tag.select("h3 a, h4 a")
    named = next((a for a in headings if a.get_text(strip=True)), None) or tag.select_one("header a[href], a[href]")
    address = words.absolute(attribute(tag, "data-onebox-src") or attribute(named, "href"))
    label = " ".join((named or tag).get_text(" ").split())
    found = [link(escape_words(excerpt(label, 160)) or address, address)]
    code = tag.find("pre")
    if isinstance(code, Tag):
        return found + _code(code)
    for cut in tag.select(".show-more-container, .site-icon"):
        cut.decompose()
    for part in tag.select("article p, div.tweet, article blockquote"):
        said = excerpt(part.get_text(), 300)
        if said and said != label:
            return [*found, quoted(escape_line_starts(escape_words(said)))]
    return found


def _poll(words: Words, tag: Tag, depth: int) -> list[str]:
    title = tag.select_one(".poll-title")
    options = [words.line(option, depth + 1) for option in tag.find_all("li")]
    asked = escape_words(title.get_text(" ", strip=True)) if title else ""
    return ([f"**{asked}**"] if asked else []) + ["\n".join(f"- {option}" for option in options if option)]


def _video(words: Words, tag: Tag) -> list[str]:
    youtube = attribute(tag, "data-youtube-id")
    anchor = tag.find("a", href=True)
    address = f"https://www.youtube.com/watch?v={youtube}" if youtube else ""
    address = address or words.absolute(attribute(anchor if isinstance(anchor, Tag) else None, "href"))
    title = attribute(tag, "data-youtube-title") or attribute(tag, "data-video-title") or address
    return [link(escape_words(title), address)] if address else []


def _media(words: Words, tag: Tag) -> list[str]:
    inner = tag.find(["source", "a"])
    address = attribute(tag, "data-original-href") or attribute(tag, "src")
    if not address and isinstance(inner, Tag):
        address = attribute(inner, "src") or attribute(inner, "href")
    address = words.absolute(address)
    return [link(escape_words(attribute(tag, "title") or file_name(address)), address)] if address else []


def _code(tag: Tag) -> list[str]:
    code = tag.find("code")
    classes = classes_of(code) if isinstance(code, Tag) else []
    names = [name.removeprefix("lang-").removeprefix("language-") for name in classes]
    language = next((name for name in names if re.fullmatch(r"[\w+#.-]{1,20}", name)), "")
    lines = tag.select("ol.lines > li")
    text = "\n".join(line.get_text() for line in lines) if lines else tag.get_text()
    return [fenced_code(text, "" if language.lower() in _TEXT_LANGUAGES else language)] if text.strip() else []


def _table(words: Words, tag: Tag, depth: int) -> list[str]:
    rows = [
        [
            words.line(cell, depth + 2).replace("|", "\\|")
            for cell in row.find_all(["th", "td"])
            if cell.find_parent("tr") is row
        ]
        for row in tag.find_all("tr")
        if row.find_parent("table") is tag
    ]
    rows = [row for row in rows if row]
    width = max(map(len, rows), default=0)
    if not width:
        return paragraph([escape_words(tag.get_text(" "))])
    if not tag.find("th"):
        rows.insert(0, [])
    rows = [row + [""] * (width - len(row)) for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return ["\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])]
