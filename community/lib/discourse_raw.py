"""What people typed into Discourse, as our Markdown: its own marks turned into ones that we know."""

import re
from collections.abc import Callable

from .markdown_escape import escape_words, link

_FENCE = re.compile(r"^\s{0,3}(`{3,}|~{3,})")
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
DEEPEST = 8  # quotes inside each other


def _no_link(_topic_id: int | None, _post_number: int | None) -> str | None:
    return None


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
    for line in raw.replace("\r\n", "\n").split("\n"):
        marks = _FENCE.match(line)
        if fence:
            written.append("> " * depth + line)
            if marks and marks[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif marks:
            fence = marks[1]
            written.append("> " * depth + line)
        else:
            for piece, depth in _pieces(line, depth, quote_link) if has_quotes else [(line, 0)]:
                words = _marks(piece, uploads, base_url)
                written.append(f"{'> ' * depth}{words}".rstrip(" ") if depth else words)
    return "\n".join(written)


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
            # The depth holds for the lines to come, even where nothing is left of this one.
            return found + [(rest, depth)] if rest.strip() or not found else found[:-1] + [(found[-1][0], depth)]


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
