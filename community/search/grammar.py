"""What a search box may say besides words: `author:ann in:help is:solved label:sync language:th "exact words" -word`.

Nothing here can fail: what is no filter of ours is a word like any other.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date

MOST = 300  # characters; longer questions are cut, their first words say enough
MOST_PARTS = 8  # exact phrases, and words that must not be there
SENTENCE = 5  # words besides: then quotes are what they are in any sentence, and nobody means "exactly this"
_PARTS = re.compile(r'(-?)(?:([a-z]{2,8}):)?(?:"([^"]*)"(?!\S)|(\S+))')
_INVISIBLE = re.compile("[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
FILTERS = ("author", "in", "is", "label", "language", "kind", "after", "before")
IS = ("solved", "unsolved", "answered")


@dataclass(frozen=True)
class Asked:
    """A query taken apart: words to rank by, phrases that must be there, words that must not, and filters."""

    words: str = ""
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    filters: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return " ".join((self.words, *self.phrases)).strip()

    def narrowed(self, given: dict[str, str]) -> "Asked":
        """With what the form's fields say; the box says it first."""
        said = {name: _as_kept(name, value) for name, value in given.items() if value}
        return replace(self, filters=said | self.filters)


def parse(query: str) -> Asked:
    words: list[str] = []
    phrases: list[str] = []
    without: list[str] = []
    filters: dict[str, str] = {}
    for minus, name, quoted, bare in _PARTS.findall(_INVISIBLE.sub(" ", query[: MOST * 2])[:MOST]):
        said = quoted or bare
        if name in FILTERS and not minus and _fits(name, said):
            filters[name] = _as_kept(name, said)
        elif name and name not in FILTERS:
            words.append(f"{name} {said}")
        elif minus and said and not name:
            without.append(said)
        elif quoted:
            phrases.append(quoted)
        else:
            words.append(said.replace('"', " "))
    if sum(len(word.split()) for word in words) >= SENTENCE:
        words, phrases = [*words, *phrases], []
    return Asked(" ".join(words), tuple(phrases[:MOST_PARTS]), tuple(without[:MOST_PARTS]), filters)


def _as_kept(name: str, said: str) -> str:
    return said.lower() if name != "label" else said


def _fits(name: str, said: str) -> bool:
    if name == "is":
        return said.lower() in IS
    if name in ("after", "before"):
        return day_of(said) is not None
    return 0 < len(said) <= 60


def day_of(said: str) -> date | None:
    """A day written as 2026-01-31, else None."""
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None
