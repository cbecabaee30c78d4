"""Keeping the index with what is said: an entry for each item that can be found, in the transaction of the change."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import unescape

from django.db import transaction
from django.db.models import F
from django_q.tasks import async_task

from community.feedback.models import Event, Item, State, parents_of_many
from community.lib.made_titles import made_title
from community.lib.text import Analysed, analyse, terms_of
from community.search import tables
from community.search.models import Entry, Index, Word, hanging_on, kinds

LEARN = "community.search.learn.learn"
REFRESH = "community.search.write.refresh"
MOST = 6_000  # characters of a body that are indexed: what comes later is rarely what a text is about
BATCH = 500
KEPT = 256  # texts whose terms are remembered: those of a slice
# Nothing about the words or who reads them.
_INDIFFERENT = frozenset(
    ("solved", "unsolved", "pinned", "unpinned", "closed", "locked", "reopened", "labelled", "moved", "moved from",
     "publication allowed", "solution brought back", "voted", "vote withdrawn", "voted on behalf",
     "vote on behalf withdrawn", "stage changed")
)  # fmt: skip
# Replies change threads with these, and no event of their own says so.
_CARRIES = ("split", "merged", "merged in", "relocation undone")
_IN_A_LINE = re.compile(r"</?(?:a|abbr|b|bdi|code|del|em|i|ins|kbd|mark|s|span|strong|sub|sup|u)\b[^>]*>")
_TAGS = re.compile(r"<[^>]*>")
_ALERTS = re.compile(r"\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]")  # that a quote is one, in Markdown


def plain(html: str) -> str:
    """The words of rendered Markdown, as they stand in their lines."""
    return unescape(_ALERTS.sub("", _TAGS.sub(" ", _IN_A_LINE.sub("", html))))


def follow(event: Event) -> None:
    """A consumer of events."""
    item = event.item
    if kinds.get(item.kind) is None or event.verb in _INDIFFERENT:
        return
    if event.verb in ("erased", "reworded"):
        forget([item.pk])
    index([item.pk])
    if event.verb in _CARRIES:
        for pk in {item.pk, event.detail.get("into"), event.detail.get("source"), event.detail.get("target")} - {None}:
            async_task(REFRESH, pk)


def foresee(ids: Sequence[int]) -> None:
    """Do what takes time before the transaction, which finds it done where nobody changes anything meanwhile."""
    there = Entry.objects.in_bulk(ids)
    for entry in entries_of(ids):
        known = there.get(entry.pk)
        if known is None or not entry.says_the_same_as(known):
            for one in filter(None, (entry, known)):
                numbers(one)


@transaction.atomic
def index(ids: Sequence[int]) -> None:
    """Bring the entries of these items up to date, or take them out where there is nothing to find."""
    there = Entry.objects.in_bulk(ids)
    wanted = {entry.pk: entry for entry in entries_of(ids)}
    changed = [entry for pk, entry in wanted.items() if pk not in there or not entry.says_the_same_as(there[pk])]
    gone = [entry for pk, entry in there.items() if pk not in wanted]
    put([entry for pk, entry in there.items() if pk in wanted and wanted[pk] in changed], changed, gone)


def put(before: Iterable[Entry], now: Sequence[Entry], gone: Sequence[Entry] = ()) -> None:
    """Write entries in the place of what was there before. In a transaction."""
    out = [*before, *gone]
    if out:
        tables.take_out([(entry.pk, numbers(entry)) for entry in out])
        Entry.objects.filter(pk__in=[entry.pk for entry in out]).delete()
    if now:
        Entry.objects.bulk_create(now, batch_size=BATCH)
        tables.add([(entry.pk, numbers(entry)) for entry in now])


def take_out(ids: Sequence[int]) -> list[Entry]:
    """Take entries out; whoever deletes an item for good calls it before. Answers what they were."""
    there = list(Entry.objects.filter(pk__in=ids))
    put([], [], there)
    return there


def forget(ids: Sequence[int]) -> None:
    """Take out entries and the words they held, for good: a person is leaving. Words of others are learnt again."""
    Index.change(departures=F("departures") + 1)
    words = {word for entry in take_out(ids) for word in f"{entry.title_words}{entry.words}".split("|")}
    Word.objects.filter(pk__in=sorted(words)).delete()


def refresh(about: int) -> None:
    """What hangs on an item, or did: a task, after replies went from one thread to another."""
    hanging = {pk for found in hanging_on for pk in found(about)}
    hanging |= set(Entry.objects.filter(about=about).values_list("pk", flat=True))
    for batch in sliced(sorted({about, *hanging})):
        index(batch)


def sliced(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    for at in range(0, len(ids), BATCH):
        yield ids[at : at + BATCH]


def numbers(entry: Entry) -> frozenset[int]:
    """The terms under which an entry stands in the index."""
    return _numbers(entry.title, entry.body)


@lru_cache(maxsize=KEPT)
def _numbers(title: Analysed, body: Analysed) -> frozenset[int]:
    return frozenset(terms_of(title) | terms_of(title, in_title=True) | terms_of(body))


_analysed = lru_cache(maxsize=KEPT)(analyse)


def entries_of(ids: Sequence[int]) -> list[Entry]:
    """The entries that these items should have now, not saved."""
    found = dict(kinds.items())
    rows = Item.objects.filter(pk__in=ids, state=State.VISIBLE, kind__in=list(found))
    items = list(rows.only("kind", "title", "language", "html"))
    abouts: dict[int, Item] = {}
    for kind, parents in parents_of_many.items():
        hanging = [item.pk for item in items if item.kind == kind and found[kind].hangs_on_another]
        abouts |= parents(hanging) if hanging else {}
    return [entry_of(item, abouts.get(item.pk, item)) for item in items]


def entry_of(item: Item, about: Item) -> Entry:
    language = item.language or about.language
    said = plain(item.html)
    # A title that was made of the first sentence says nothing more: counted, it would lift how a text happens to begin.
    told = "" if item.title and item.title == made_title(said) else item.title
    title, body = _analysed(told, language), _analysed(said[:MOST], language)
    return Entry(
        item_id=item.pk, about_id=about.pk, language=language, title_words=title.words, title_stems=title.stems,
        words=body.words, stems=body.stems,
    )  # fmt: skip
