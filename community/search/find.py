"""One search: from what somebody typed to the items that answer it, best first, as far as they may read them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import exp

from django.conf import settings
from django.db.models import Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils import timezone

from community.feedback.models import Item
from community.feedback.places import Viewer
from community.lib.kept_rows import Among, KeptRows
from community.lib.slots import Slot
from community.lib.text import Sought, query_terms
from community.search.candidates import Candidate, Known, Weighed, candidates, weigh
from community.search.correct import corrections
from community.search.grammar import Asked
from community.search.narrow import conditions, latest
from community.search.rank import most_possible, score

LOOKED_AT = 100  # entries that are scored, and conversations that pages show at most
WEIGHED = 40  # of the best, for which trust and freshness are asked
ALSO = 0.1  # of its second-best part, what a conversation gains
FRESH, YEAR = 0.03, 365.0  # what an item of today gains, and the days after which most of that is gone
TRUSTED = 0.05  # what an answer gains that is known to help
# While somebody types, an answer must be there before the next letter.
# Few entries of many terms tell more than many of few.
TYPING = {"budget": 400, "rarest": 12, "each": 200}
SCORED = 36  # entries that are scored then, or more where more are asked for
WEAK = 0.08  # of what a query could reach: below, an entry has some letters in common with it and nothing else
_FIRST = slice(0, 20)  # hits of which one page shows the items
# The id of the part of an item that is known to help, such as the solution of a thread, or NULL.
trusted: Slot[Callable[[], Combinable]] = Slot("what is known to help")


@dataclass
class Hit:
    """An item that answers, and the part of it that says so: itself, or the best of what hangs on it."""

    item_id: int
    part_id: int
    score: float


Load = Callable[[Sequence[Hit]], Mapping[int, Item]]


@dataclass(frozen=True)
class Found:
    hits: list[Hit]
    terms: list[Known]
    corrected: Mapping[str, Sequence[str]]  # mistyped word → what was looked for as well
    items: Mapping[int, Item]  # the hits that are shown, and their parts
    trusted: frozenset[int] = frozenset()

    @cached_property
    def sought(self) -> Sought:
        """For marking it where it is shown."""
        return Sought(one.term for one in self.terms)

    @property
    def is_weak(self) -> bool:
        return not self.hits or self.hits[0].score < WEAK * most_possible(self.terms)


def find(
    asked: Asked, viewer: Viewer, languages: Sequence[str], *, shown: slice = _FIRST, load: Load | None = None
) -> Found:
    """`languages` are those that the query may be written in, by their codes. Five queries.

    The items of the hits that are `shown` come along, by `load` or with all that people are shown of them.
    """
    load = load or items_of
    if not asked.text:
        newest = [Hit(pk, pk, 0.0) for pk in latest(asked, viewer, max(WEIGHED, shown.stop))]
        return Found(newest, [], {}, load(newest[shown]), frozenset(known_to_help(newest[shown])))
    corrected = corrections(asked.text)
    meant = " ".join([asked.text, *(word for like in corrected.values() for word in like)])
    weighed = weigh(query_terms(meant, tuple(languages)))
    hits = _hits(weighed, asked, viewer, most=LOOKED_AT)
    best = hits[: max(WEIGHED, shown.stop)]
    known = standings(best)
    helpful = frozenset(pk for pk, (_active, part) in known.items() if part)
    if settings.SEARCH_BOOSTS:
        _boost(best, known)
        hits.sort(key=lambda one: (-one.score, -one.item_id))
    return Found(hits, weighed.terms, corrected, load(hits[shown]), helpful)


def suggest(text: str, viewer: Viewer, languages: Sequence[str], *, most: int, kind: str = "") -> Found:
    """The same while somebody types: less is looked at, and for no typing error, as the word may go on.

    Two queries; the items are for whoever shows them to load.
    """
    weighed = weigh(query_terms(text, tuple(languages), is_unfinished=True))
    asked = Asked(text, filters={"kind": kind} if kind else {})
    hits = _hits(weighed, asked, viewer, most=max(SCORED, most * 4), **TYPING)[:most]
    return Found(hits, weighed.terms, {}, {})


_standings = KeptRows(
    lambda: (
        Item.objects.filter(Among("pk"))
        .annotate(helps=Coalesce(*(part() for part in trusted), Value(None)))
        .values_list("pk", "active_at", "helps")
    )
)


def standings(hits: Sequence[Hit]) -> dict[int, tuple[datetime, int | None]]:
    """Item → when it was active, and the part of it that is known to help. One query, however many rooms answer."""
    rows = _standings.of(hit.item_id for hit in hits)
    return {pk: (active, part) for pk, active, part in rows}


def known_to_help(hits: Sequence[Hit]) -> dict[int, int]:
    """Item → the part of it that helps, for those that are known to. One query."""
    return {pk: part for pk, (_active, part) in standings(hits).items() if part}


def items_of(hits: Sequence[Hit]) -> dict[int, Item]:
    wanted = {pk for hit in hits for pk in (hit.item_id, hit.part_id)}
    return Item.objects.select_related("author", "place").defer("body").in_bulk(wanted) if wanted else {}


class _Some:
    """Items with some of their fields."""

    def __init__(self, *names: str) -> None:
        # In the order of the model, as `from_db` takes them.
        self.names = [field.attname for field in Item._meta.concrete_fields if field.attname in names]
        self.rows = KeptRows(lambda: Item.objects.filter(Among("pk")).values_list(*self.names))

    def of(self, ids: Iterable[int]) -> dict[int, Item]:
        """One query."""
        found = (Item.from_db(self.rows.using, self.names, row) for row in self.rows.of(ids))
        return {item.pk: item for item in found}


_LINK = ("id", "kind", "title", "path", "language")
_links, _passages = _Some(*_LINK), _Some(*_LINK, "html", "external_id")


def links_to(hits: Sequence[Hit]) -> dict[int, Item]:
    """The same with no more than a link needs: to load all of an item costs more than to find it."""
    return _links.of({hit.item_id for hit in hits})


def passages_of(hits: Sequence[Hit]) -> dict[int, Item]:
    """The same with what programs are told: links, and the words."""
    return _passages.of({pk for hit in hits for pk in (hit.item_id, hit.part_id)})


def _hits(weighed: Weighed, asked: Asked, viewer: Viewer, *, most: int, **bounds: int) -> list[Hit]:
    if not weighed.terms:
        return []
    rows = candidates(weighed, conditions(asked, viewer), most=most, **bounds)
    return _grouped([(score(weighed, row), row) for row in rows])


def _grouped(scored: list[tuple[float, Candidate]]) -> list[Hit]:
    """One hit for each conversation: by its best part, a little more when another says it too."""
    found: dict[int, Hit] = {}
    more: set[int] = set()
    for points, row in sorted(scored, key=lambda one: (-one[0], -one[1].item_id)):
        hit = found.get(row.about_id)
        if hit is None:
            found[row.about_id] = Hit(row.about_id, row.item_id, points)
        elif row.about_id not in more:
            more.add(row.about_id)
            hit.score += ALSO * points
    return sorted(found.values(), key=lambda one: (-one.score, -one.item_id))


def _boost(hits: Sequence[Hit], known: Mapping[int, tuple[datetime, int | None]]) -> None:
    """What is known to help and what is fresh stands a little above what says the same."""
    now = timezone.now()
    for hit in hits:
        if hit.item_id in known:
            active, part = known[hit.item_id]
            days = max((now - active).days, 0)
            hit.score *= 1 + TRUSTED * bool(part) + FRESH * exp(-days / YEAR)
