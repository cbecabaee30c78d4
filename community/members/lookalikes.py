"""Who could be taken for a member of staff: by handle or by name, in letters that only look alike (ABUSE A13)."""

import unicodedata

from community.members.models import Member
from community.members.roles import STAFF

# What letters of other alphabets look like, and small Latin ones that are no accents of others. After Unicode's
# confusables (UTS 39), as far as a name can be written with them.
_FOREIGN = {
    "a": "аАαΑɑᴀᎪ", "b": "ВвьЬΒβʙᏴƅ", "c": "сСϲᴄᏟᏨ", "d": "ԁđᴅ", "e": "еЕєεΕᴇᎬ", "f": "ꜰϝ", "g": "ɡɢԍԌցᏀ",
    "h": "һҺНнΗհʜħᎻ", "j": "јЈϳյᴊᎫ", "k": "кКκΚᴋᏦ", "l": "іІıιΙӏӀɩɪʟłᏞ|ا١۱", "m": "мМΜᴍᎷ", "n": "пηΝոɴ",
    "o": "оОοΟσօՕᴏøсо٥۵ہ", "p": "рРρΡᴘᏢ", "q": "ԛզ", "r": "гᴦʀᎡᏒ", "s": "ѕЅꜱՏᏚ", "t": "тТτΤᴛŧᎢ", "u": "υսՍᴜ",
    "v": "ѵνᴠᏙ", "w": "ԝωшᴡᎳ", "x": "хХχΧ", "y": "уУүγΥʏ", "z": "ᴢΖᏃ",
}  # fmt: skip
_LATIN = {ord(sign): letter for letter, signs in _FOREIGN.items() for sign in signs}
_ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s"})
# Signs that show nothing: beside those of category Cf, fillers of Hangul, an empty Braille cell, the Arabic stretch.
_UNSEEN = "\u115f\u1160\u3164\uffa0\u2800\u0640\u17b4\u17b5"


def skeleton(text: str) -> str:
    """What a handle or name looks like from a distance; two with one skeleton are confusable."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not _is_unseen(char))
    folded = plain.translate(_LATIN).casefold().translate(_LATIN).translate(_ALIKE)
    # Not by \W: the vowels of Thai and the marks of Arabic are none of its letters.
    letters = "".join(char for char in folded if unicodedata.category(char)[0] not in "ZPSC") or folded
    return letters.replace("rn", "m").replace("vv", "w")


def _is_unseen(char: str) -> bool:
    # Of the marks only those on Latin, Greek and Cyrillic letters: in Thai or Arabic they are letters themselves.
    is_accent = "\u0300" <= char <= "\u036f"
    return is_accent or char in _UNSEEN or "\ufe00" <= char <= "\ufe0f" or unicodedata.category(char) == "Cf"


def staff_skeletons(*, but: Member | None = None) -> set[str]:
    """Of the handles and names of all staff, or of all others."""
    staff = Member.objects.filter(role__in=STAFF).exclude(pk=but.pk if but else 0)
    return {skeleton(one) for pair in staff.values_list("handle", "name") for one in pair if one} - {""}


def looks_like_staff(text: str, *, but: Member | None = None) -> bool:
    """Whether a handle or name could be taken for that of somebody else who is staff."""
    return skeleton(text) in staff_skeletons(but=but)
