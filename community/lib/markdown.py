"""The one place where Markdown becomes HTML, and where that HTML is made safe."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote

import nh3
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from .code_blocks import LANGUAGES, TOKEN_CLASSES, Colours, code_block
from .markdown_files import Files, file_candidates
from .markdown_touches import (
    link_bare_address,
    mention_candidates,
    touch_blocks,
    touch_inline,
    words_of,
)
from .plain_text import MarkdownRefused, calm_marks, check_text, excerpt, without_direction_overrides
from .safe_links import encode, is_safe

__all__ = ["RENDERER_VERSION", "MarkdownRefused", "Rendered", "check_text", "excerpt", "render"]

RENDERER_VERSION = 2  # stored beside the HTML; raise it when the HTML of the same source changes

LONGEST_SOURCE = 50_000  # characters
DEEPEST = 40  # levels of quotes and lists, a list counting two
MOST_LINES = 6_000
MOST_BLOCKS = 6_000  # paragraphs, items, rows
MOST_SIGNS = 12_000  # characters outside code that may begin markup
MOST_BRACKETS = 1_000  # in one paragraph; the parser looks for the end of each
MOST_INLINE = 24_000  # links, words between marks
MOST_CELLS = 4_000
MOST_REFERENCES = 500
LARGEST_HTML = 400_000  # characters
_SIGNS = "*_~[]`<&:@!\\"


class Rendered(NamedTuple):
    html: str
    mentions: frozenset[str]  # lower-case handles of the people it names
    text: str  # plain words, white space folded


def _nobody(_candidates: frozenset[str]) -> Iterable[str]:
    return ()


def _nothing(_candidates: frozenset[int]) -> Files:
    return {}


def render(
    source: str,
    *,
    known_handles: Callable[[frozenset[str]], Iterable[str]] = _nobody,
    known_files: Callable[[frozenset[int]], Files] = _nothing,
) -> Rendered:
    """Safe HTML of Markdown, or MarkdownRefused.

    `known_handles` says which candidates are members, `known_files` what there is to say about the files it names.
    """
    if len(source) > LONGEST_SOURCE:
        raise MarkdownRefused(
            _(
                "The text has %(count)d characters; the limit is %(limit)d. "
                "Shorten it, or attach the long part as a file."
            ),
            code="too_long",
            count=len(source),
            limit=LONGEST_SOURCE,
        )
    source = without_direction_overrides(check_text(source))
    if source.count("\n") > MOST_LINES:
        raise _too_much("too_many_lines")
    tokens = _MARKDOWN.parse(source, {})
    candidates = mention_candidates(tokens)
    known = frozenset(known_handles(candidates)) & candidates if candidates else candidates
    mentioned: set[str] = set()
    named = file_candidates(tokens)
    files = known_files(named) if named else {}
    for token in tokens:
        if token.type == "inline":
            touch_inline(token, known, mentioned, files)
    touch_blocks(tokens)
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {"colours": Colours()})
    if len(html) > min(12 * len(source) + 20_000, LARGEST_HTML):
        raise _too_much("too_large")
    return Rendered(_CLEANER.clean(_calmed(html)), frozenset(mentioned), _calmed(words_of(tokens)))


def _calmed(text: str) -> str:
    """Again after parsing, because `&#x202e;` and `&#x301;` are letters only now."""
    return calm_marks(without_direction_overrides(text))


def _too_much(code: str) -> MarkdownRefused:
    return MarkdownRefused(
        _(
            "The formatting of the text is too heavy: too many nested quotes, lists, links or table cells. "
            "Simplify it, split it into several posts, or attach it as a file."
        ),
        code=code,
    )


def _guard_blocks(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule that never matches and stops what costs too much; the parser would drop the words."""
    if state.level > DEEPEST:
        raise _too_much("too_deep")
    if len(state.tokens) > 3 * MOST_BLOCKS:
        raise _too_much("too_many_blocks")
    if not silent and start + 1 < end:
        columns = state.src.count("|", state.bMarks[start], state.eMarks[start])
        if columns and columns * _rows_below(state, start, end) > MOST_CELLS:
            raise _too_much("too_many_cells")
    return False


def _rows_below(state: StateBlock, start: int, end: int) -> int:
    """How many rows a table starting here would have, none when its second line is no `|---|`."""
    ruler = state.src[state.bMarks[start + 1] : state.eMarks[start + 1]]
    if "-" not in ruler or ruler.strip(" \t>|:-"):
        return 0
    line = start + 1
    while line < end and not state.isEmpty(line):
        line += 1
    return line - start


def _guard_signs(state: Any) -> None:
    """Core rule before the inline parser: few definitions and signs, whose cost is more than linear."""
    if len(state.env.get("references", ())) > MOST_REFERENCES:
        raise _too_much("too_many_references")
    signs = 0
    for block in state.tokens:
        if block.type == "inline":
            signs += sum(map(block.content.count, _SIGNS))
            if signs > MOST_SIGNS or block.content.count("[") > MOST_BRACKETS:
                raise _too_much("too_many_signs")


def _guard_inline(state: Any) -> None:
    """Core rule: stop before the HTML is built when its addresses and marks alone would be too much."""
    pieces = weight = 0
    for block in state.tokens:
        for token in block.children or ():
            pieces += 1
            if token.attrs:
                weight += sum(len(str(value)) for value in token.attrs.values())
    if pieces > MOST_INLINE or weight > LARGEST_HTML:
        raise _too_much("too_many_pieces")


class _Renderer(RendererHTML):
    """Code blocks with colours, tables that scroll, one alt text per picture."""

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        return code_block(tokens[idx].content, tokens[idx].info, env["colours"])

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        return code_block(tokens[idx].content, "", env["colours"])

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        # Focusable, because what scrolls must be reachable by keyboard; nameless, so no region.
        return f'<div class="table-scroll" tabindex="0"><table{self.renderAttrs(tokens[idx])}>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        return "</table></div>\n"


def _parser() -> MarkdownIt:
    markdown = MarkdownIt(
        "commonmark",
        {"html": False, "breaks": True, "xhtmlOut": False, "maxNesting": DEEPEST + 20},
        renderer_cls=_Renderer,
    )
    markdown.enable(["table", "strikethrough"]).disable(["html_block", "html_inline", "text_join"])
    markdown.block.ruler.before("table", "guard", _guard_blocks, {"alt": ["paragraph", "blockquote", "list"]})
    markdown.core.ruler.after("block", "guard_signs", _guard_signs)
    markdown.core.ruler.after("inline", "guard_inline", _guard_inline)
    markdown.inline.ruler.after("text", "bare_address", link_bare_address)
    markdown.validateLink = is_safe  # type: ignore[method-assign,assignment]
    markdown.normalizeLink = encode  # type: ignore[method-assign,assignment]
    markdown.normalizeLinkText = str  # type: ignore[method-assign,assignment]
    return markdown


_MARKDOWN = _parser()

_BLOCKS = {"p", "ul", "ol", "li", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "td", "th", "pre"}
_ALIGNED = {"align-left", "align-center", "align-right"}
_ATTRIBUTES: dict[str, set[str]] = {
    **{block: {"dir"} for block in _BLOCKS},
    "pre": {"dir", "tabindex"},
    "div": {"tabindex"},
    "a": {"href", "rel", "title"},
    "img": {"src", "alt", "loading", "decoding", "width", "height"},
    "ol": {"dir", "start"},
}
_CLASSES: dict[str, set[str]] = {
    "pre": {"code"},
    "code": {f"language-{language}" for language in LANGUAGES},
    "span": {*TOKEN_CLASSES, "file-size"},
    "a": {"mention", "image-link", "picture", "file"},
    "li": {"task", "task-done"},
    "div": {"table-scroll"},
    "td": _ALIGNED,
    "th": _ALIGNED,
}
_CLEANER = nh3.Cleaner(
    tags=_BLOCKS
    | {"ul", "ol", "hr", "br", "code", "span", "em", "strong", "s", "a", "img", "div"}
    | {"table", "thead", "tbody", "tr"},
    attributes=_ATTRIBUTES,
    allowed_classes=_CLASSES,
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)


_LINK = re.compile(r"<a ([^>]*)>")
_MENTIONED = re.compile(r'href="/members/([^"/]+)/"')


def mentioned_in(html: str) -> frozenset[str]:
    """The handles that rendered words mention; a link somebody wrote themselves is none."""
    links = (match[1] for match in _LINK.finditer(html) if 'class="mention"' in match[1])
    return frozenset(unquote(match[1]) for link in links if (match := _MENTIONED.search(link)))
