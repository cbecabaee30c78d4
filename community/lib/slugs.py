"""The words of a title as part of an address."""

import unicodedata

LONGEST = 80


def words_of(title: str) -> str:
    """Lowercase words of any script joined by hyphens, of 80 characters at most; "-" where a title has none.

    Django's slugify drops combining marks. In Thai those are vowels and tones: what it leaves are no words.
    """
    text = unicodedata.normalize("NFKC", title).lower()
    slug = "-".join("".join(map(_in_an_address, text)).split())
    if len(slug) > LONGEST:
        end = slug.rfind("-", 1, LONGEST + 1)
        slug = slug[: end if end > 0 else LONGEST]
    return slug or "-"


def _in_an_address(sign: str) -> str:
    """Letters, digits, marks and the underscore stay; what only sits inside a word goes; all else parts words."""
    category = unicodedata.category(sign)
    if sign == "_" or category[0] in "LMN":
        return sign
    return "" if category == "Cf" or sign in "'’" else " "
