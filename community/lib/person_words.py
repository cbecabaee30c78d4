"""Taking one person out of what others wrote: mentions, quotes, addresses, links to the profile."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from community.lib.markdown_touches import MENTION, spellings

NOBODY = "former-member"  # a handle that is kept for the site, so that no member has it
GONE = "[…]"
_QUOTE = re.compile(r"\[[^\]\n]*, #(\d+)\]\(/go/(\d+)\)")
_FILE = re.compile(r"\[([^\]\n]*)\]\(/files/(\d+)/[^)\s]*\)")
_QUOTE_SIGNS = re.compile(r"(?:[ \t]*>)*")


@dataclass(frozen=True)
class Person:
    """What a text may call somebody."""

    handle: str
    emails: tuple[str, ...]
    former: str  # what their quotes are signed with instead of their name
    name: str = ""
    posts: frozenset[int] = frozenset()  # what they wrote, by which quotes are known
    files: Mapping[int, tuple[str, str]] = field(default_factory=dict)  # of theirs: id → (old name, new name or "")

    def hidden(self, text: str, members: Callable[[set[str]], Iterable[str]], *, drops_quotes: bool = False) -> str:
        """The text without the person; `members` says which of some handles are somebody's."""
        if drops_quotes:
            text = self._without_quoted_words(text)
        for email in self.emails:
            text = re.sub(rf"(?<![\w.+-]){re.escape(email)}(?![\w-])", GONE, text, flags=re.IGNORECASE)
        text = _FILE.sub(self._renamed, text)
        text = _QUOTE.sub(self._unsigned, text)
        end = r"(?![a-z0-9_-]|\.[a-z0-9])"
        text = re.sub(rf"/members/{re.escape(self.handle)}{end}", f"/members/{NOBODY}", text, flags=re.IGNORECASE)
        return MENTION.sub(lambda mention: self._unmentioned(mention, members), text)

    def unnamed(self, text: str) -> str:
        """Their own text without their name: anywhere if it is more than one word, else where it signs.

        Not for what others wrote: who calls themselves by a famous name must not take it out of the site.
        """
        if not self.name:
            return text
        name = re.escape(self.name)
        said = rf"(?<!\w){name}(?!\w)" if " " in self.name else rf"^([ \t>*_~–—-]*){name}(?=[ \t.!*_]*$)"
        return re.sub(said, lambda found: (found[1] if found.lastindex else "") + self.former, text, flags=re.I | re.M)

    def _renamed(self, link: re.Match[str]) -> str:
        """A file's name may be a person's: "CV of Ann.pdf"."""
        names = self.files.get(int(link[2][:18]))
        if names is None:
            return link[0]
        old, new = names
        if not new:
            return GONE
        label = new if link[1].replace("\\", "") == old else link[1]
        return f"[{label}](/files/{link[2]}/{new})"

    def _unsigned(self, quote: re.Match[str]) -> str:
        if int(quote[2]) not in self.posts:
            return quote[0]
        return f"[{self.former}, #{quote[1]}](/go/{quote[2]})"

    def _unmentioned(self, mention: re.Match[str], members: Callable[[set[str]], Iterable[str]]) -> str:
        """A mention means the longest handle that is somebody's: `@ann-bo` is ann only where there is no ann-bo."""
        said = list(spellings(mention[1]))
        at = next((at for at, spelling in enumerate(said) if spelling.lower() == self.handle), None)
        if at is None or set(members({spelling.lower() for spelling in said[:at]})):
            return mention[0]
        return f"@{NOBODY}{mention[1][len(self.handle) :]}"

    def _without_quoted_words(self, text: str) -> str:
        """Of each quote of theirs only who said it: the lines below, as deep in quotes or deeper, become one."""
        kept: list[str] = []
        within = 0  # how deep the quote is that is being dropped
        for line in text.split("\n"):
            depth = _QUOTE_SIGNS.match(line)[0].count(">")  # type: ignore[index]
            if within and depth >= within:
                continue
            within = 0
            kept.append(line)
            quote = _QUOTE.search(line)
            if depth and quote and int(quote[2]) in self.posts:
                within = depth
                kept += [">" * depth, f"{'> ' * depth}{GONE}"]
        return "\n".join(kept)
