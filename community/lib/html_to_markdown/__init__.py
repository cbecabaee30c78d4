"""Posts that another forum cooked to HTML, as Markdown people can go on editing."""

import re
import warnings
from collections import Counter
from typing import NamedTuple

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning

from ..markdown_escape import escape_line_starts, escape_words
from . import bbcode
from .bbcode_rewriting import rewritten
from .blocks import Blocks, QuoteLink
from .words import Words

LARGEST_HTML = 2_000_000  # characters; more is taken as words only


class Converted(NamedTuple):
    markdown: str
    not_understood: Counter[str]  # tags, and classes of div, span and aside


def _no_link(_topic_id: int | None, _post_number: int | None) -> str | None:
    return None


def to_markdown(html: str, *, base_url: str = "", quote_link: QuoteLink = _no_link, max_depth: int = 100) -> Converted:
    """Markdown of cooked HTML; never raises, and what it does not know it keeps as words and counts."""
    soup = _parsed(html)
    if isinstance(soup, str):
        return Converted(escape_line_starts(escape_words(soup)), Counter({"broken HTML": 1}))
    if bbcode.may_occur(html):
        again = rewritten(soup)
        soup = BeautifulSoup(again, "html.parser") if again is not None else soup
    words = Words(base_url, max_depth)
    return Converted("\n\n".join(Blocks(words, quote_link).inside(soup, 0)), words.not_understood)


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
