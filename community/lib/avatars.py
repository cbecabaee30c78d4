"""Faces: a picture, or initials on a colour that stays the same for a name."""

import unicodedata
import zlib
from typing import NamedTuple

COLOURS = (
    "slate", "red", "orange", "amber", "green", "teal", "sky", "blue", "indigo", "violet", "pink", "brown",
)  # fmt: skip
_HANGUL_OR_HAN = ("HANGUL", "CJK", "HIRAGANA", "KATAKANA")
# Vowels that Thai and Lao write before the consonant that they belong to.
_PREPOSED = "เแโใไເແໂໃໄ"


class Avatar(NamedTuple):
    initials: str
    colour: str
    url: str


def colour_of(handle: str) -> str:
    return COLOURS[zlib.crc32(handle.encode()) % len(COLOURS)]


def initials_of(name: str) -> str:
    """Two letters for alphabets, one for scripts whose single letter is already a syllable or a word."""
    words = [word for word in name.split() if any(map(str.isalnum, word))]
    if not words:
        return "?"
    first = _letter(words[0])
    if len(words) == 1 or unicodedata.name(first, "").startswith((*_HANGUL_OR_HAN, "THAI", "ARABIC")):
        return first.upper()
    return (first + _letter(words[-1])).upper()


def _letter(word: str) -> str:
    return next((char for char in word if char.isalnum() and char not in _PREPOSED), word[0])
