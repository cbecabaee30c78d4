"""A title for a text that came without one: its first sentence, or the beginning of that."""

import re

from community.lib.plain_text import excerpt

LONGEST = 90  # characters
_LOOKED_AT = 4 * LONGEST
_END = re.compile(r"(?<=\S)[.!?…؟۔।。！？]+(?=\s|$)")
_SHORTEST = 12  # characters of a sentence: "1." and "Mr." are none


def made_title(text: str) -> str:
    """The same for the same words, however they are broken into lines: so one can tell whether a title was made."""
    words = " ".join(text[:_LOOKED_AT].split())
    for end in _END.finditer(words):
        if end.end() >= _SHORTEST:
            # A full stop ends no title; a question mark belongs to it.
            sentence = words[: end.end()].rstrip(".。।۔")
            return excerpt(sentence, LONGEST)
    return excerpt(words, LONGEST)
