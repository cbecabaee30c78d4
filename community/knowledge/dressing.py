"""What the page of an article makes of its HTML: headings to link to, a table of contents, callouts, videos."""

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qs, urlsplit

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.lib.plain_text import excerpt
from community.lib.slugs import words_of

_HEADING = re.compile(r"<h([234])([^>]*)>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_CUT_TAG = re.compile(r"<[^>]*(>|$)")
_INLINE = re.compile(r"</?(?:a|b|code|em|s|span|strong)(?: [^>]*)?>")
_MARK = re.compile(r"(?<=>)\[![A-Za-z]{3,9}\]")
# GitHub's way to write them: a quote whose first line is [!NOTE].
_CALLOUT = re.compile(
    r"<blockquote([^>]*)>\s*<p([^>]*)>\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*(?:<br>\s*|</p>)", re.I
)
_END = re.compile(r"<(/?)blockquote[^>]*>")
_VIDEO = re.compile(r'<p([^>]*)><a href="(https://[^"]+)"([^>]*)>([^<]*)</a></p>')
_CALLOUTS: dict[str, tuple[str, str, str | Promise]] = {
    "note": ("blue", "info", pgettext_lazy("callout", "Note")),
    "tip": ("green", "bulb", pgettext_lazy("callout", "Tip")),
    "important": ("violet", "star", pgettext_lazy("callout", "Important")),
    "warning": ("amber", "warning", pgettext_lazy("callout", "Warning")),
    "caution": ("red", "warning", pgettext_lazy("callout", "Caution")),
}
_LINK = _("Link to this part")
_IDS = re.compile(r"[\w-]{1,20}")
FRAMES = ["https://www.youtube-nocookie.com", "https://player.vimeo.com"]  # whose videos play on the page


@dataclass(frozen=True)
class Heading:
    id: str
    text: str
    is_deep: bool


@dataclass(frozen=True)
class Dressed:
    html: SafeString
    contents: list[Heading]


def dress(html: str) -> Dressed:
    """For HTML that was sanitised when it was written: nothing that is put in comes from a reader."""
    contents: list[Heading] = []
    used: set[str] = set()

    def heading(match: re.Match[str]) -> str:
        level, attributes, inner = match[1], match[2], match[3]
        text = " ".join(unescape(_TAG.sub("", inner)).split())
        anchor = _anchor(text, used)
        contents.append(Heading(anchor, text, is_deep=level != "2"))
        link = f'<a class="heading-link" href="#{anchor}" data-copy aria-label="{_LINK}">#</a>'
        return f'<h{level} id="{anchor}"{attributes}>{inner} {link}</h{level}>'

    html = _VIDEO.sub(_video, _callouts(_HEADING.sub(heading, html)))
    return Dressed(mark_safe(html), contents)  # noqa: S308 (sanitised when it was written)


def summary(html: str, length: int) -> str:
    """The first words of an article; its HTML may be cut anywhere."""
    return excerpt(unescape(_CUT_TAG.sub(" ", _INLINE.sub("", _MARK.sub("", html)))), length)


def _anchor(text: str, used: set[str]) -> str:
    """Its words, and a number where another heading has the same ones."""
    base = words_of(text)[:60].strip("-") or "part"
    anchor, number = f"h-{base}", 2
    while anchor in used:
        anchor, number = f"h-{base}-{number}", number + 1
    used.add(anchor)
    return anchor


def _callouts(html: str) -> str:
    """Each from its opening to the end of its quote; quotes inside it stay quotes."""
    callouts = {match.start(): match for match in _CALLOUT.finditer(html)}
    done, at = "", 0
    quotes: list[bool] = []  # open ones: whether each is a callout
    for tag in _END.finditer(html):
        match = None if tag[1] else callouts.get(tag.start())
        if match:
            done += html[at : match.start()] + _head(match)
            at = match.end()
        if not tag[1]:
            quotes.append(match is not None)
        elif quotes and quotes.pop():
            done += html[at : tag.start()] + "</div></div>"
            at = tag.end()
    return done + html[at:]


def _head(match: re.Match[str]) -> str:
    colour, icon, label = _CALLOUTS[match[3].lower()]
    head = f'<div class="callout colour-{colour}"{match[1]}><i class="icon icon-{icon}"></i><div>'
    return f'{head}<p class="bold">{label}</p>' + ("" if match[0].endswith("</p>") else f"<p{match[2]}>")


def _video(match: re.Match[str]) -> str:
    """A link that stands alone and leads to a video: script plays it here when somebody asks it to."""
    player = player_of(unescape(match[2]))
    if not player:
        return match[0]
    link = f'<a class="video" href="{match[2]}"{match[3]} data-video="{player}">'
    return f'<p{match[1]}>{link}<i class="icon icon-next"></i><span>{match[4]}</span></a></p>'


def player_of(url: str) -> str:
    """The address of the player without cookies, or "" for what is no video that we know."""
    parts = urlsplit(url)
    host = parts.netloc.lower().removeprefix("www.").removeprefix("m.")
    if host == "youtu.be":
        name, base = parts.path.strip("/"), f"{FRAMES[0]}/embed/"
    elif host == "youtube.com" and parts.path == "/watch":
        name, base = parse_qs(parts.query).get("v", [""])[0], f"{FRAMES[0]}/embed/"
    elif host == "vimeo.com":
        name, base = parts.path.strip("/"), f"{FRAMES[1]}/video/"
    else:
        return ""
    return base + name if _IDS.fullmatch(name) else ""
