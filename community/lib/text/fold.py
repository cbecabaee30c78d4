"""The same letters for the same word: width, case, accents and the letters that people leave out."""

import re
import unicodedata

# Letters that no decomposition takes apart.
_LETTERS = {
    "ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŧ": "t",
}  # fmt: skip
_ARABIC = {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ة": "ه", "ۀ": "ه"}
# Accents of Latin, Greek and Cyrillic, points of Hebrew, tashkeel and tatweel. Marks of Thai and Indic are letters.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5"
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
)
_DROPPED = re.compile(f"[{_MARKS}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Letters, digits and the marks that belong to them; the scripts whose marks `\w` leaves out come as blocks.
WORD = re.compile(
    f"(?:[^\\W_]+|[{_MARKS}\u0900-\u0963\u0966-\u109f\u1780-\u17d3\u3099\u309a\u200c\u200d]+)+", re.UNICODE
)
# These stand in hardly any language but Vietnamese, where an accent makes another word.
_VIETNAMESE = re.compile("[\u1ea0-\u1ef9ơư]")
_DIGITS = {
    code: str(unicodedata.digit(chr(code))) for code in range(0x660, 0x1100) if unicodedata.category(chr(code)) == "Nd"
}
_TABLE = str.maketrans(_LETTERS | _ARABIC) | _DIGITS


def words_of(text: str) -> list[str]:
    """The words as written, in one width and case."""
    return WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def is_vietnamese(text: str, language: str = "") -> bool:
    return language[:2] == "vi" or (not text.isascii() and len(_VIETNAMESE.findall(text.casefold())) >= 2)


def fold(word: str, *, keeps_accents: bool = False) -> str:
    """The word without what people leave out or write in two ways."""
    if word.isascii():
        return word
    if not keeps_accents:
        word = unicodedata.normalize("NFC", _DROPPED.sub("", unicodedata.normalize("NFD", word)))
    return word.translate(_TABLE)
