"""Learning from new entries how common terms are and which words there are: a task of every minute, behind the changes.

Both are shared by everybody who writes, so that counting them in the change would make writers wait for each other.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from time import monotonic

from django.db import connections, router, transaction
from django.db.models import F, Model
from django_q.tasks import async_task

from community.lib.text import is_word, shortened
from community.lib.text.terms import number
from community.search import tables, write
from community.search.models import Entry, Frequency, Index, Shortened, Word

BATCH = 500
TURN = 20.0  # seconds of one task


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


def lock() -> None:
    """One learns at a time, and whoever does takes nothing else that anybody waits for."""
    Index.change()
    Index.objects.select_for_update(no_key=True).filter(pk=1).values_list("pk").first()


def drop_all(model: type[Model]) -> None:
    """All rows, in one statement: nothing hangs on them that Django would have to look for."""
    rows = model._base_manager.all()
    rows._raw_delete(rows.db)


@transaction.atomic
def _learn_some() -> None:
    lock()
    entries = list(Entry.objects.filter(is_learnt=False).order_by("pk")[:BATCH])
    terms, words, length = counted(entries)
    add_terms(terms)
    add_words(words)
    Index.objects.filter(pk=1).update(entries=F("entries") + len(entries), length=F("length") + length)
    Entry.objects.filter(pk__in=[entry.pk for entry in entries]).update(is_learnt=True)


def counted(entries: Iterable[Entry]) -> tuple[Counter[int], Counter[str], int]:
    """Of entries: in how many each term stands, each word, and how long they are together."""
    terms: Counter[int] = Counter()
    words: Counter[str] = Counter()
    length = 0
    for entry in entries:
        terms.update(write.numbers(entry))
        words.update(words_in(entry.title_words, entry.words))
        length += len(entry.words)
    return terms, words, length


def words_in(title: str, said: str) -> Iterable[str]:
    return filter(is_word, set(f"{title}{said}".split("|")))


def add_terms(terms: Counter[int]) -> None:
    _add(Frequency._meta.db_table, "term", sorted(terms.items()))


def add_words(words: Counter[str]) -> None:
    """What is new is also kept without each of its letters."""
    known = set(Word.objects.filter(pk__in=list(words)).values_list("pk", flat=True))
    _add(Word._meta.db_table, "word", sorted(words.items()))
    forms = (
        Shortened(number=number(form), word_id=word)
        for word in sorted(words.keys() - known)
        for form in shortened(word)
    )
    Shortened.objects.bulk_create(forms, batch_size=5_000)


def _add(table: str, key: str, rows: Sequence[tuple[int | str, int]]) -> None:
    """Raise the counts, in one order for everybody."""
    with connections[router.db_for_write(Entry)].cursor() as cursor:
        cursor.executemany(
            f'INSERT INTO "{table}" ("{key}", "entries") VALUES (%s, %s) '  # noqa: S608
            f'ON CONFLICT ("{key}") DO UPDATE SET "entries" = "{table}"."entries" + excluded."entries"',
            rows,
        )
