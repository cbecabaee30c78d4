"""The articles of a section in an order that staff make, instead of by what changed last."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import F

from community.feedback.models import Item
from community.feedback.places import Place, Viewer
from community.knowledge.lists import BY_HAND
from community.knowledge.models import Article, Section
from community.members.models import Site

MOST = 500  # that can be put in order; those behind stay as they were made, the latest first


def ordered(place: Place, viewer: Viewer) -> list[Item]:
    """As readers see them. One query."""
    found = Item.objects.visible_to(viewer).listed().filter(kind=Article.KIND, place=place, article__original=None)
    pinned = F("article__highlight__at").asc(nulls_last=True)
    order = [f"-{name}" for name, _kind in BY_HAND] if place.section.is_by_hand else [pinned, "-active_at", "-pk"]
    return list(found.without_words().order_by(*order)[:MOST])


def numbered(pks: Sequence[int], numbers: Mapping[int, int]) -> list[int]:
    """The same with some at other numbers, from 1: each stands there at last, and the others make room."""

    def place(at: int, pk: int) -> tuple[int, int]:
        wanted = numbers.get(pk, at)
        return wanted, (wanted > at) - (wanted < at)

    places = {pk: place(at, pk) for at, pk in enumerate(pks, 1)}
    return sorted(pks, key=places.__getitem__)


@transaction.atomic
def put_in_order(place: Place, pks: Sequence[int]) -> None:
    """The first stands first. Whoever is not named stands behind."""
    Section.objects.select_for_update(no_key=True).get(pk=place.pk)
    known = Article.objects.filter(item__place=place, original=None).in_bulk()
    named = [known[pk] for pk in pks if pk in known]
    for rank, article in zip(range(len(named), 0, -1), named, strict=True):
        article.rank = rank
    Article.objects.filter(item__place=place).exclude(pk__in=[one.pk for one in named]).update(rank=0)
    Article.objects.bulk_update(named, ["rank"], batch_size=200)
    _set(place, is_by_hand=True)


@transaction.atomic
def leave_order(place: Place) -> None:
    """By what changed last again; the order is kept, should somebody want it back."""
    _set(place, is_by_hand=False)


def _set(place: Place, *, is_by_hand: bool) -> None:
    Section.objects.filter(pk=place.pk).update(is_by_hand=is_by_hand)
    Site.touch()  # the section is known in every process, and its page is kept for guests
