"""The words of a result around what was looked for, with that marked."""

from collections.abc import Sequence
from html import escape

from django.utils.safestring import SafeString

from community.lib.text import Sought, Span
from community.search.write import plain

LENGTH = 240  # characters
LEAD = 60  # of them before the first mark
MOST = 12_000  # characters of a post that are looked at


def marked(text: str, sought: Sought, languages: Sequence[str]) -> SafeString:
    """All of a short text, such as a title."""
    return SafeString(_shown(text, 0, len(text), sought.spans(text, languages)))


def snippet(html: str, sought: Sought, languages: Sequence[str], *, length: int = LENGTH) -> SafeString:
    """The piece of a post that says most of it; its beginning where nothing is marked."""
    text = " ".join(plain(html[: MOST * 2]).split())[:MOST]
    found = sought.spans(text, languages)
    start = _begin(text, _best(found, length))
    end = min(len(text), start + length)
    if end < len(text):
        space = text.rfind(" ", start + length // 2, end)
        end = space if space > 0 else end
    inside = [span for span in found if start <= span.start and span.end <= end]
    shown = _shown(text, start, end, inside)
    return SafeString(f"{'… ' if start else ''}{shown}{' …' if end < len(text) else ''}")


def _best(found: Sequence[Span], length: int) -> int:
    """Where the window begins that has most different words in it."""
    best, most = 0, 0
    for at, span in enumerate(found):
        words = {one.term for one in found[at : at + 30] if one.end <= span.start + length - LEAD}
        if len(words) > most:
            best, most = span.start, len(words)
    return best


def _begin(text: str, at: int) -> int:
    """A little before the first mark, between words."""
    if at <= LEAD:
        return 0
    space = text.find(" ", at - LEAD, at)
    return space + 1 if space >= 0 else at


def _shown(text: str, start: int, end: int, found: Sequence[Span]) -> str:
    """HTML. Escaped piece by piece: `format_html` took four times as long, for some hundred pieces of a page."""
    html = ""
    for span in found:
        html += f"{escape(text[start : span.start])}<mark>{escape(text[span.start : span.end])}</mark>"
        start = span.end
    return html + escape(text[start:end])
