"""JSON lines: `{"id": …, "title": … or null, "text": …}`, and what else a line may say."""

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from community.knowledge.import_articles.brought import (
    Brought,
    ImportRefused,
    SectionWords,
    external_id,
    language_of,
    moment,
    old_path,
)
from community.lib import html_to_markdown
from community.lib.discourse_topics import Problems
from community.lib.markdown_escape import escape_line_starts, escape_words

LONGEST_LINE = 64 * 1024 * 1024  # bytes


def plain(text: str) -> str:
    """Plain text as Markdown that shows it as it is."""
    lines = (line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return escape_line_starts(escape_words("\n".join(lines)))


def from_html(text: str) -> str:
    return html_to_markdown.to_markdown(text).markdown


FORMS: dict[str, Callable[[str], str]] = {"text": plain, "html": from_html, "markdown": str}


def read(path: Path, problems: Problems) -> Iterator[Brought]:
    open_it = gzip.open if path.name.endswith(".gz") else open
    try:
        with open_it(path, "rb") as stream:
            for number, line in enumerate(iter(lambda: stream.readline(LONGEST_LINE), b""), 1):
                if line.strip() and (article := _article(line, number, problems)):
                    yield article
    except (OSError, EOFError) as broken:
        raise ImportRefused(f"{path.name} cannot be read to its end: {broken}") from broken


def _article(line: bytes, number: int, problems: Problems) -> Brought | None:
    try:
        said: dict[str, Any] = json.loads(line)
        form = next(name for name in FORMS if isinstance(said.get(name), str))
        if said.get("id") in (None, ""):
            raise ValueError("no id")
    except (ValueError, AttributeError, StopIteration, RecursionError) as broken:
        problems.add("line not understood", f"line {number}: {broken!r}"[:200])
        return None
    section = said.get("section")
    path = old_path(str(said.get("url") or ""))
    return Brought(
        external_id=external_id(said["id"]),
        title=str(said.get("title") or ""),
        said=said[form],
        to_markdown=FORMS[form],
        language=language_of(said.get("language")),
        original=external_id(said.get("translation_of") or ""),
        section=SectionWords(key=str(section), name=str(section)) if section else None,
        labels=_labels(said.get("labels")),
        addresses=(path,) if path else (),
        created_at=moment(said.get("created_at")),
        updated_at=moment(said.get("updated_at")),
        is_draft=said.get("draft") is True,
    )


def _labels(said: object) -> tuple[str, ...]:
    return tuple(str(label) for label in said if label) if isinstance(said, list) else ()
