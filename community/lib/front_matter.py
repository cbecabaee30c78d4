"""The lines between `---` at the beginning of a Markdown file: the part of YAML that such files use, and no more.

A key has words, a list, or a block of lines (`|`, `>`). Nothing is made of what is written, no number and no date:
who reads a field knows what it is. Anchors, tags and maps inside maps are words like any others.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Field: TypeAlias = str | list[str]
_RULER = re.compile(r"---[ \t]*\r?\n")
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.M)
_KEY = re.compile(r"""^(?P<quote>["']?)(?P<key>[\w][\w .-]*)(?P=quote)\s*:(?:\s+(?P<words>.*))?$""")
_COMMENT = re.compile(r"\s+#.*$")
_PIECE = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,]*)\s*(?:,|$)""")
_PLAIN = re.compile(r"[\w/(][^\n:#\[\]{}\"'&*!|>%@`]*")


def read(text: str) -> tuple[dict[str, Field], str]:
    """The fields, by key in small letters, and the text below them. No fields where the file begins without `---`."""
    text = text.removeprefix("\ufeff")
    opening = _RULER.match(text)
    end = _END.search(text, opening.end()) if opening else None
    if opening is None or end is None:
        return {}, text
    return _fields(text[opening.end() : end.start()].splitlines()), text[end.end() :].lstrip("\r\n")


def write(fields: Mapping[str, str | Sequence[str]], body: str) -> str:
    """The file that `read` reads back; fields without words are left out."""
    lines = ["---"]
    for key, value in fields.items():
        if isinstance(value, str):
            lines += [f"{key}: {_quoted(value)}"] if value else []
        elif value:
            lines += [f"{key}:", *(f"  - {_quoted(one)}" for one in value)]
    return "\n".join([*lines, "---", "", body.strip("\n"), ""])


def _quoted(words: str) -> str:
    if (
        _PLAIN.fullmatch(words)
        and words == words.strip()
        and words.lower() not in ("true", "false", "null", "yes", "no")
    ):
        return words
    return json.dumps(words, ensure_ascii=False)


def _fields(lines: list[str]) -> dict[str, Field]:
    found: dict[str, Field] = {}
    at = 0
    while at < len(lines):
        key = None if lines[at][:1].isspace() else _KEY.match(lines[at])
        at += 1
        if key is None:
            continue
        below: list[str] = []
        while at < len(lines) and (not lines[at].strip() or lines[at][0] in " \t-"):
            below.append(lines[at])
            at += 1
        found[key["key"].strip().lower()] = _field((key["words"] or "").strip(), below)
    return found


def _field(words: str, below: list[str]) -> Field:
    if words[:1] in ("|", ">") and len(words) <= 2:
        kept = [line.strip() if words[0] == ">" else line.removeprefix("  ") for line in below]
        return (" " if words[0] == ">" else "\n").join(kept).strip()
    if words.startswith("[") and _COMMENT.sub("", words).endswith("]"):
        inside = _COMMENT.sub("", words)[1:-1]
        pieces = [_unquoted(piece) for piece in _PIECE.findall(inside)]
        return [piece for piece in pieces if piece]
    items = [line.strip() for line in below if line.strip()]
    if not words and items and all(item.startswith("- ") for item in items):
        return [_unquoted(item[2:]) for item in items]
    # Words may go on in lines that are indented.
    return _unquoted(" ".join([words, *(item for item in items if not item.startswith("#"))]).strip())


def _unquoted(words: str) -> str:
    words = words.strip()
    if words.startswith('"'):
        try:
            said, _end = json.JSONDecoder().raw_decode(words)
            return str(said)
        except ValueError:
            return words.strip('"')
    if words.startswith("'"):
        end = re.match(r"'((?:[^']|'')*)'", words)
        return end[1].replace("''", "'") if end else words.strip("'")
    words = "" if words.startswith("#") else _COMMENT.sub("", words)
    return "" if words in ("~", "null") else words
