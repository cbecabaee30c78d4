"""Making the index anew while the site runs: slice by slice, so that a kill loses one slice and no more."""

from collections import Counter
from collections.abc import Callable, Iterator
from time import monotonic

from django.db import transaction
from django_q.tasks import async_task

from community.feedback.models import Item, ItemQuerySet, State
from community.search import learn, tables, write
from community.search.models import Entry, Frequency, Index, Shortened, Word, kinds

VERSION = 3  # of what the analyser makes: raise it with every change, and each site makes its index anew
SLICE = 100  # items of one transaction: others who write wait for so many
TASK = "community.search.rebuild.add_missing"
RELEARN = "community.search.rebuild.relearn"
TURN = 20.0  # seconds of one task
COMMON = 20_000  # entries: in a site of more, a word that stands in one of them alone is mostly an error itself


def findable() -> ItemQuerySet:
    return Item.objects.filter(kind__in=[name for name, _kind in kinds.items()], state=State.VISIBLE)


def prepare() -> None:
    """Throw away what another version wrote: it cannot be taken out term by term."""
    if Index.current().version != VERSION:
        empty()


@transaction.atomic
def empty() -> None:
    tables.empty()
    for model in (Shortened, Word, Frequency, Entry):
        learn.drop_all(model)
    Index.change(version=VERSION, entries=0, length=0, rebuilt_to=None)


@transaction.atomic
def rebuild_slice(after: int) -> int:
    """Bring the entries of the items behind this id up to date; answers the last of them, 0 at the end."""
    ids = list(findable().filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:SLICE])
    # Whoever changes one of them has done so before this, or waits.
    list(Item.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
    left = Entry.objects.filter(pk__gt=after)
    if ids:
        left = left.filter(pk__lt=ids[-1])
    write.index([*ids, *left.exclude(pk__in=ids).values_list("pk", flat=True)])
    Index.change(rebuilt_to=ids[-1] if ids else None)
    return ids[-1] if ids else 0


def rebuild(tell: Callable[[int], None], *, after: int = 0) -> None:
    """All of it; `tell` hears of each slice how many items it had. It goes on where a killed one was, by `after`."""
    prepare()
    while (last := rebuild_slice(after)) != 0:
        tell(SLICE)
        after = last
    recount()


@transaction.atomic
def _add_some() -> bool:
    ids = list(findable().filter(search_entry=None).order_by("pk").values_list("pk", flat=True)[:SLICE])
    list(Item.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
    write.index(ids)
    return bool(ids)


def add_missing(tell: Callable[[int], None] = lambda number: None, *, turn: float = TURN) -> None:
    """The items that have no entry yet, after an import: a task, that goes on in another one after its turn."""
    prepare()
    ends = monotonic() + turn
    while _add_some():
        tell(SLICE)
        if monotonic() > ends:
            async_task(TASK)
            return
    async_task(write.LEARN)


def _noting(read: list[int]) -> Iterator[Entry]:
    for entry in Entry.objects.order_by("pk").iterator(1_000):
        read.append(entry.pk)
        yield entry


@transaction.atomic
def recount() -> None:
    """Count terms and words of all entries, and put that in the place of what was learnt one by one."""
    learn.lock()
    read: list[int] = []
    terms, words, length = learn.counted(_noting(read))
    words = _worth_keeping(words, len(read))
    for model in (Shortened, Word, Frequency):
        learn.drop_all(model)
    learn.add_terms(terms)
    learn.add_words(words)
    Index.objects.filter(pk=1).update(entries=len(read), length=length)
    for ids in write.sliced(read):
        Entry.objects.filter(pk__in=ids, is_learnt=False).update(is_learnt=True)


@transaction.atomic
def relearn() -> None:
    """The words of all entries once more, and no others: a task, after a member took theirs along."""
    learn.lock()
    words: Counter[str] = Counter()
    entries = 0
    for title, said in Entry.objects.filter(is_learnt=True).values_list("title_words", "words").iterator(1_000):
        entries += 1
        words.update(learn.words_in(title, said))
    for model in (Shortened, Word):
        learn.drop_all(model)
    learn.add_words(_worth_keeping(words, entries))


def _worth_keeping(words: Counter[str], entries: int) -> Counter[str]:
    return Counter({word: often for word, often in words.items() if often > 1}) if entries > COMMON else words
