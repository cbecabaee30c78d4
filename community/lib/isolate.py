"""Names and titles inside sentences: each keeps its own direction and disturbs nobody else's."""


def isolated(text: str) -> str:
    """The text between U+2068 and U+2069, so that “#7” stays behind an Arabic name where we put it."""
    return f"\u2068{text}\u2069"
