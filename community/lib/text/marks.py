"""Where a text says what was looked for: for snippets, whose words are marked."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from community.lib.text.fold import WORD, fold
from community.lib.text.scripts import HANGUL, SPACED, grams, parts_of, runs
from community.lib.text.terms import Term, stem_of

SHARE = 0.6  # of its grams, what a word must have in common with the query to be marked


class Span(NamedTuple):
    start: int
    end: int
    term: str  # what was found there, for counting each once


def spans(text: str, terms: Iterable[Term], languages: Iterable[str]) -> list[Span]:
    """The marked pieces of a text in order, none inside another."""
    stems = {term.text.strip() for term in terms if term.is_stem}
    pieces = {term.text for term in terms if not term.is_stem}
    # Most words begin with other letters than any word of the query: nothing more is asked about them.
    begins = {piece[1:3].rstrip("|") for piece in pieces if piece.startswith("|")}
    found: list[Span] = []
    for match in WORD.finditer(text):
        at, first = match.start(), match[0][:2].lower()
        if first.isascii() and first.isalnum() and match[0].isascii() and first not in begins:
            continue
        parts = _known_parts if len(match[0]) <= LONGEST_KEPT else _parts
        for kind, run, folded in parts(match[0]):
            if kind == SPACED:
                if folded[:2] in begins and (_shares(folded, pieces) or _has_stem(_plain(run), stems, languages)):
                    found.append(Span(at, at + len(run), folded))
            else:
                found += _within(kind, run, at, pieces)
            at += len(run)
    return _joined(found)


def _plain(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()


def _parts(word: str) -> list[tuple[int, str, str]]:
    """(kind, as written, without accents)."""
    return [(kind, run, fold(_plain(run)) if kind == SPACED else "") for kind, run in runs(word)]


# The same words stand in most texts, and taking them apart is slow; what is longer is no word, and would fill memory.
_known_parts = lru_cache(maxsize=20_000)(_parts)
LONGEST_KEPT = 40


def _has_stem(word: str, stems: set[str], languages: Iterable[str]) -> bool:
    return any(stem_of(word, language) in stems for language in ("", *languages))


def _shares(folded: str, pieces: set[str]) -> bool:
    own = grams(SPACED, folded)
    return len(own) > 1 and sum(one in pieces for one in own) >= SHARE * len(own)


def _within(kind: int, run: str, at: int, pieces: set[str]) -> list[Span]:
    """Pairs of clusters, signs or syllables that the query has too."""
    parts = list(run) if kind == HANGUL else parts_of(kind, run)
    plain = [fold(_plain(part)) for part in parts]
    starts = [at]
    for part in parts:
        starts.append(starts[-1] + len(part))
    return [
        Span(starts[one], starts[one + 2], plain[one] + plain[one + 1])
        for one in range(len(parts) - 1)
        if plain[one] + plain[one + 1] in pieces
    ]


def _joined(found: list[Span]) -> list[Span]:
    """Pieces that overlap or touch, as one."""
    joined: list[Span] = []
    for span in found:
        if joined and span.start <= joined[-1].end:
            last = joined[-1]
            joined[-1] = Span(last.start, max(last.end, span.end), last.term + span.term)
        else:
            joined.append(span)
    return joined
