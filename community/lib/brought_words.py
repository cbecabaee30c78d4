"""Words that were written elsewhere: cleaned of what cannot be stored, and shown in some way whatever they are."""

import re
from collections.abc import Callable

from community.lib import markdown
from community.lib.markdown_escape import fenced_code

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_CUT_AT = markdown.LONGEST_SOURCE - 1_000


def cleaned(words: str) -> tuple[str, bool]:
    """Without control characters, and whether there were any."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n")
    clean = _CONTROLS.sub("", lines)
    return clean, len(clean) < len(lines)


def rendered(body: str, render: Callable[[str], str]) -> tuple[str, str, str]:
    """The words, their HTML and what was done to them: nothing, else cut, else shown as code, which always works."""
    ways: list[tuple[str, Callable[[str], str]]] = [
        ("", str),
        ("cut", lambda words: words[:_CUT_AT] + "\n\n…"),
        ("shown as code", lambda words: fenced_code(_few_lines(words))),
    ]
    for way, change in ways:
        if way == "cut" and len(body) <= markdown.LONGEST_SOURCE:
            continue
        try:
            words = markdown.check_text(change(body))
            return words, render(words), way
        except markdown.MarkdownRefused:
            continue
    raise AssertionError("these words cannot even be shown as code")


def _few_lines(words: str) -> str:
    return "\n".join(words[:_CUT_AT].split("\n")[: markdown.MOST_LINES - 10])
