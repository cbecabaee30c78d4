"""Entries for many new items at once: analysed one time, and how common terms are is told at the end.

Learning batch by batch would raise the count of a common term once for each batch; here it is raised once. A run that
is killed leaves entries that are found and terms that are not counted, which the next run notices.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from types import TracebackType
from typing import TypeVar

from django.db import connections, router

from community.feedback.models import Item
from community.lib.bulk_rows import insert
from community.lib.text import shortened
from community.lib.text.terms import number
from community.search import learn, rebuild, recount, tables, write
from community.search.models import Corpus, Entry, Frequency, Shortened, Word

T = TypeVar("T")
AT_ONCE = 20_000  # rows of one transaction
OF_NO_WEIGHT = 1_000  # entries not counted that a killed run may have left


class Indexing:
    """Use it in a `with`: at its end, however that comes, what was added is counted."""

    def __init__(self) -> None:
        self.counted = learn.Counted()

    def __enter__(self) -> "Indexing":
        rebuild.prepare()
        learnt = Entry.objects.filter(is_learnt=True).count()
        self.was_killed = learnt > Corpus.all_entries() + OF_NO_WEIGHT
        return self

    def analysed(self, items: Sequence[Item]) -> "Analysed":
        """Their entries, to be written in the transaction that writes the items; takes the time, and no lock."""
        return Analysed(self, [write.entry_of(item, item) for item in items])

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.was_killed:
            recount.recount()
        elif self.counted.entries:
            self._learn()
        if self.was_killed or self.counted.entries:
            tables.analyse()

    def _learn(self) -> None:
        words = recount.worth_keeping(self.counted.words, Entry.objects.count())
        for terms in _sliced(self.counted.frequencies()):
            with learn.alone():
                _add(Frequency, terms)
        for some in _sliced(sorted(words.items())):
            with learn.alone():
                known = set(Word.objects.filter(pk__in=[word for word, _often in some]).values_list("pk", flat=True))
                _add(Word, some)
                forms = ((number(form), word) for word, _often in some if word not in known for form in shortened(word))
                insert(Shortened, ("number", "word_id"), forms)
        with learn.alone():
            learn.add_entries(self.counted)


class Analysed:
    def __init__(self, indexing: Indexing, entries: list[Entry]) -> None:
        self.indexing = indexing
        self.entries = entries
        self.numbers = [(entry.pk, write.numbers(entry)) for entry in entries]
        for entry in entries:
            entry.is_learnt = True

    def put(self) -> None:
        """Write them. In a transaction."""
        Entry.objects.bulk_create(self.entries, batch_size=write.BATCH)
        tables.add(self.numbers)

    def count(self) -> None:
        """What is written is counted at the end. After the transaction."""
        for entry, (_pk, numbers) in zip(self.entries, self.numbers, strict=True):
            self.indexing.counted.add(entry, numbers)


def _sliced(rows: list[T]) -> Iterator[list[T]]:
    rest = iter(rows)
    while batch := list(islice(rest, AT_ONCE)):
        yield batch


def _add(model: type[Frequency | Word], rows: Sequence[Sequence[int | str]]) -> None:
    """Raise the counts; on PostgreSQL through a table of the session, for that takes a tenth of the time."""
    connection = connections[router.db_for_write(Entry)]
    if connection.vendor != "postgresql":
        learn.add(model, rows)
        return
    *key, _entries = names = learn.columns(model)
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE TEMPORARY TABLE raised (LIKE "{model._meta.db_table}") ON COMMIT DROP')
        with cursor.copy(f"COPY raised ({', '.join(names)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(learn.raising(model, f"SELECT {', '.join(names)} FROM raised ORDER BY {', '.join(key)}"))  # noqa: S608
        cursor.execute("DROP TABLE raised")
