"""The words of a search as they may be kept: what could name a person is taken out before anything is written."""

import re
import unicodedata
from collections.abc import Iterable

from community.lib.text import analyse
from community.search.candidates import Known

LONGEST = 100  # characters
GONE = "[…]"
DIGITS = 6  # together, as telephones, orders and cards have
TELLING = 2.3  # of a term that stands in one of ten entries or less: see candidates.rarity
_NAMING = re.compile(
    r"\S+@\S+"  # e-mail addresses
    r"|(?:https?://|www\.)\S+"  # addresses may hold a token
    r"|(?<!\w)@\w[\w.-]*"  # handles
    r"|(?=\S*\d)(?=\S*[^\W\d_])[\w-]{16,}"  # keys and ids
)
_NUMBERS = re.compile(r"\+?\d(?:[\d\s().,/-]*\d)?")


def masked(text: str) -> str:
    """In small letters, without what may name somebody, and cut."""
    said = _NAMING.sub(GONE, unicodedata.normalize("NFKC", text).lower())
    said = _NUMBERS.sub(lambda found: GONE if sum(map(str.isdigit, found[0])) >= DIGITS else found[0], said)
    return " ".join(said.split())[:LONGEST]


def theme_of(said: str, language: str, terms: Iterable[Known] = ()) -> str:
    """What a masked search is about: its stems that say something here, in one order; all of them when none does."""
    analysed = analyse(said.replace(GONE, " "), language)
    stems = set(analysed.stems.split()) or set(filter(None, analysed.words.split("|")))
    telling = {one.term.text.strip() for one in terms if one.term.is_stem and one.rarity >= TELLING}
    return " ".join(sorted(stems & telling or stems))[:LONGEST]
