"""Publishing a release: what it fulfils has shipped, and everyone who asked hears of it, once, in a task."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from community.feedback.locks import lock_items
from community.feedback.models import Item, Link, Visibility
from community.feedback.readers import readers_among
from community.lib.slots import Slot
from community.lib.turn import Turn
from community.members.models import Member
from community.notifications import pumps
from community.notifications.audience import Hearing
from community.notifications.tell import tell_many
from roadmap.features.models import Feature
from roadmap.ideas.models import Idea, Merge
from roadmap.ideas.supporters import supporters_of
from roadmap.releases.models import Release
from roadmap.stages.models import Kind, Stage
from roadmap.stages.move import set_stage
from roadmap.stages.tell import Supporter

SHIPPED = "shipped"  # the topic
ANNOUNCE = "roadmap.releases.publish.announce"
DUE = "roadmap.releases.publish.publish_due"
# Each is called with the id of a release once those who asked for what it brings were told; it may be called again.
announced: Slot[Callable[[int], None]] = Slot("what follows the telling of a release")


@transaction.atomic
def publish(release: Release, *, by: Member | None) -> bool:
    """Show it to everybody; False when it was published or removed before."""
    now = timezone.now()
    there = Item.objects.select_for_update(no_key=True).filter(pk=release.pk, state=Item.State.VISIBLE)
    mine = Release.objects.filter(pk=release.pk, published_at=None)
    if not there.exists():
        return False
    if not mine.update(published_at=now, published_by=by, publish_at=None):
        return False
    Item.objects.filter(pk=release.pk).update(visibility=Visibility.PUBLIC, created_at=now, active_at=now)
    release.refresh_from_db()
    release.item.refresh_from_db()
    for merge in _merged_since(release):
        for entry in release.entries.filter(ideas=merge.source_id):
            entry.ideas.remove(merge.source_id)
            entry.ideas.add(merge.target_id)
    ship(release, by=by)
    release.item.record("posted", by=by)  # of no area: after the places of what shipped
    async_task(ANNOUNCE, release.pk)
    return True


def ship(release: Release, *, by: Member | None) -> list[int]:
    """Features, their ideas and ideas that it fulfils since now come to the stage that says so, and lead to it.

    What led to it before stays where staff may have moved it since. For whoever holds the lock on the release; answers
    the ids of what is new.
    """
    shipped = Stage.objects.filter(kind=Kind.SHIPPED).order_by("order", "pk")[0]
    new = []
    for item in lock_items(fulfilled(release)).values():
        _link, is_new = Link.objects.get_or_create(
            source=item, target_id=release.pk, kind=Link.Kind.SHIPPED_IN, defaults={"by": by}
        )
        if not is_new:
            continue
        new.append(item.pk)
        before = Stage.objects.get(slug=item.stage)
        if before.kind not in (Kind.SHIPPED, Kind.MERGED):
            set_stage(item, before, shipped, by=by)
    return new


def take_off(release: Release, *, by: Member) -> list[Item]:
    """What its entries fulfil no more does not lead to it any longer; for whoever holds the lock on the release.

    Stages are for staff to decide: answers the ideas among it that stand at shipped though no release brings them.
    """
    links = Link.objects.filter(target=release.pk, kind=Link.Kind.SHIPPED_IN)
    linked = set(links.values_list("source", flat=True))
    kept = set(fulfilled(release))
    locked = lock_items(linked | kept)  # also what ships next: all that is locked, at once
    gone = [item for pk, item in locked.items() if pk not in kept]
    links.filter(source__in=gone).delete()
    for item in gone:
        item.record("taken off", by=by, release=release.pk)
    elsewhere = set(Link.objects.filter(source__in=gone, kind=Link.Kind.SHIPPED_IN).values_list("source", flat=True))
    ended = set(Stage.objects.filter(kind=Kind.SHIPPED).values_list("slug", flat=True))
    return [item for item in gone if item.kind == Idea.KIND and item.stage in ended and item.pk not in elsewhere]


def fulfilled(release: Release) -> list[int]:
    """The ids of its features, their ideas and its ideas."""
    return [one.pk for one in (*_features(release), *_ideas(release))]


def _merged_since(release: Release) -> list[Merge]:
    """Of ideas that its entries name: they were merged after that was written."""
    return list(Merge.objects.filter(source__idea__entries__release=release, undone_at=None).distinct())


def _features(release: Release) -> list[Feature]:
    return list(Feature.objects.filter(entries__release=release).distinct())


def _ideas(release: Release) -> list[Idea]:
    named = Idea.objects.filter(entries__release=release)
    return list((named | Idea.objects.filter(parts__feature__entries__release=release)).distinct())


def announce(release_id: int, only: Collection[int] | None = None, after: int = 0) -> None:
    """Tell whoever asked for, voted for or follows what it brings, as far as they have not been told.

    `only` are the ids of what it brings since a change; who follows the release itself hears of that nothing. `after`
    is the last member of an earlier turn.
    """
    release = Release.objects.select_related("item").filter(pk=release_id).first()
    if release is None or not release.is_published or not release.item.is_visible:
        return
    brought = set(fulfilled(release))
    wanted = {*brought, release.pk} if only is None else brought & set(only)
    ideas = {one.pk: one for one in Item.objects.filter(pk__in=wanted, kind=Idea.KIND)}
    turn = Turn()
    for some in supporters_of(wanted, after) if wanted else ():
        _tell(release, some, ideas)
        if some and turn.is_over:
            async_task(ANNOUNCE, release_id, only, some[-1].member)
            break
    else:
        for follow in announced:
            follow(release_id)
    pumps.start()


def _tell(release: Release, some: list[Supporter], ideas: dict[int, Item]) -> None:
    readers = readers_among(release.item, [one.member for one in some]) - {release.published_by_id}
    named = {  # what somebody may not read any more is not named to them
        pk: readers_among(item, [one.member for one in some if one.item == pk]) for pk, item in ideas.items()
    }
    told = [one for one in some if one.member in readers]
    tell_many(
        {one.member: Hearing(SHIPPED, by_mail=True) for one in told},
        item=release.item, about=release.item, by=release.published_by_id, occasion="shipped",
        details={
            one.member: _detail(one) if one.item and one.member in named.get(one.item, set()) else {"why": "followed"}
            for one in told
        },
    )  # fmt: skip


def _detail(one: Supporter) -> dict[str, Any]:
    return {"why": one.why, "idea": one.item, "since": one.since.isoformat() if one.since else ""}


def how_many(release: Release, *, by: Member) -> int:
    """How many members would be told."""
    told = supporters_of({*fulfilled(release), *(one.target_id for one in _merged_since(release)), release.pk})
    return sum(len({one.member for one in some} - {by.pk}) for some in told)


def publish_due() -> None:
    """Run every minute: what was scheduled for by now."""
    due = Release.objects.filter(publish_at__lte=timezone.now(), published_at=None, item__state=Item.State.VISIBLE)
    for release in due.select_related("item"):
        publish(release, by=None)


def since_of(detail: dict[str, Any]) -> datetime | None:
    return datetime.fromisoformat(detail["since"]) if detail.get("since") else None
