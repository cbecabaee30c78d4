"""Who hears of a post, why, and whether by mail too: the one place where following is decided.

An item's own level comes before those of its place and labels, and being addressed (mentioned, answered)
before all but a mute of the item itself. Watching brings mail, tracking only the bell.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from community.feedback.models import Item, parents
from community.feedback.readers import readers_among
from community.lib.markdown import mentioned_in
from community.lib.slots import Slot
from community.members.ignoring import ignorers_of
from community.members.models import Member
from community.notifications.models import Follow, Level, Preference

CHUNK = 500

# By kind: whom an item of this kind addresses besides those it mentions, as (member id, topic).
addressees: Slot[Callable[[Item], Iterable[tuple[int, str]]]] = Slot("whom an item of a kind addresses")


# By kind: the topics that are told of an item of this kind in the place of those named here.
topics_of_kind: Slot[Mapping[str, str]] = Slot("topics of a kind")


class Hearing(NamedTuple):
    topic: str
    by_mail: bool


@dataclass
class Post:
    """A visible item with what decides who hears of it."""

    item: Item
    about: Item
    direct: dict[int, str]  # member id → topic
    places: list[int] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)

    @property
    def is_reply(self) -> bool:
        return self.about.pk != self.item.pk

    @property
    def followers(self) -> Q:
        return Q(item=self.about) | Q(place__in=self.places) | Q(label__in=self.labels)


def post_of(item: Item) -> Post:
    parent_of = parents.get(item.kind)
    parent = parent_of(item) if parent_of else None
    about = Item.objects.select_related("place").without_words().get(pk=parent) if parent else item
    place = about.place
    return Post(
        item,
        about,
        direct=_direct(item),
        places=[pk for pk in (place.pk, place.parent_id) if pk] if place else [],
        labels=list(about.labels.values_list("pk", flat=True)),
    )


def _direct(item: Item) -> dict[int, str]:
    named = Member.objects.filter(handle__in=mentioned_in(item.html))
    direct = dict.fromkeys(named.values_list("pk", flat=True), "mentioned")
    of_kind = addressees.get(item.kind)
    return direct | {pk: topic for pk, topic in (of_kind(item) if of_kind else ()) if pk}


def followers_of(item: Item, after: int = 0) -> Iterator[dict[int, Hearing]]:
    """Member id → how those hear of a change of an item who follow it themselves; of members after one."""
    done = after
    following = Follow.objects.filter(item=item, level__in=(Level.WATCHING, Level.TRACKING)).order_by("member")
    while rows := list(following.filter(member__gt=done).values_list("member", "level")[:CHUNK]):
        done = rows[-1][0]
        wanted = {pk: Hearing("updated", by_mail=level == Level.WATCHING) for pk, level in rows}
        readers = readers_among(item, wanted) - _suspended(wanted)
        yield {pk: hearing for pk, hearing in wanted.items() if pk in readers}


def hearers(post: Post, after: int = 0, *, only_direct: bool = False) -> Iterator[dict[int, Hearing]]:
    """Member id → how they hear of the post, some hundred members after one at a time, in the order of their ids."""
    done = after
    while ids := _next(post, done, only_direct):
        done = ids[-1]
        wanted = {pk: hearing for pk, hearing in _decided(post, ids).items() if hearing}
        wanted.pop(post.item.author_id or 0, None)
        for pk in ignorers_of(post.item.author_id, wanted):
            wanted.pop(pk)
        readers = readers_among(post.item, wanted) - ignorers_of(post.item.author_id, wanted) - _suspended(wanted)
        renamed = topics_of_kind.get(post.about.kind) or {}
        yield {
            pk: Hearing(renamed.get(hearing.topic, hearing.topic), hearing.by_mail)
            for pk, hearing in wanted.items()
            if pk in readers
        }


def _suspended(ids: Collection[int]) -> set[int]:
    """They hear what is decided about them, and of nothing else."""
    away = Member.objects.filter(pk__in=ids, suspended_until__gt=timezone.now())
    return set(away.values_list("pk", flat=True))


def _next(post: Post, done: int, only_direct: bool) -> list[int]:
    """The ids of the next members who may hear of it, each once."""
    found = {pk for pk in (*post.direct, post.about.author_id or 0) if pk > done}
    if only_direct:
        return sorted(pk for pk in found if pk in post.direct)
    following = Follow.objects.filter(post.followers, member__gt=done).order_by("member").distinct()
    found.update(following.values_list("member", flat=True)[:CHUNK])
    return sorted(found)[:CHUNK]


def _decided(post: Post, ids: Collection[int]) -> dict[int, Hearing | None]:
    of_item: dict[int, str] = {}
    around: dict[int, set[str]] = {}
    follows = Follow.objects.filter(post.followers, member__in=ids)
    for member, item, level in follows.values_list("member", "item", "level"):
        if item:
            of_item[member] = level
        else:
            around.setdefault(member, set()).add(level)
    author = post.about.author_id or 0
    if author in ids and author not in of_item and post.is_reply:
        asking = Preference.objects.filter(pk=author).values_list("on_asking", flat=True).first()
        of_item[author] = asking or Level.WATCHING
    return {pk: _hearing(post, pk, of_item.get(pk), around.get(pk, set())) for pk in ids}


def _hearing(post: Post, member: int, own: str | None, around: set[str]) -> Hearing | None:
    if own == Level.MUTED:
        return None
    if member in post.direct:
        return Hearing(post.direct[member], by_mail=True)
    if own is not None and post.is_reply:
        topic = "asked" if member == post.about.author_id else "followed"
        return Hearing(topic, own == Level.WATCHING) if own in (Level.WATCHING, Level.TRACKING) else None
    if Level.MUTED in around:
        return None
    if post.is_reply:
        return Hearing("watched", by_mail=True) if Level.WATCHING in around else None
    if around & {Level.WATCHING, Level.FIRST}:
        return Hearing("new", by_mail=True)
    return Hearing("new", by_mail=False) if Level.TRACKING in around else None
