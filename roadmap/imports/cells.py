"""What single cells say: as tables everywhere, and words with HTML in them."""

import re

from community.lib import html_to_markdown
from community.lib.cells import CellRefused, email, emails, listed, when, whole

__all__ = ["CellRefused", "email", "emails", "listed", "to_markdown", "when", "whole"]

_TAGS = re.compile(
    r"</?(?:p|br|div|a|ul|ol|li|b|i|u|strong|em|img|span|h[1-6]|blockquote|pre|table)(?:\s[^<>]*)?/?>", re.I
)


def to_markdown(text: str, *, is_markdown: bool) -> str:
    """HTML becomes Markdown; all else is taken as Markdown, which plain text is too."""
    if is_markdown or not _TAGS.search(text):
        return text
    return html_to_markdown.to_markdown(text).markdown
