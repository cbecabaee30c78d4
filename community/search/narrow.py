"""Which items a search may find at all: what the viewer may read, narrowed by the filters. Asked before any ranking."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db.models import Q
from django.db.models.expressions import RawSQL

from community.feedback.models import Item, ItemQuerySet, State
from community.feedback.places import Viewer
from community.feedback.visibility import condition_for
from community.lib.literals import Literal
from community.lib.slots import Slot
from community.lib.text import analyse
from community.search.grammar import Asked, day_of
from community.search.models import kinds

# By what follows `is:`: a condition on the item that is found, such as the thread.
states: Slot[Callable[[], Q]] = Slot("what a search may ask an item to be")


class Condition(NamedTuple):
    """A piece of SQL about `hit.item_id`, `hit.about_id` and the words of the entry `hit`."""

    sql: str
    params: tuple[Any, ...]


# By who may read what, the conditions of a search for words alone, as most are: to say them takes longer than to ask.
_kept: dict[tuple[Any, ...], list[Condition]] = {}
_MOST_KEPT = 500


def conditions(asked: Asked, viewer: Viewer) -> list[Condition]:
    if asked.phrases or asked.without or asked.filters.keys() - {"language"}:
        return _conditions(asked, viewer)
    said, ids = condition_for(viewer)
    key = (said, *ids.items(), *kinds)
    found = _kept.get(key)
    if found is None:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        found = _kept[key] = _conditions(Asked(), viewer)
    return [*found, _written_in(asked.filters["language"])] if asked.filters else found


def _conditions(asked: Asked, viewer: Viewer) -> list[Condition]:
    filters = asked.filters
    own = _dated(_by_author(Item.objects.filter(state=Literal(State.VISIBLE)), filters), filters)
    found = [_exists(_about(asked, viewer), "about_id"), _exists(own, "item_id")]
    if "language" in filters:
        found.append(_written_in(filters["language"]))
    found += [_says(phrase) for phrase in asked.phrases]
    found += [Condition(f"NOT {one.sql}", one.params) for one in map(_says, asked.without)]
    return found


def latest(asked: Asked, viewer: Viewer, most: int) -> list[int]:
    """Ids of what the filters alone let through, for who names no words."""
    items = _dated(_by_author(_about(asked, viewer).listed(), asked.filters), asked.filters)
    if "language" in asked.filters:
        code = asked.filters["language"]
        items = items.filter(Q(language__iexact=code) | Q(language__istartswith=f"{code}-"))
    return list(items.order_by("-active_at", "-pk").values_list("pk", flat=True)[:most])


def _about(asked: Asked, viewer: Viewer) -> ItemQuerySet:
    """What can stand in a result: threads and the like, not what hangs on them."""
    about = Item.objects.visible_to(viewer).filter(state=Literal(State.VISIBLE))
    filters = asked.filters
    found = [name for name, kind in kinds.items() if not kind.hangs_on_another]
    about = about.filter(kind__in=[name for name in found if name == filters.get("kind", name)])
    if "in" in filters:
        about = about.filter(Q(place__slug=filters["in"]) | Q(place__parent__slug=filters["in"]))
    if "label" in filters:
        about = about.filter(Q(labels__slug=filters["label"]) | Q(labels__name=filters["label"]))
    if "is" in filters:
        state = states.get(filters["is"])
        about = about.filter(state()) if state else about.none()
    return about


def _by_author(items: ItemQuerySet, filters: dict[str, str]) -> ItemQuerySet:
    return items.filter(author__handle=filters["author"].lstrip("@")) if "author" in filters else items


def _dated(items: ItemQuerySet, filters: dict[str, str]) -> ItemQuerySet:
    after, before = day_of(filters.get("after", "")), day_of(filters.get("before", ""))
    if after:
        items = items.filter(created_at__gte=datetime.combine(after, time.min, UTC))
    if before and before.year < 9999:
        items = items.filter(created_at__lt=datetime.combine(before + timedelta(days=1), time.min, UTC))
    return items


def _exists(items: ItemQuerySet, column: str) -> Condition:
    """Asked row by row: the database would else list all that anybody may read, for each query."""
    asked = items.filter(pk=RawSQL(f"hit.{column}", ())).order_by().values("pk")  # noqa: S611 (a name of ours)
    try:
        sql, params = asked.query.sql_with_params()
    except EmptyResultSet:
        return Condition("1 = 0", ())
    return Condition(f"EXISTS ({sql})", params)


def _written_in(code: str) -> Condition:
    """In this language, as it is written anywhere: who asks for `pt` finds `pt-br` too, not the other way round."""
    anywhere = "".join(char for char in code.lower() if char.isalnum() or char == "-") + "-%"
    return Condition("(LOWER(hit.language) = %s OR LOWER(hit.language) LIKE %s)", (code.lower(), anywhere))


def _says(phrase: str) -> Condition:
    """Whether an entry says these words in this order, in its title or its text."""
    words = analyse(phrase).words
    if not words:
        return Condition("1 = 1", ())
    if not words.isascii() and not any(char.isascii() and char.isalnum() for char in words):
        words = words.strip("|")
    return Condition("(hit.title_words LIKE %s OR hit.words LIKE %s)", (f"%{words}%", f"%{words}%"))
