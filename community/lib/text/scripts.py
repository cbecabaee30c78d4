"""Writing without spaces, or whose words do not stand alone: cut into the pieces that such a text is found by."""

import re
from collections.abc import Iterator
from itertools import pairwise

# Thai, Lao, Burmese and Khmer | Han and Kana | Hangul | all that writes words with spaces
_RUNS = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+)"
    "|([\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+)"
    "|([\uac00-\ud7a3]+)"
    "|([^\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff\uac00-\ud7a3]+)"
)
# A consonant with the vowel before it and all that stands on or after it.
_CLUSTERS = re.compile(
    "[\u0e40-\u0e44\u0ec0-\u0ec4]?[\u0e01-\u0e2e\u0e81-\u0eae\u1000-\u102a\u1780-\u17a2]"
    "[^\u0e01-\u0e2e\u0e40-\u0e44\u0e81-\u0eae\u0ec0-\u0ec4\u1000-\u102a\u1780-\u17a2]*|."
)
CLUSTERED, IDEOGRAPHIC, HANGUL, SPACED = range(4)
GRAM = 4


def runs(word: str) -> Iterator[tuple[int, str]]:
    """The parts of a word by the way their script is written."""
    for found in _RUNS.finditer(word):
        kind = (found.lastindex or 1) - 1
        yield kind, found[0]


def parts_of(kind: int, run: str) -> list[str]:
    """Consonants with what belongs to them, or signs one by one."""
    return _CLUSTERS.findall(run) if kind == CLUSTERED else list(run)


def grams(kind: int, run: str) -> list[str]:
    """The pieces of a run, as they stand in the marked text."""
    if kind == SPACED:
        marked = f"|{run}|"
        return [marked[at : at + GRAM] for at in range(len(marked) - GRAM + 1)] or [marked]
    if kind == HANGUL:
        pairs = [run[at : at + 2] for at in range(len(run) - 1)]
        return [f"|{run[:2]}", *pairs] if pairs else [f"|{run}"]
    parts = parts_of(kind, run)
    pairs = [one + other for one, other in pairwise(parts)]
    return [*parts, *pairs] if kind == IDEOGRAPHIC else pairs or parts
