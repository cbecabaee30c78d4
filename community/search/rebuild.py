"""Making the index anew while the site runs: slice by slice, so that a kill loses one slice and no more."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic

from django.db import transaction
from django_q.tasks import async_task

from community.feedback.models import Item, ItemQuerySet, State
from community.search import learn, recount, tables, write
from community.search.models import Corpus, Entry, Frequency, Index, Shortened, Word, kinds

VERSION = 5  # of what the index is made of: raise it with every change, and each site makes its index anew
SLICE = 100  # items of one transaction: others who write wait for so many
TASK = "community.search.rebuild.add_missing"
TURN = 20.0  # seconds of one task


def findable() -> ItemQuerySet:
    return Item.objects.filter(kind__in=[name for name, _kind in kinds.items()], state=State.VISIBLE)


def prepare() -> None:
    """Throw away what another version wrote: it cannot be taken out term by term."""
    if Index.current().version != VERSION:
        empty()


@transaction.atomic
def empty() -> None:
    tables.empty()
    for model in (Shortened, Word, Frequency, Corpus, Entry):
        learn.drop_all(model)
    Index.change(version=VERSION, rebuilt_to=None)


def rebuild_slice(after: int) -> int:
    """Bring the entries of the items behind this id up to date; answers the last of them, 0 at the end."""
    ids = list(findable().filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:SLICE])
    write.foresee(ids)
    with _held(ids):
        left = Entry.objects.filter(pk__gt=after)
        if ids:
            left = left.filter(pk__lt=ids[-1])
        write.index([*ids, *left.exclude(pk__in=ids).values_list("pk", flat=True)])
        Index.change(rebuilt_to=ids[-1] if ids else None)
    return ids[-1] if ids else 0


@contextmanager
def _held(ids: Sequence[int]) -> Iterator[None]:
    """A transaction that begins when whoever changes one of them has done so, and for whose end others wait."""
    with transaction.atomic():
        list(Item.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
        yield


def rebuild(tell: Callable[[int], None], *, after: int = 0) -> None:
    """All of it; `tell` hears of each slice how many items it had. It goes on where a killed one was, by `after`."""
    prepare()
    while (last := rebuild_slice(after)) != 0:
        tell(SLICE)
        after = last
    recount.recount()


def _add_some() -> bool:
    ids = list(findable().filter(search_entry=None).order_by("pk").values_list("pk", flat=True)[:SLICE])
    write.foresee(ids)
    with _held(ids):
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
