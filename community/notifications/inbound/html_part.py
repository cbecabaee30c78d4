"""The HTML of a mail as Markdown of what was written in it: what each mail program marks as quoted or signing goes."""

import re
from collections.abc import Collection, Iterator
from html import unescape

from bs4 import BeautifulSoup, Tag
from bs4.element import PageElement

from community.lib.html_to_markdown import to_markdown
from community.lib.markdown_escape import escape_line_starts, escape_words

LARGEST = 200_000  # characters of what is written; styles, comments and pictures within it do not count
MOST_BROKEN = 50
MOST_BOXES = 20
MOST_TAGS = 5_000  # tags inside each other cost more than those behind each other
# From here on everything is the mail that is answered: Outlook on the desk, in the browser and on phones.
_CUTS = re.compile(
    r"\bid=[\"']?(?:x_)*(?:divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION|mail-editor-reference-message-container)\b"
    r"|border-top: ?solid #?(?:E1E1E1|B5C4DF)\b",
    re.IGNORECASE,
)
_HEAVY = (
    ("<style", "</style>"),
    ("<script", "</script>"),
    ("<head>", "</head>"),
    ("<title", "</title>"),
    ("<!--", "-->"),
)
_INSIDE_PICTURES = re.compile(r"data:[a-z]{1,20}/[a-z0-9.+-]{1,40};base64,[a-z0-9+/=]+", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_SIGNATURES = (
    ".gmail_signature, .gmail_signature_prefix, .moz-signature, #Signature, #signature, #AppleMailSignature, "
    "#ms-outlook-mobile-signature, #ms-outlook-mobile-body-separator-line, #composer_signature, #x_Signature, "
    ".ms-outlook-mobile-signature, #ymail_android_signature, .naver_signature"
)
_ATTRIBUTIONS = ".gmail_attr, .moz-cite-prefix, .yahoo_quoted_begin, .protonmail_quote_header"
# Boxes that hold the quote with all around it. Who answers between the lines writes inside of them.
_QUOTING = ".gmail_quote, .gmail_quote_container, .yahoo_quoted, .protonmail_quote, .naver_quote, .mail_quote"
_SPACE = re.compile(r"[\s\u200b\u00a0]+")


def markdown_of(html: str) -> str:
    """Markdown in which quotes that were answered between their lines are still quotes; never raises."""
    soup = _soup(html)
    if soup is None:
        return escape_line_starts(escape_words(_SPACE.sub(" ", unescape(_TAG.sub(" ", _cut(html)))).strip()))
    for found in soup.select(_SIGNATURES):
        _remove(found)
    for found in soup.select(_ATTRIBUTIONS):
        _remove(found)
    for box in soup.select(_QUOTING)[:MOST_BOXES]:
        if not box.decomposed and box.name != "blockquote":
            _settle(box)
    return to_markdown(str(soup)).markdown


def pictures_in(html: str) -> list[str]:
    """The cids of the pictures that the words themselves show, without those of quotes and signatures."""
    soup = _soup(html)
    if soup is None:
        return list(cids_named(html))
    for found in soup.select(f"{_SIGNATURES}, {_QUOTING}, blockquote"):
        _remove(found)
    sources = [str(one.get("src", "")) for one in soup.find_all("img") if isinstance(one, Tag)]
    return [source[4:].strip("<> ") for source in sources if source.lower().startswith("cid:")]


def _soup(html: str) -> BeautifulSoup | None:
    """None for what costs too much to be read as HTML, or cannot be."""
    light = _cut(html)
    tags = light.count("<")
    # The parser reads to the end for each tag that has none.
    if tags > MOST_TAGS or tags - len(_TAG.findall(light)) > MOST_BROKEN:
        return None
    try:
        return BeautifulSoup(light, "html.parser")
    except Exception:  # the parser names its failures differently in every version
        return None


def _cut(html: str) -> str:
    """Up to the mail that is answered, where a program says where it begins; without what nobody reads."""
    light = _INSIDE_PICTURES.sub("", html)
    for begin, end in _HEAVY:
        light = _without(light, begin, end)
    found = _CUTS.search(light)
    return light[: light.rfind("<", 0, found.start()) if found else None][:LARGEST]


def _without(html: str, begin: str, end: str) -> str:
    """Without everything between two words, them included: a pattern would look for the end from each beginning."""
    lower, kept, at = html.lower(), [], 0
    if len(lower) != len(html):  # some letters have two small ones; then no place is where it was
        return html
    while (start := lower.find(begin, at)) >= 0 and (stop := lower.find(end, start)) >= 0:
        kept.append(html[at:start])
        at = stop + len(end)
    return "".join((*kept, html[at:]))


def _settle(box: Tag) -> None:
    """Without what it quotes; where something was written between the quotes, they stay."""
    if any(_loose_words(box)):
        box.unwrap()
    else:
        _remove(box)


def _loose_words(box: Tag) -> Iterator[str]:
    """Words in it that stand in no quote."""
    waiting: list[PageElement] = list(box.children)
    while waiting:
        node = waiting.pop()
        if isinstance(node, Tag):
            if node.name != "blockquote":
                waiting += node.children
        elif words := _SPACE.sub("", str(node)):
            yield words


def _remove(found: Tag) -> None:
    if not found.decomposed:
        found.decompose()


def cids_named(html: str) -> Collection[str]:
    """Every cid that the HTML names, anywhere."""
    return {one.strip() for one in re.findall(r"cid:([^\s\"'<>)]{1,200})", html, re.IGNORECASE)}
