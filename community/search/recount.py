"""Counting anew how common terms are and which words there are, while others write: a slice at a time.

What somebody learns meanwhile may be counted twice or not at all: it is an estimate, and the next counting knows it.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connections, router
from django.db.models import QuerySet

from community.search import learn, write
from community.search.models import Corpus, Entry, Frequency, Index, Shortened, Word

RELEARN = "community.search.recount.relearn"
COMMON = 20_000  # entries: in a site of more, a word that stands in one of them alone is mostly an error itself
READ = 500  # entries at once
SLICE = 2_000  # rows of one transaction: others who write wait for so many


def recount() -> None:
    """Count terms and words of all entries, and put that in the place of what was learnt one by one."""
    _until_nobody_departs(_recount)


def relearn() -> None:
    """The words of all entries once more, and no others: a task, after a member took theirs along."""
    _until_nobody_departs(_relearn)


def _until_nobody_departs(count: Callable[[int], None]) -> None:
    while True:
        try:
            return count(Index.current().departures)
        except learn.Departed:
            continue


def _recount(departures: int) -> None:
    counted = learn.Counted()
    unlearnt: list[int] = []
    for entry in _read(Entry.objects.all()):
        counted.add(entry, write.numbers(entry))
        unlearnt += [] if entry.is_learnt else [entry.pk]
    with learn.alone():
        learn.drop_all(Corpus)
        learn.add_entries(counted)
    _bring_in_line(Frequency, lambda term, language: counted.terms[language].pop(term, 0))
    _add(departures, lambda some: learn.add(Frequency, some), counted.frequencies())
    _put_words(departures, counted.words, counted.entries.total())
    for ids in write.sliced(unlearnt):
        Entry.objects.filter(pk__in=ids, is_learnt=False).update(is_learnt=True)


def _relearn(departures: int) -> None:
    words: Counter[str] = Counter()
    entries = 0
    for entry in _read(Entry.objects.filter(is_learnt=True).only("title_words", "words")):
        entries += 1
        words.update(learn.words_in(entry.title_words, entry.words))
    _put_words(departures, words, entries)


def _read(entries: QuerySet[Entry]) -> Iterator[Entry]:
    """In slices of their own: while one long reading lasts, SQLite cannot put away what others write."""
    last = 0
    while some := list(entries.filter(pk__gt=last).order_by("pk")[:READ]):
        yield from some
        last = some[-1].pk


def _put_words(departures: int, words: Counter[str], entries: int) -> None:
    words = worth_keeping(words, entries)
    _bring_in_line(Word, lambda word: words.pop(word, 0))
    _add(departures, learn.add_words, sorted(words.items()))


def _bring_in_line(model: type[Frequency | Word], take: Callable[..., int]) -> None:
    """Give each row the count that `take` has for its key, and drop it where that is none."""
    *key, _entries = learn.columns(model)
    rows = model._base_manager.order_by("pk").values_list("pk", *key, "entries")
    there = list(rows[:SLICE])
    while there:
        counts = [(take(*of), was, *of) for _pk, *of, was in there]
        if changed := [(often, *of) for often, was, *of in counts if often != was]:
            with learn.alone():
                _write(model, key, changed)
        there = list(rows.filter(pk__gt=there[-1][0])[:SLICE])


def _write(model: type[Frequency | Word], key: list[str], changed: list[tuple[Any, ...]]) -> None:
    table, this = model._meta.db_table, " AND ".join(f"{one} = %s" for one in key)
    gone = [tuple(of) for often, *of in changed if not often]
    with connections[router.db_for_write(Entry)].cursor() as cursor:
        if gone and model is Word:
            cursor.executemany(f'DELETE FROM "{Shortened._meta.db_table}" WHERE word_id = %s', gone)  # noqa: S608
        if gone:
            cursor.executemany(f'DELETE FROM "{table}" WHERE {this}', gone)  # noqa: S608
        if kept := [one for one in changed if one[0]]:
            cursor.executemany(f'UPDATE "{table}" SET entries = %s WHERE {this}', kept)  # noqa: S608


def _add(departures: int, add: Callable[[list[Any]], None], rows: list[Any]) -> None:
    for at in range(0, len(rows), SLICE):
        with learn.alone(departures):
            add(rows[at : at + SLICE])


def worth_keeping(words: Counter[str], entries: int) -> Counter[str]:
    return Counter({word: often for word, often in words.items() if often > 1}) if entries > COMMON else words
