"""From a text to the terms it is found by, and from a query to the terms that are looked for."""

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from threading import local
from zlib import crc32

import snowballstemmer

from community.lib.text.fold import fold, is_vietnamese, words_of
from community.lib.text.function_words import FUNCTION_WORDS
from community.lib.text.scripts import GRAM, SPACED, grams, runs

_ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
STEM_LIMIT = 40  # characters; what is longer is no word that anybody types
_local = local()


@dataclass(frozen=True, slots=True)
class Analysed:
    """`|marked|words|` and ` their stems `; a stem that is its word stands only among the words."""

    words: str
    stems: str


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for: where it is counted, what it weighs, and its number in the index."""

    text: str
    is_stem: bool
    is_filler: bool = False  # of words that say nothing of what a text is about

    @property
    def weight(self) -> float:
        return 1.0 if self.is_stem else 0.5

    @property
    def number(self) -> int:
        return number(self.text, self.is_stem)

    @property
    def title_number(self) -> int:
        """The same term where only titles are asked."""
        return number(self.text, self.is_stem, in_title=True)


def number(text: str, is_stem: bool = False, *, in_title: bool = False) -> int:
    """A term in the index, as 32 bits: no word of a person is in there, and both databases compare numbers."""
    return crc32(f"{'^' * in_title}{'=' * is_stem}{text}".encode()) - 2**31


@lru_cache(maxsize=50_000)
def stem_of(word: str, language: str, keeps_accents: bool = False) -> str:
    """The stem of a word in lower case, where the language has a stemmer; without accents in any."""
    algorithm = _ALGORITHMS.get(language)
    if algorithm:
        # A stemmer keeps its word in itself, so each thread has its own.
        made: dict[str, object] = _local.__dict__
        if algorithm not in made:
            made[algorithm] = snowballstemmer.stemmer(algorithm)
        word = made[algorithm].stemWord(word)  # type: ignore[attr-defined]
    return fold(word, keeps_accents=keeps_accents)


def analyse(text: str, language: str = "", limit: int | None = None) -> Analysed:
    """The text as it is kept in the index; `limit` cuts it to so many words."""
    language = language[:2]
    keeps = is_vietnamese(text, language)
    parts: list[str] = []
    stems: list[str] = []
    for word in islice(words_of(text), limit):
        for kind, run in runs(word):
            folded = fold(run, keeps_accents=keeps)[: 4 * STEM_LIMIT]
            if not folded:
                continue
            parts.append(folded)
            if kind == SPACED:
                stems.append(stem_of(run[:STEM_LIMIT], language, keeps) or folded[:STEM_LIMIT])
    return Analysed(f"|{'|'.join(parts)}|" if parts else "", f" {'  '.join(stems)} " if stems else "")


def terms_of(analysed: Analysed, *, in_title: bool = False) -> set[int]:
    """The numbers under which a text stands in the index."""
    found = {number(f" {stem} ", True, in_title=in_title) for stem in set(analysed.stems.split())}
    pieces = {gram for word in set(analysed.words.split("|")) for kind, run in runs(word) for gram in grams(kind, run)}
    return found | {number(gram, in_title=in_title) for gram in pieces}


def query_terms(text: str, languages: tuple[str, ...] = ("",), *, is_unfinished: bool = False) -> list[Term]:
    """What a query looks for, each once: its stems in every language that it may be in, and its grams.

    Of an unfinished text the last word may go on: neither its end nor its stem is known.
    """
    words = words_of(text)
    fillers = frozenset().union(*(FUNCTION_WORDS.get(language, ()) for language in languages))
    telling = [word for word in words if fold(word) not in fillers] or words
    terms = _terms_in(text, languages, is_unfinished)
    if len(telling) == len(words):
        return terms
    tells = set(_terms_in(" ".join(telling), languages, is_unfinished and telling[-1] == words[-1]))
    return [term if term in tells else replace(term, is_filler=True) for term in terms]


def _terms_in(text: str, languages: tuple[str, ...], is_unfinished: bool) -> list[Term]:
    found: dict[Term, None] = {}
    for language in languages or ("",):
        analysed = analyse(text, language)
        stems, words = analysed.stems.split(), [word for word in analysed.words.split("|") if word]
        for stem in stems[:-1] if is_unfinished else stems:
            found[Term(f" {stem} ", True)] = None
        for at, word in enumerate(words):
            goes_on = is_unfinished and at == len(words) - 1
            for kind, run in runs(word):
                for gram in grams(kind, run):
                    if not (goes_on and gram.endswith("|")):
                        found[Term(gram, False)] = None
                if goes_on and kind == SPACED and len(run) < GRAM - 1:
                    found[Term(f"|{run}", False)] = None
    return list(found)
