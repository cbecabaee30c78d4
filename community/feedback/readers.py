"""Who of many members may read an item: `visible_to` asked from the other side, in one query."""

from collections.abc import Collection

from django.db.models import Q
from django.utils import timezone

from community.feedback.models import OWN, Item, State, Visibility, parents
from community.feedback.places import Audience, Place
from community.members.models import Group, Member
from community.members.roles import STAFF

NOBODY = Q(pk__isnull=True)
EVERYBODY = Q(pk__isnull=False)  # an empty Q is left out of an OR


def readers_among(item: Item, ids: Collection[int]) -> set[int]:
    """The ids of those active members who could open the item now, as `access.open_item` would let them.

    Whoever is suspended opens nothing.
    """
    parent_of = parents.get(item.kind)
    asked: Item | None = item
    readers = EVERYBODY
    if parent_of is not None:
        parent = parent_of(item)
        there = Item.objects.select_related("place", "author").without_words()
        asked = there.filter(pk=parent).first() if parent else None
        readers = _own_state(item)
    if asked is None:
        return set()
    allowed = Member.objects.filter(readers & _may_read(asked), pk__in=ids, is_active=True)
    allowed = allowed.filter(Q(suspended_until=None) | Q(suspended_until__lte=timezone.now()))
    return set(allowed.values_list("pk", flat=True))


def all_may_read(item: Item, other: Item) -> bool:
    """Whether whoever reads `other` may read `item` too, by what the two rows say; with their places."""
    if other.is_visible and not item.is_visible:
        return False
    return all(any(_is_within(one, wider) for one in _audiences(other)) for wider in _audiences(item))


def _audiences(item: Item) -> tuple[tuple[str, int | None], tuple[str, int | None]]:
    """Those of its place and its own: a reader is in both."""
    place = (item.place.audience, item.place.group_id) if item.place else (Audience.PUBLIC, None)
    own = item.author_id if item.visibility in (Visibility.COMPANY, Visibility.PRIVATE) else item.group_id
    return place, (item.visibility, own)


def _is_within(one: tuple[str, int | None], wider: tuple[str, int | None]) -> bool:
    if wider[0] == Audience.PUBLIC or one[0] == Audience.STAFF or one == wider:
        return True
    return wider[0] == Audience.MEMBERS and one[0] != Audience.PUBLIC


def _own_state(item: Item) -> Q:
    """What hangs on another item is as visible as that, in all but its own state."""
    if item.state == State.VISIBLE:
        return EVERYBODY
    staff = Q(role__in=STAFF)
    return staff | Q(pk=item.author_id or 0) if item.state in OWN else staff


def _may_read(item: Item) -> Q:
    own = Q(pk=item.author_id) if item.author_id else NOBODY
    staff = Q(role__in=STAFF)
    if item.state in (State.DRAFT, State.SCHEDULED):
        return own & (staff | (_place(item.place) & _not_staff_only(item)))
    if item.state == State.VISIBLE:
        return staff | (_place(item.place) & (_audience(item) | (own & _not_staff_only(item))))
    if item.state in OWN:
        return staff | (_place(item.place) & own & _not_staff_only(item))
    return staff


def _not_staff_only(item: Item) -> Q:
    return NOBODY if item.visibility == Visibility.STAFF else EVERYBODY


def _place(place: Place | None) -> Q:
    if place is None or place.audience in (Audience.PUBLIC, Audience.MEMBERS):
        return EVERYBODY
    if place.audience == Audience.GROUP and place.group_id:
        return _in_group(place.group_id)
    return NOBODY


def _in_group(group_id: int) -> Q:
    """Not through `groups=`: two of those in one filter would ask for one group that is both."""
    return Q(pk__in=Group.members.through.objects.filter(group=group_id).values("member"))


def _audience(item: Item) -> Q:
    if item.visibility in (Visibility.PUBLIC, Visibility.MEMBERS):
        return EVERYBODY
    if item.visibility == Visibility.GROUP and item.group_id:
        return _in_group(item.group_id)
    company = item.author.company_id if item.visibility == Visibility.COMPANY and item.author else None
    return Q(company=company) if company else NOBODY
