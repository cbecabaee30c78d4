"""Who supports ideas: whoever suggested them, voted for them or follows them, each once and with the nearest reason."""

from collections.abc import Collection, Iterator
from datetime import datetime

from community.feedback.models import Item, Vote
from community.notifications.models import Follow, Level
from roadmap.stages.tell import Supporter

CHUNK = 500
HEARING = (Level.WATCHING, Level.TRACKING)


def supporters_of(ideas: Collection[int], after: int = 0) -> Iterator[list[Supporter]]:
    """Of ideas by their ids, some hundred members at a time in the order of their ids; not who muted one of them.

    `after` is the id of the last member who was taken already.
    """
    authors: dict[int, tuple[int, datetime]] = {}
    asked = Item.objects.filter(pk__in=ideas).exclude(author=None).order_by("-created_at")
    for pk, author, at in asked.values_list("pk", "author", "created_at"):
        authors[author] = (pk, at)  # the first that they asked for
    done = after
    while ids := _next(ideas, set(authors), done):
        done = ids[-1]
        # Whoever staff voted for did not vote: they are told as those are who follow.
        votes = Vote.objects.filter(item__in=ideas, member__in=ids, is_own=True).order_by("-created_at")
        voted = {member: (item, at) for member, item, at in votes.values_list("member", "item", "created_at")}
        muted = set(
            Follow.objects.filter(item__in=ideas, member__in=ids, level=Level.MUTED).values_list("member", flat=True)
        )
        yield [_supporter(pk, authors, voted) for pk in ids if pk not in muted]


def _supporter(pk: int, authors: dict[int, tuple[int, datetime]], voted: dict[int, tuple[int, datetime]]) -> Supporter:
    if pk in authors:
        return Supporter(pk, "asked", *authors[pk])
    return Supporter(pk, "voted", *voted[pk]) if pk in voted else Supporter(pk, "followed")


def _next(ideas: Collection[int], authors: set[int], done: int) -> list[int]:
    votes = Vote.objects.filter(item__in=ideas, member__gt=done).order_by("member").values_list("member", flat=True)
    follows = Follow.objects.filter(item__in=ideas, level__in=HEARING, member__gt=done).order_by("member")
    found = {pk for pk in authors if pk > done}
    found.update(votes.distinct()[:CHUNK], follows.values_list("member", flat=True).distinct()[:CHUNK])
    return sorted(found)[:CHUNK]
