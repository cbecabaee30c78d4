"""A condition compiled once says the same as the Q that it was made from, for each of its values."""

import pytest
from django.db.models import Q

from community.feedback.models import Item
from community.feedback.places import Place
from community.lib.compiled_where import CompiledWhere
from community.members.models import Member
from tests import make

pytestmark = pytest.mark.django_db


def by_or_in(author: int, place: int) -> Q:
    return Q(author=author) | Q(place__in=Place.objects.filter(pk=place).values("pk")) & ~Q(title="100% sure")


def by_name(author: int) -> Q:
    return Q(author__handle=f"member{author}")


def test_values_are_those_of_each_asking(ann: Member, bo: Member) -> None:
    here, there = make.category("here").place, make.category("there").place
    threads = [make.thread(by=author, place=place) for author in (ann, bo) for place in (here, there)]
    Item.objects.filter(pk=threads[-1].pk).update(title="100% sure")
    for author in (ann, bo):
        for place in (here, there):
            said = CompiledWhere(Item, by_or_in, author=author.pk, place=place.pk)
            plain = Item.objects.filter(by_or_in(author.pk, place.pk))
            assert set(Item.objects.filter(said)) == set(plain)
            assert 0 < plain.count() < 4
            # As part of a query over the same table, under another name and the other way round.
            outer = Item.objects.filter(author=bo, pk__in=Item.objects.filter(said).values("pk"))
            assert set(outer) == set(plain.filter(author=bo))
            assert set(Item.objects.exclude(said)) == set(Item.objects.exclude(pk__in=plain.values("pk")))


def test_a_condition_that_joins_tables_is_refused(ann: Member) -> None:
    with pytest.raises(ValueError, match="subquery"):
        list(Item.objects.filter(CompiledWhere(Item, by_name, author=ann.pk)))
