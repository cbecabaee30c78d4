"""Words that nobody wrote, and what may have been meant: one typing error away."""

from community.lib.kept_rows import Among, KeptRows
from community.lib.text import analyse, distance_one, is_word, shortened
from community.lib.text.terms import number
from community.search.models import Shortened

EACH = 2  # words that a mistyped one is looked for as
MOST = 12  # words of a query that are looked at
_near = KeptRows(lambda: Shortened.objects.filter(Among("number")).values_list("word_id", "word__entries"))


def corrections(text: str) -> dict[str, list[str]]:
    """Mistyped word → words like it, the most common first. One query."""
    words = [word for word in analyse(text).words.split("|") if is_word(word)][:MOST]
    forms = {number(form) for word in words for form in shortened(word)}
    near: dict[str, int] = dict(_near.of(forms))
    unknown = [word for word in words if word not in near]
    found = {}
    for word in unknown:
        like = sorted((one for one in near if distance_one(word, one)), key=lambda one: (-near[one], one))
        if like:
            found[word] = like[:EACH]
    return found
