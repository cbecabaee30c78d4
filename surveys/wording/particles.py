"""Putting a name into a question as the language wants it: particles that follow its last sound, or join its first."""

import unicodedata

from community.lib.isolate import isolated

# What a name ends in when it is read aloud in Korean: whether that is a consonant.
_DIGITS = dict(zip("0123456789", (True, True, False, True, False, False, True, True, True, False), strict=True))
_SPELLED = {letter: letter in "LMNR" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def with_object(name: str) -> str:
    """A Korean name as the object: 을 after a consonant, 를 after a vowel, both where the reading is not known."""
    return f"{name}{_chosen(name, '을', '를')}"


def with_by(name: str) -> str:
    """An Arabic name after the preposition bi-, which joins an Arabic word and stands beside any other."""
    first = name[:1]
    if first and unicodedata.bidirectional(first) == "AL":
        return f"ب{name}"
    return f"بـ\u00a0{isolated(name)}"  # a no-break space: the two stay on one line


def _chosen(name: str, after_consonant: str, after_vowel: str) -> str:
    ends = _ends_in_consonant(name)
    if ends is None:
        return f"{after_consonant}({after_vowel})"
    return after_consonant if ends else after_vowel


def _ends_in_consonant(name: str) -> bool | None:
    """None where nobody can tell from the letters alone, as with most Latin words."""
    letters = [letter for letter in unicodedata.normalize("NFC", name) if letter.isalnum()]
    last = letters[-1] if letters else ""
    if "가" <= last <= "힣":
        return (ord(last) - ord("가")) % 28 > 0
    if last in _DIGITS:
        return _DIGITS[last]
    word = name.split()[-1] if name.split() else ""
    return _SPELLED.get(last) if word.isupper() and word.isalpha() else None  # an abbreviation is spelled
