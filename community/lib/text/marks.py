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


class Sought:
    """What a query looks for, to be marked in several texts: what it says of a word, it says of it in all of them."""

    def __init__(self, terms: Iterable[Term]) -> None:
        terms = list(terms)
        self.stems = {term.text.strip() for term in terms if term.is_stem}
        self.pieces = {term.text for term in terms if not term.is_stem}
        # Most words begin with other letters than any word of the query: nothing more is asked about them.
        self.begins = {piece[1:3].rstrip("|") for piece in self.pieces if piece.startswith("|")}
        self._known: dict[tuple[str, ...], dict[str, list[Span]]] = {}

    def spans(self, text: str, languages: Iterable[str]) -> list[Span]:
        """The marked pieces of a text in order, none inside another."""
        languages = tuple(dict.fromkeys(languages))
        known = self._known.setdefault(languages, {})
        begins = self.begins
        found: list[Span] = []
        for match in WORD.finditer(text):
            word = match[0]
            if word.isascii() and word[:2].lower() not in begins:
                continue
            inside = known.get(word)
            if inside is None:
                inside = self._within(word, languages)
                if len(word) <= LONGEST_KEPT:
                    known[word] = inside
            if inside:
                at = match.start()
                found += [Span(at + start, at + end, term) for start, end, term in inside]
        return _joined(found)

    def _within(self, word: str, languages: Iterable[str]) -> list[Span]:
        """The pieces of one word, counted from its beginning."""
        at = 0
        found: list[Span] = []
        for kind, run, folded in (_known_parts if len(word) <= LONGEST_KEPT else _parts)(word):
            if kind == SPACED:
                if folded[:2] in self.begins and (
                    _shares(folded, self.pieces) or _has_stem(_plain(run), self.stems, languages)
                ):
                    found.append(Span(at, at + len(run), folded))
            else:
                found += _pairs(kind, run, at, self.pieces)
            at += len(run)
        return found


def _plain(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()


def _folded(part: str) -> str:
    return fold(_plain(part))


def _parts(word: str) -> list[tuple[int, str, str]]:
    """(kind, as written, without accents)."""
    return [(kind, run, fold(_plain(run)) if kind == SPACED else "") for kind, run in runs(word)]


# The same words stand in most texts, and taking them apart is slow; what is longer is no word, and would fill memory.
_known_parts = lru_cache(maxsize=20_000)(_parts)
_known_folded = lru_cache(maxsize=5_000)(_folded)
LONGEST_KEPT = 40


def _has_stem(word: str, stems: set[str], languages: Iterable[str]) -> bool:
    return any(stem_of(word, language) in stems for language in ("", *languages))


def _shares(folded: str, pieces: set[str]) -> bool:
    own = grams(SPACED, folded)
    return len(own) > 1 and sum(one in pieces for one in own) >= SHARE * len(own)


def _pairs(kind: int, run: str, at: int, pieces: set[str]) -> list[Span]:
    """Pairs of clusters, signs or syllables that the query has too."""
    parts = list(run) if kind == HANGUL else parts_of(kind, run)
    plain = [(_known_folded if len(part) <= LONGEST_KEPT else _folded)(part) for part in parts]
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
