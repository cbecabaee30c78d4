"""What people typed into Discourse, as our Markdown: its own marks turned into ones that we know."""

import re
from collections.abc import Callable, Iterator

from .markdown_escape import escape_words, link

_FENCE = re.compile(r"^\s{0,3}(`{3,}|~{3,})")
_CODE_MARK = re.compile(r"^\s*\[(/?)code(?:=([\w+#-]{1,20}))?\]\s*$", re.I)
_QUOTE = re.compile(r"\[quote(?:=(?:\"([^\"]*)\"|([^\]\n]*)))?\]", re.I)
_QUOTE_END = re.compile(r"\[/quote\]", re.I)
_DETAILS = re.compile(r"^\s*\[details(?:=\"?([^\"\]]*)\"?)?[^\]]*\]\s*$", re.I)
_DETAILS_END = re.compile(r"^\s*\[/details\]\s*$", re.I)
_DATE = re.compile(r"\[date=([\d-]+)(?: time=([\d:]+))?([^\]\n]*)\]")
_ZONE = re.compile(r"timezone=\"?([\w/+-]+)")
_SIZED_PICTURE = re.compile(r"(!\[[^\]\n]*?)\|[^\]\n]*(\]\()")
_UPLOAD = re.compile(r"upload://([A-Za-z0-9]+)(\.[A-Za-z0-9]+)?")
_COOKED_UPLOAD = re.compile(r"<[^<>]*data-base62-sha1=\"([A-Za-z0-9]+)\"[^<>]*>")
_SOURCE = re.compile(r"\ssrc=\"([^\"]+)\"")
_PLACE = re.compile(r"\b(post|topic):(\d{1,15})\b")
_CODE = re.compile(r"```.*?```|~~~.*?~~~|`[^`\n]*`|^(?: {4}|\t)[^\n]*$", re.S | re.M)
_HTML = re.compile(
    r"</?(?:details|summary|div|br|h[1-6]|small|big|sub|sup|strike|s|del|ins|img|pre|hr|p|ul|ol|li|b|i|u|em|strong|kbd|"
    r"table|tr|td|th|a|span|font|center|blockquote|mark|abbr)(?:\s[^<>]{0,500})?/?>",
    re.I,
)
DEEPEST = 8  # quotes inside each other


def _no_link(_topic_id: int | None, _post_number: int | None) -> str | None:
    return None


def says_more_when_cooked(raw: str, cooked: str) -> bool:
    """Whether the text has formulas, footnotes or HTML, which our Markdown would show as signs."""
    if 'class="math"' in cooked or "footnote-ref" in cooked:
        return True
    return bool(cooked) and "<" in raw and _HTML.search(_CODE.sub(" ", raw)) is not None


def to_markdown(
    raw: str,
    *,
    cooked: str = "",
    base_url: str = "",
    quote_link: Callable[[int | None, int | None], str | None] = _no_link,
) -> str:
    """The same words with quotes, folded parts, dates and uploads in Markdown; code stays as it is."""
    uploads = _uploads(cooked)
    written: list[str] = []
    depth = 0
    fence = ""
    has_quotes = _QUOTE_END.search(raw) is not None
    for line in _fenced(raw.replace("\r\n", "\n").split("\n")):
        marks = _FENCE.match(line)
        if fence:
            written.append("> " * depth + line)
            if marks and marks[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif marks:
            fence = marks[1]
            written.append("> " * depth + line)
        else:
            pieces = _pieces(line, depth, quote_link) if has_quotes else [(line, 0)]
            for piece, quotes in pieces:
                words = _marks(piece, uploads, base_url)
                if has_quotes and not words.strip() and written and _is_blank(written[-1], quotes):
                    written.pop()  # one empty line parts as well as three
                written.append(f"{'> ' * quotes}{words}".rstrip(" ") if quotes else words)
            depth = pieces[-1][1]
    return "\n".join(written).strip("\n")


def _fenced(lines: list[str]) -> Iterator[str]:
    """The lines with [code] on a line of its own as a fence."""
    opened = False
    for line in lines:
        mark = _CODE_MARK.match(line)
        if mark and opened == bool(mark[1]):
            yield "```" + (mark[2] or "")
            opened = not opened
        else:
            yield line
    if opened:
        yield "```"


def _is_blank(line: str, quotes: int) -> bool:
    """Whether a line is empty and stands at least so deep in quotes."""
    return not line.strip("> ") and line.count(">") >= quotes


def _pieces(line: str, depth: int, quote_link: Callable[[int | None, int | None], str | None]) -> list[tuple[str, int]]:
    """The lines that one line becomes, each with the depth of quotes it stands in."""
    found: list[tuple[str, int]] = []
    rest = line
    while True:
        opening, ending = _QUOTE.search(rest), _QUOTE_END.search(rest)
        if opening and (ending is None or opening.start() < ending.start()) and depth < DEEPEST:
            before, rest = rest[: opening.start()], rest[opening.end() :]
            found += [(before, depth)] if before.strip() else []
            # An empty line of the outer depth, or the quote would run on from the one before it.
            found.append(("", depth))
            depth += 1
            who = _who(opening[1] or opening[2] or "", quote_link)
            found += [(who, depth), ("", depth)] if who else []
        elif ending and depth:
            before, rest = rest[: ending.start()], rest[ending.end() :]
            found += [(before, depth)] if before.strip() else []
            depth -= 1
            found.append(("", depth))
        else:
            if rest.strip() or not found:
                found.append((rest, depth))
            # Nothing is left of the line, but the depth holds for the lines to come.
            found[-1] = (found[-1][0], depth)
            return found


def _who(described: str, quote_link: Callable[[int | None, int | None], str | None]) -> str:
    name = described.split(",")[0].strip()
    place = {kind: int(number) for kind, number in _PLACE.findall(described)}
    address = quote_link(place.get("topic"), place.get("post"))
    wrote = link("wrote", address) if address else "wrote"
    return f"**{escape_words(name)}** {wrote}:" if name else ""


def _marks(line: str, uploads: dict[str, str], base_url: str) -> str:
    if "[" not in line and "upload:" not in line:
        return line
    folded = _DETAILS.match(line)
    if folded:
        return f"**{folded[1] or '…'}**"
    if _DETAILS_END.match(line):
        return ""
    line = _SIZED_PICTURE.sub(r"\1\2", line)
    line = _DATE.sub(_date, line)
    return _UPLOAD.sub(lambda found: _upload(found, uploads, base_url), line)


def _date(found: re.Match[str]) -> str:
    zone = _ZONE.search(found[3])
    return " ".join(part for part in (found[1], found[2], zone and zone[1]) if part)


def _upload(found: re.Match[str], uploads: dict[str, str], base_url: str) -> str:
    known = uploads.get(found[1])
    if known:
        return f"https:{known}" if known.startswith("//") else known
    return f"{base_url}/uploads/short-url/{found[1]}{found[2] or ''}" if base_url else found[0]


def _uploads(cooked: str) -> dict[str, str]:
    """Where the pictures lie, by the name under which the raw text knows them."""
    found = {}
    for tag in _COOKED_UPLOAD.finditer(cooked):
        source = _SOURCE.search(tag[0])
        if source:
            found[tag[1]] = source[1]
    return found
