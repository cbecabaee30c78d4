"""What we do to parsed Markdown before it becomes HTML: people, pictures, emoji, headings, tasks."""

import re
from collections.abc import Iterable, Iterator
from unicodedata import bidirectional
from urllib.parse import quote, unquote

from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from .markdown_files import Files, file_of, picture_tokens, size_tokens
from .plain_text import STACKING_MARKS
from .safe_links import EXTERNAL_REL, Reach, is_own_picture, is_safe, reach

MOST_HANDLES = 50  # different people a post may mention; further ones stay words
TOP_HEADING = 2  # the page owns h1
SPEAKING_BLOCKS = frozenset({"paragraph_open", "blockquote_open", "list_item_open", "td_open", "th_open"})
CONTAINERS = frozenset({"blockquote_open", "bullet_list_open", "ordered_list_open", "list_item_open", "table_open"})
TASKS = {"[ ] ": ("task", "☐ "), "[x] ": ("task task-done", "☑ "), "[X] ": ("task task-done", "☑ ")}
# Names other forums use and the emoji package does not know.
MORE_SHORTCODES = {
    ":crazy_face:": "🤪",
    ":frowning_with_open_mouth:": "😦",
    ":nerd:": "🤓",
    ":slight_frown:": "🙁",
    ":slight_smile:": "🙂",
    ":upside_down:": "🙃",
}

_DIRECTIONS = {"L": "ltr", "R": "rtl", "AL": "rtl"}  # of the letters that have one (Unicode UAX #9)
MENTION = re.compile(rf"(?<![\w@./+-])@([\w.{STACKING_MARKS}-]+)")
_ASCII_HANDLE = re.compile(r"[A-Za-z0-9_.-]+")
_HANDLE_JOINT = re.compile(r"[.-]+")
_SHORTCODE = re.compile(r":[a-z0-9_+-]{1,50}:")
_SCHEME_BEFORE = re.compile(r"(?<![A-Za-z0-9])https?$", re.I)
_BARE_ADDRESS = re.compile(r"://[^\s<>\"\\^`{|}]{1,1900}")


def link_bare_address(state: StateInline, silent: bool) -> bool:
    """Inline rule: `https://…` in running text is a link, before emphasis sees the `_` in it."""
    if state.src[state.pos] != ":" or state.linkLevel > 0:
        return False
    scheme = _SCHEME_BEFORE.search(state.pending[-6:])  # only the end: the whole is quadratic
    rest = scheme and _BARE_ADDRESS.match(state.src, state.pos)
    if not scheme or not rest:
        return False
    tail = _without_trailing_punctuation(rest[0])
    address = scheme[0] + tail
    if not is_safe(state.md.normalizeLink(address)):
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[0])]
        opening = state.push("link_open", "a", 1)
        opening.attrs = {"href": state.md.normalizeLink(address)}
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1)
    state.pos += len(tail)
    return True


def _without_trailing_punctuation(address: str) -> str:
    """The full stop, the stars and the closing parenthesis of `(see https://…)` are the sentence's."""
    surplus = address.count(")") - address.count("(")
    end = len(address)
    while end > 0:
        last = address[end - 1]
        if last == ")" and surplus > 0:
            surplus -= 1
        elif last not in "?!.,:;*~'”’»…。、，）":
            break
        end -= 1
    return address[:end]


def spellings(run: str) -> Iterator[str]:
    """The handles the letters after an @ may mean, longest first: `@ann.` `@ann-bo` `@ann님` `@annครับ`."""
    run = run[:200].rstrip(".-")
    ends = {len(run)} | {joint.start() for joint in _HANDLE_JOINT.finditer(run)}
    if ascii_part := _ASCII_HANDLE.match(run):
        ends.add(len(ascii_part[0].rstrip(".-")))
    for end in sorted(ends, reverse=True):
        if 2 <= end <= 30 and run[0].isalnum() | (run[0] == "_"):
            yield run[:end]


def inline_children(tokens: list[Token]) -> Iterator[Token]:
    """The tokens inside paragraphs, cells and headings, in reading order."""
    for block in tokens:
        if block.type == "inline":
            yield from block.children or []


def mention_candidates(tokens: list[Token]) -> frozenset[str]:
    """Lower-case handles that may be people, found outside code and links."""
    handles: set[str] = set()
    depth = 0
    for token in inline_children(tokens):
        depth += token.nesting if token.type in ("link_open", "link_close") else 0
        if token.type != "text" or depth or "@" not in token.content:
            continue
        for match in MENTION.finditer(token.content):
            if len(handles) >= MOST_HANDLES:
                return frozenset(handles)
            handles.update(spelling.lower() for spelling in spellings(match[1]))
    return frozenset(handles)


def touch_inline(block: Token, known: frozenset[str], mentioned: set[str], files: Files) -> None:
    """Rewrite the children of one block: links dressed, far pictures as links, files, mentions, emoji."""
    touched: list[Token] = []
    depth = 0
    after_link: list[Token] = []
    for token in block.children or []:
        if token.type == "link_open":
            depth += 1
            after_link = _dress_link(token, files)
        elif token.type == "link_close":
            depth -= 1
            touched.extend(after_link)
        if token.type == "image":
            touched.extend(_picture(token, files, inside_link=depth > 0))
        elif token.type == "text":
            token.content = with_emoji(token.content)
            touched.extend(_with_mentions(token, known, mentioned) if known and not depth else [token])
        else:
            if token.type == "text_special":
                token.type = "text"
            touched.append(token)
    block.children = touched


def _dress_link(token: Token, files: Files) -> list[Token]:
    """Say what kind of link it is; answers what else belongs into it, such as the size of a download."""
    if reach(str(token.attrs.get("href", ""))) is Reach.ELSEWHERE:
        token.attrs["rel"] = EXTERNAL_REL
    file = file_of(token, files)
    if file is None or file.small_url:
        return []
    token.attrs |= {"href": file.url, "class": "file"}
    return size_tokens(file)


def _picture(token: Token, files: Files, *, inside_link: bool) -> list[Token]:
    source = str(token.attrs.get("src", ""))
    token.attrs.pop("title", None)
    file = file_of(token, files)
    if file and file.small_url:
        return picture_tokens(token, file, inside_link=inside_link)
    if is_own_picture(source):
        token.attrs |= {"loading": "lazy", "decoding": "async"}
        return [token]
    words = "".join(child.content for child in token.children or []).strip()
    label = Token("text", "", 0, content=words or unquote(source.rstrip("/").rsplit("/", 1)[-1]) or source)
    if inside_link:
        return [label]
    opening = Token("link_open", "a", 1, attrs={"href": source, "class": "image-link"})
    return [opening, label, *_dress_link(opening, files), Token("link_close", "a", -1)]


def _with_mentions(token: Token, known: frozenset[str], mentioned: set[str]) -> Iterable[Token]:
    if "@" not in token.content:
        yield token
        return
    done = 0
    for match in MENTION.finditer(token.content):
        handle = next((spelling for spelling in spellings(match[1]) if spelling.lower() in known), None)
        if handle is None:
            continue
        mentioned.add(handle.lower())
        yield Token("text", "", 0, content=token.content[done : match.start()])
        address = f"/members/{quote(handle.lower())}/"
        yield Token("link_open", "a", 1, attrs={"href": address, "class": "mention"})
        yield Token("text", "", 0, content=f"@{handle}")
        yield Token("link_close", "a", -1)
        done = match.start(1) + len(handle)
    yield Token("text", "", 0, content=token.content[done:])


def with_emoji(text: str) -> str:
    """`:tada:` becomes 🎉."""
    if text.count(":") < 2 or not _SHORTCODE.search(text):
        return text
    import emoji  # 25 ms, and most processes never need it

    text = _SHORTCODE.sub(lambda code: MORE_SHORTCODES.get(code[0], code[0]), text)
    return emoji.emojize(text, language="alias", variant="emoji_type")


def touch_blocks(tokens: list[Token]) -> None:
    """Headings below the page's own, direction found per block, task lists as signs, no inline styles."""
    top = min((int(token.tag[1]) for token in tokens if token.type == "heading_open"), default=1)
    before = TOP_HEADING - 1
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            before = min(TOP_HEADING + int(token.tag[1]) - top, before + 1, 6)
            token.tag = tokens[place + 2].tag = f"h{before}"
            token.attrs = {"dir": "auto"}
        elif token.type in SPEAKING_BLOCKS:
            style = str(token.attrs.pop("style", ""))
            if style:
                token.attrs["class"] = style.replace("text-align:", "align-")
            token.attrs["dir"] = "auto"
            if token.type == "list_item_open":
                _touch_task(token, tokens[place + 1 : place + 3])
    _direct_containers(tokens)


def _direct_containers(tokens: list[Token]) -> None:
    """Lists, quotes and tables go the way of the first letter in them.

    dir="auto" does not look into children that have a direction of their own, and would set the bullets
    and bars of Arabic on the left.
    """
    waiting: list[Token] = []
    for token in tokens:
        if token.type in CONTAINERS:
            waiting.append(token)
        elif waiting and token.type == "inline":
            direction = next(filter(None, map(_DIRECTIONS.get, map(bidirectional, token.content))), "")
            if direction:
                for container in waiting:
                    container.attrs["dir"] = direction
                waiting.clear()


def _touch_task(item: Token, following: list[Token]) -> None:
    if len(following) < 2 or following[0].type != "paragraph_open" or not following[1].children:
        return
    first = following[1].children[0]
    found = TASKS.get(first.content[:4]) if first.type == "text" else None
    if found:
        item.attrs["class"], sign = found
        first.content = sign + first.content[4:]


def words_of(tokens: list[Token]) -> str:
    """The plain words of parsed Markdown, white space folded."""
    words: list[str] = []
    for block in tokens:
        if block.type in ("fence", "code_block"):
            words.append(block.content)
        elif block.type == "inline":
            words.append("".join(_said(child) for child in block.children or []))
    return " ".join(" ".join(words).split())


def _said(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type == "image":
        return "".join(child.content for child in token.children or [])
    return token.content
