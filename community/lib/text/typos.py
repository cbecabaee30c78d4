"""One typing error apart: a letter too many, too few, wrong, or two that changed places."""

import unicodedata

from community.lib.text.scripts import HANGUL, SPACED, runs

LEAST, LEAST_JAMO = 4, 7  # letters; a shorter word has too many neighbours
MOST = 24


def letters(word: str) -> str:
    """The word as it is typed: a Hangul syllable is two or three strokes of the finger."""
    return unicodedata.normalize("NFD", word) if "\uac00" <= word[:1] <= "\ud7a3" else word


def is_word(word: str) -> bool:
    """Whether it is kept for those who mistype it: letters alone, of a script whose words stand apart."""
    return word.isalpha() and all(kind in (SPACED, HANGUL) for kind, _run in runs(word)) and bool(shortened(word))


def shortened(word: str) -> set[str]:
    """The word, and what is left of it without one letter: two words one error apart have one of these in common."""
    typed = letters(word)
    least = LEAST if typed == word else LEAST_JAMO
    if not least <= len(typed) <= MOST:
        return set()
    return {typed, *(typed[:at] + typed[at + 1 :] for at in range(len(typed)))}


def distance_one(word: str, other: str) -> bool:
    """Whether one error, or none, leads from one word to the other."""
    one, two = letters(word), letters(other)
    if len(one) > len(two):
        one, two = two, one
    at = next((place for place, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), len(one))
    if len(one) < len(two):
        return len(two) - len(one) == 1 and one[at:] == two[at + 1 :]
    swapped = one[at : at + 2] == two[at : at + 2][::-1] and one[at + 2 :] == two[at + 2 :]
    return one[at + 1 :] == two[at + 1 :] or swapped
