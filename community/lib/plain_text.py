"""What people typed, before any markup: checked, calmed and shortened."""

import re
import unicodedata
from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MARKS_PER_LETTER = 8  # Thai, Arabic, Hebrew, Indic and Vietnamese stay below; zalgo does not
JOINERS = "\u200c\u200d"
_ELLIPSIS = "…"
_THAI_LAO_LEADING_VOWELS = "เแโใไເແໂໃໄ"

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_DIRECTION_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")


class MarkdownRefused(ValueError):
    """Text we will not store; `message` says why and what to do, `code` is for programs."""

    def __init__(self, message: str | Promise, code: str, **numbers: int | str) -> None:
        super().__init__(code)
        self.code = code
        self._message = message
        self._numbers = numbers

    @property
    def message(self) -> str:
        return str(self._message) % self._numbers

    def __str__(self) -> str:
        return self.message


def _stacking_marks(first: int, end: int) -> Iterator[str]:
    """Characters drawn on top of the one before them, as ranges of a regular expression's set."""
    points = [point for point in range(first, end) if _is_stacking(chr(point))]
    start = 0
    for place, point in enumerate(points):
        if place + 1 == len(points) or points[place + 1] != point + 1:
            yield f"{chr(points[start])}-{chr(point)}"
            start = place + 1


def _is_stacking(letter: str) -> bool:
    return unicodedata.category(letter) in ("Mn", "Me") or unicodedata.combining(letter) > 0


def _tower_of(marks: str) -> re.Pattern[str]:
    return re.compile(f"((?:[{marks}][{JOINERS}]*){{{MARKS_PER_LETTER}}})[{marks}{JOINERS}]+")


STACKING_MARKS = "".join(_stacking_marks(0x300, 0x10000))
# Two patterns, because a set of characters beyond U+FFFF is looked through range by range: ten times slower.
_TOWER = _tower_of(STACKING_MARKS)
_ASTRAL_TOWER = _tower_of(STACKING_MARKS + "".join(_stacking_marks(0x10000, 0x1E950)))
_ASTRAL = re.compile("[\U00010000-\U0001efff]")  # ends below the emoji


def check_text(value: str) -> str:
    """The text as we store it (NFC, LF, no towers of combining marks), or MarkdownRefused."""
    forbidden = _FORBIDDEN.search(value.replace("\r", "\n"))
    if forbidden:
        raise MarkdownRefused(
            _(
                "The text contains an invisible control character (number %(position)d in the text, "
                "code %(character)s), which cannot be stored. Delete it, or paste the text as plain text, "
                "and send again."
            ),
            code="control_character",
            position=forbidden.start() + 1,
            character=f"U+{ord(forbidden[0]):04X}",
        )
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    # Before NFC: sorting 50,000 marks on one letter takes it 2.7 seconds.
    return unicodedata.normalize("NFC", calm_marks(value))


def calm_marks(value: str) -> str:
    """At most eight combining marks on a letter."""
    if value.isascii():
        return value
    return (_ASTRAL_TOWER if _ASTRAL.search(value) else _TOWER).sub(r"\1", value)


def without_direction_overrides(value: str) -> str:
    """Drop the characters that turn the writing direction of what follows them, also outside their block."""
    return value if value.isascii() else _DIRECTION_OVERRIDES.sub("", value)


def excerpt(text: str, length: int = 200) -> str:
    """At most `length` characters of the text on one line, cut between words if there are any, with …"""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    cut = max(length - len(_ELLIPSIS), 0)
    space = text.rfind(" ", int(cut * 0.7), cut + 1)
    cut = space if space > 0 else _letter_boundary(text, cut)
    return text[:cut].rstrip(" ,;:-–") + _ELLIPSIS


def _letter_boundary(text: str, cut: int) -> int:
    """The nearest place at or before `cut` that does not tear a letter from its marks."""
    earliest = max(cut - 40, 1)
    while cut > earliest and (_continues(text[cut]) or _is_unfinished(text[cut - 1])):
        cut -= 1
    return cut


def _continues(letter: str) -> bool:
    return (
        unicodedata.category(letter) in ("Mn", "Me", "Mc")
        or letter in JOINERS
        or "\U0001f3fb" <= letter <= "\U0001f3ff"  # skin tones
        or "\U0001f1e6" <= letter <= "\U0001f1ff"  # the halves of flags
        or "\U000e0020" <= letter <= "\U000e007f"
    )


def _is_unfinished(letter: str) -> bool:
    return letter in JOINERS or letter in _THAI_LAO_LEADING_VOWELS
