"""Which entries are worth scoring: those that hold most of the rarest terms, and that the viewer may find.

No text says exactly what somebody asks: any of the rarest terms counts, as much as it is rare, and none must be there.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import NamedTuple

from django.db import connections, router

from community.lib.kept_rows import Among, KeptRows
from community.lib.text import Analysed, Term
from community.search import tables
from community.search.models import Entry, Frequency
from community.search.narrow import Condition

RAREST = 24  # terms, and titles are asked for the first third of them besides
BUDGET = 4_000  # entries to count terms of: a query takes the time of so many
USUAL = 500.0  # characters of an entry, where none is counted yet
PASSED = 8  # entries that PostgreSQL passes by in the time that one takes which it brings
UNHEARD = 0.0001  # the share of entries in which a word stands that a language does not know
FILLER = log(3)  # what a word says that stands in a third of all texts, and so says "how" in a small site too
TITLE = 1.5  # what a term in a title adds, of what it weighs anywhere


class Known(NamedTuple):
    """A term of the query: how many entries hold it, and what it says in the query's language, much when it is rare."""

    term: Term
    entries: int
    rarity: float


class Counts(NamedTuple):
    """Of a corpus, or of all together: how many entries it has, and how many of them hold which term."""

    entries: int
    length: int
    holding: dict[int, int]

    def rarity(self, number: int) -> float:
        return rarity(self.holding.get(number, 0), self.entries)


class Candidate(NamedTuple):
    item_id: int
    about_id: int
    title: Analysed
    body: Analysed


def rarity(entries: int, of: int) -> float:
    """The inverse document frequency of BM25."""
    return log(1 + (max(of, entries) - entries + 0.5) / (entries + 0.5))


@dataclass(frozen=True)
class Weighed:
    """The terms of a query, the rarest first. What nobody wrote stands last: it may be new, and not counted yet."""

    terms: list[Known]
    in_titles: dict[int, Known]  # by the number of a term in titles
    average: float  # characters of an entry

    @cached_property
    def worths(self) -> list[tuple[str, bool, float]]:
        """(text, whether it is a stem, what it says) of each term, for the scoring."""
        return [(term.text, term.is_stem, term.weight * rarity) for term, _entries, rarity in self.terms]


def weigh(terms: Sequence[Term]) -> Weighed:
    """One query."""
    numbers = [number for term in terms for number in (term.number, term.title_number)]
    corpora = _counts(numbers)
    everywhere = _together(corpora.values())
    language = max(corpora.values(), key=lambda one: (_familiarity(terms, one), one.entries), default=everywhere)

    def known(term: Term, number: int) -> Known:
        counts = language if number in language.holding else everywhere
        rarity = min(counts.rarity(number), FILLER) if term.is_filler else counts.rarity(number)
        return Known(term, everywhere.holding.get(number, 0), rarity)

    found = [known(term, term.number) for term in terms]
    found.sort(key=lambda one: (one.entries == 0, -one.rarity))
    in_titles = {term.title_number: known(term, term.title_number) for term in terms}
    return Weighed(found, in_titles, language.length / language.entries if language.entries else USUAL)


_frequencies = KeptRows(
    lambda: Frequency.objects.filter(Among("term")).values_list(
        "term", "corpus_id", "entries", "corpus__entries", "corpus__length"
    )
)


def _counts(numbers: Iterable[int]) -> dict[str, Counts]:
    found: dict[str, Counts] = {}
    for term, language, often, entries, length in _frequencies.of(numbers):
        found.setdefault(language, Counts(entries, length, {})).holding[term] = often
    return found


def _together(corpora: Iterable[Counts]) -> Counts:
    holding: Counter[int] = Counter()
    for one in corpora:
        holding.update(one.holding)
    return Counts(sum(one.entries for one in corpora), sum(one.length for one in corpora), holding)


def _familiarity(terms: Sequence[Term], counts: Counts) -> float:
    """How likely a text of this language says these terms: the language of a query is the one that knows it best."""
    return sum(
        term.weight * log(max(counts.holding[term.number] / counts.entries, UNHEARD) / UNHEARD)
        for term in terms
        if term.number in counts.holding and counts.entries
    )


def candidates(
    weighed: Weighed,
    conditions: list[Condition],
    *,
    most: int,
    budget: int = BUDGET,
    rarest: int = RAREST,
    each: int = tables.MOST,
) -> list[Candidate]:
    """Up to `most` entries, most promising first: of `rarest` terms up to `each` entries, together within `budget`.

    One query.
    """
    wanted = asked(weighed, budget, rarest, each)
    if not wanted:
        return []
    source, asked_for = tables.holding(wanted, each)
    where = " AND ".join(one.sql for one in conditions)
    params = [param for one in conditions for param in one.params]
    entry = Entry._meta.db_table
    summed = "SELECT id, SUM(weight) AS weight FROM hits GROUP BY id ORDER BY 2 DESC, 1 DESC"
    columns = "hit.item_id, hit.about_id, hit.title_words, hit.title_stems, hit.words, hit.stems"
    connection = connections[router.db_for_read(Entry)]
    if connection.vendor == "sqlite":
        # CROSS JOIN keeps the order: entries are looked at best first, and only until there are enough.
        joined = f'best CROSS JOIN "{entry}" hit ON hit.item_id = best.id'
        once = ""
    else:
        joined = f'best, LATERAL (SELECT * FROM "{entry}" WHERE item_id = best.id OFFSET 0) hit'  # noqa: S608
        once = "MATERIALIZED "
    sql = f"WITH hits AS ({source}), best AS {once}({summed}) SELECT {columns} FROM {joined} WHERE {where} LIMIT %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [*asked_for, *params, most])
        rows = cursor.fetchall()
    return [Candidate(row[0], row[1], Analysed(row[2], row[3]), Analysed(row[4], row[5])) for row in rows]


def asked(weighed: Weighed, budget: int, rarest: int, each: int) -> list[tables.Asked]:
    """The terms whose entries are looked for, with what each adds to them."""
    terms = weighed.terms
    found: list[tables.Asked] = []
    spent = 0
    for one in terms[:rarest]:
        cost = _cost(one.entries, each)
        if found and spent + cost > budget:
            break
        found.append(tables.Asked([one.term.number], one.rarity * one.term.weight))
        spent += cost
    found += _in_titles(weighed, terms[: rarest // 3], budget, each)
    common = [one for one in terms if one.term.is_stem and one.entries][:3] or terms[:3]
    if len(common) > 1 and sum(min(one.entries, each) for one in common) > budget // 4:
        # Each of them alone brings too many: those that have all of them come first.
        found.append(tables.Asked([one.term.number for one in common], sum(one.rarity for one in common)))
    return found


def _in_titles(weighed: Weighed, terms: Sequence[Known], budget: int, each: int) -> list[tables.Asked]:
    """The same for titles: what is too common for the budget is looked for in one title together."""
    found: list[tables.Asked] = []
    together: list[tuple[int, float]] = []
    for one in terms:
        number = one.term.title_number
        in_titles = weighed.in_titles[number]
        weight = TITLE * one.term.weight * in_titles.rarity
        cost = _cost(in_titles.entries, each)
        if cost > budget:
            together.append((number, weight))
        else:
            budget -= cost
            found.append(tables.Asked([number], weight))
    if together:
        numbers, weights = zip(*together, strict=True)
        found.append(tables.Asked(numbers, sum(weights)))
    return found


def _cost(entries: int, each: int) -> int:
    return max(min(entries, each), entries // PASSED)
