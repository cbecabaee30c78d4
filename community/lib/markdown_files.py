"""What people attached, where their Markdown names it: pictures of a fixed size, and downloads with name and size."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

from markdown_it.token import Token

MOST_FILES = 20  # different ones that a text may show; further ones are plain links

_ADDRESS = re.compile(r"/files/([0-9]{1,18})/[^/?#]+")
_NAMED = re.compile(r'(?:href|src)="/files/([0-9]{1,18})/')


class ShownFile(NamedTuple):
    """What the HTML of a text says about a file that it names."""

    url: str
    size: int  # bytes
    small_url: str = ""  # only pictures have one
    width: int = 0  # pixels of the small one
    height: int = 0
    alt: str = ""


Files: TypeAlias = Mapping[int, ShownFile]


def file_candidates(tokens: Iterable[Token]) -> frozenset[int]:
    """The ids in the addresses of links and pictures."""
    found: set[int] = set()
    for block in tokens:
        for token in block.children or ():
            pk = _pk_in(token)
            if pk is not None and len(found) < MOST_FILES:
                found.add(pk)
    return frozenset(found)


def files_named_in(html: str) -> frozenset[int]:
    """The same ids, of a text that was rendered already."""
    return frozenset(map(int, _NAMED.findall(html)))


def file_of(token: Token, files: Files) -> ShownFile | None:
    """The file that a link or picture leads to, if it is one of these."""
    pk = _pk_in(token) if files else None
    return files.get(pk) if pk is not None else None


def picture_tokens(token: Token, file: ShownFile, *, inside_link: bool) -> list[Token]:
    """The small picture, lazy and with its size so that nothing jumps, leading to the whole one."""
    words = "".join(child.content for child in token.children or ()).strip()
    if not words:
        token.children = [Token("text", "", 0, content=file.alt)]
    token.attrs = {
        "src": file.small_url, "alt": "", "width": file.width, "height": file.height,
        "loading": "lazy", "decoding": "async",
    }  # fmt: skip
    if inside_link:
        return [token]
    opening = Token("link_open", "a", 1, attrs={"href": file.url, "class": "picture"})
    return [opening, token, Token("link_close", "a", -1)]


def size_tokens(file: ShownFile) -> list[Token]:
    """How large a download is, behind its name."""
    opening = Token("span_open", "span", 1, attrs={"class": "file-size"})
    return [opening, Token("text", "", 0, content=f" {size_text(file.size)}"), Token("span_close", "span", -1)]


def size_text(size: int) -> str:
    """Like 900 B, 12 KB, 3.4 MB: the same in every language, for it is rendered once."""
    if size < 1_000:
        return f"{size} B"
    if size < 999_500:
        return f"{round(size / 1_000)} KB"
    return f"{size / 1_000_000:.1f} MB"


def _pk_in(token: Token) -> int | None:
    if token.type not in ("link_open", "image"):
        return None
    match = _ADDRESS.fullmatch(str(token.attrs.get("href") or token.attrs.get("src") or ""))
    return int(match[1]) if match else None
