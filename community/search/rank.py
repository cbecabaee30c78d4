"""How well an entry answers: BM25, with the title above the body.

Robertson & Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009. Terms are counted in the words of
the entry itself, so that both databases come to the same score.
"""

from collections.abc import Iterable

from community.search.candidates import Candidate, Known, Weighed

K1, B = 1.2, 0.75
TITLE = 2.0  # a term in the title counts as so many in the body
MOST_TERMS = 64


def score(weighed: Weighed, one: Candidate) -> float:
    length = 1 - B + B * len(one.body.words) / weighed.average
    title, body = one.title, one.body
    total = 0.0
    # Written out, for it is done some six thousand times for a query: as a method of the term it took twice the time.
    for text, is_stem, worth in weighed.worths[:MOST_TERMS]:
        if is_stem:
            often = TITLE * title.stems.count(text) + body.stems.count(text) / length
        else:
            often = TITLE * title.words.count(text) + body.words.count(text) / length
        if often:
            total += worth * often * (K1 + 1) / (often + K1)
    return total


def most_possible(terms: Iterable[Known]) -> float:
    """What an entry would reach that says every term again and again."""
    return sum(one.term.weight * one.rarity for one in terms) * (K1 + 1)
