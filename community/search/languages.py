"""Which language a query is in: its script says it, else its reader's language stands for it."""

_SCRIPTS = (
    ("ar", "\u0600", "\u06ff"),
    ("ru", "\u0400", "\u04ff"),
    ("hi", "\u0900", "\u097f"),
    ("el", "\u0370", "\u03ff"),
)
_WITHOUT_STEMS = (("th", "\u0e00", "\u0e7f"), ("ko", "\uac00", "\ud7af"), ("ja", "\u3040", "\u30ff"))


def languages_of(text: str, *given: str) -> tuple[str, ...]:
    """The languages that a query may be in: what its script says, and those given; English last."""
    by_script = [code for code, first, last in _SCRIPTS if any(first <= char <= last for char in text)]
    return tuple(dict.fromkeys(code[:2] for code in (*by_script, *given, "en") if code))[:3]


def language_of(text: str, given: str) -> str:
    """The one that it is most likely in."""
    for code, first, last in (*_SCRIPTS, *_WITHOUT_STEMS):
        if any(first <= char <= last for char in text):
            return code
    return given[:2]
