"""Learning from new entries how common terms are and which words there are: a task of every minute, behind the changes.

Both are shared by everybody who writes, so that counting them in the change would make writers wait for each other.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic, sleep

from django.db import connections, router, transaction
from django.db.models import F, Model
from django_q.tasks import async_task

from community.lib.text import is_word, shortened
from community.lib.text.terms import number
from community.search import tables, write
from community.search.models import Corpus, Entry, Frequency, Index, Shortened, Word

BATCH = 200  # entries of one transaction: others who write wait for so many
TURN = 20.0  # seconds of one task
PAUSE = 0.02  # seconds at most, for others who write: SQLite has no queue, whoever asks again at once is always first


@dataclass
class Counted:
    """Of entries: in how many of each language a term stands, in how many each word, and how long they are."""

    terms: defaultdict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    words: Counter[str] = field(default_factory=Counter)
    entries: Counter[str] = field(default_factory=Counter)
    lengths: Counter[str] = field(default_factory=Counter)

    def add(self, entry: Entry, numbers: Iterable[int]) -> None:
        self.terms[entry.corpus].update(numbers)
        self.words.update(words_in(entry.title_words, entry.words))
        self.entries[entry.corpus] += 1
        self.lengths[entry.corpus] += len(entry.words)

    def frequencies(self) -> list[tuple[int, str, int]]:
        return sorted(
            (term, language, often) for language, terms in self.terms.items() for term, often in terms.items()
        )


def learn(*, turn: float = TURN) -> None:
    """Count what has not been counted; twice at once does no harm. It goes on in another task after its turn."""
    ends = monotonic() + turn
    has_learnt = False
    # Mostly there is nothing new, and that is seen without the lock that a rebuilding may hold.
    while Entry.objects.filter(is_learnt=False).exists():
        has_learnt = True
        if monotonic() > ends:
            async_task(write.LEARN)
            return
        _learn_some()
    if has_learnt:
        tables.settle()


class Departed(Exception):
    """Words were forgotten for good while they were counted, and must not come back."""


@contextmanager
def alone(departures: int | None = None) -> Iterator[None]:
    """A transaction of which there is one at a time. Whoever is in it takes nothing else that anybody waits for.

    Raises `Departed` when words were forgotten since there were so many `departures`.
    """
    began = monotonic()
    with transaction.atomic():
        Index.change()
        now = Index.objects.select_for_update(no_key=True).get(pk=1).departures
        if departures not in (None, now):
            raise Departed
        yield
    sleep(min(PAUSE, monotonic() - began))


def drop_all(model: type[Model]) -> None:
    """All rows, in one statement: nothing hangs on them that Django would have to look for."""
    rows = model._base_manager.all()
    rows._raw_delete(rows.db)


def _learn_some() -> None:
    departures = Index.current().departures
    entries = list(Entry.objects.filter(is_learnt=False).order_by("pk")[:BATCH])
    counted = Counted()
    for entry in entries:
        counted.add(entry, write.numbers(entry))
    unlearnt = Entry.objects.filter(pk__in=[entry.pk for entry in entries], is_learnt=False)
    with suppress(Departed), alone(departures):
        if unlearnt.count() < len(entries):
            return  # somebody else has learnt them, or they are gone: look again
        add_entries(counted)
        add(Frequency, counted.frequencies())
        add_words(sorted(counted.words.items()))
        unlearnt.update(is_learnt=True)


def words_in(title: str, said: str) -> Iterable[str]:
    return filter(is_word, set(f"{title}{said}".split("|")))


def add_entries(counted: Counted) -> None:
    for language, entries in sorted(counted.entries.items()):
        Corpus.objects.get_or_create(pk=language)
        Corpus.objects.filter(pk=language).update(
            entries=F("entries") + entries, length=F("length") + counted.lengths[language]
        )


def add(model: type[Frequency | Word], rows: Sequence[Sequence[int | str]]) -> None:
    """Raise the counts of rows that are their key and a number, in one order for everybody."""
    with connections[router.db_for_write(Entry)].cursor() as cursor:
        cursor.executemany(raising(model, f"VALUES ({', '.join(['%s'] * len(columns(model)))})"), rows)


def columns(model: type[Frequency | Word]) -> list[str]:
    """Of the key of a row, and its count."""
    return [*(str(one.column) for one in model._meta.pk_fields), "entries"]


def raising(model: type[Frequency | Word], source: str) -> str:
    """SQL that adds the counts of a source of rows to those that are there."""
    table = model._meta.db_table
    *key, _entries = names = columns(model)
    return (
        f'INSERT INTO "{table}" ({", ".join(names)}) {source} '
        f'ON CONFLICT ({", ".join(key)}) DO UPDATE SET entries = "{table}".entries + excluded.entries'
    )


def add_words(rows: Sequence[tuple[str, int]]) -> None:
    """What is new is also kept without each of its letters."""
    known = set(Word.objects.filter(pk__in=[word for word, _entries in rows]).values_list("pk", flat=True))
    add(Word, rows)
    forms = (
        Shortened(number=number(form), word_id=word)
        for word, _entries in rows
        if word not in known
        for form in shortened(word)
    )
    Shortened.objects.bulk_create(forms, batch_size=5_000)
