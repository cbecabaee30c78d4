"""Telling subscribers of a release: a task that can be killed and run again, for the database takes each once."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from django_q.tasks import async_task

from community.feedback.places import GUEST, Place
from community.lib.turn import Turn
from community.notifications import pumps
from roadmap.ideas.models import AREA
from roadmap.releases.models import Entry, Release
from roadmap.subscriptions.models import Delivery, Subscription

TELL = "roadmap.subscriptions.tell.tell_subscribers"
CHUNK = 500
# An entry that is added later is no news any more; and what has gone out is remembered for longer than that.
NEWS_FOR = timedelta(days=30)
KEPT_FOR = timedelta(days=90)


def queue(release_id: int) -> None:
    async_task(TELL, release_id)


def tell_subscribers(release_id: int, after: int = 0) -> None:
    """Put a delivery before each subscriber who wants it, as far as there is none; those after one of them."""
    release = Release.objects.select_related("item").filter(pk=release_id).first()
    if release is None or release.published_at is None or not release.item.is_public:
        return
    areas = _areas(release)
    if timezone.now() - release.published_at > NEWS_FOR or areas == set():
        return
    now, turn = timezone.now(), Turn()
    for some in _subscribers(release, after):
        wanting = [one for one in some if _wants(one, areas)]
        deliveries = (Delivery(subscription=one, release=release, due_at=now, created_at=now) for one in wanting)
        Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
        if turn.is_over:
            async_task(TELL, release_id, some[-1].pk)
            break
    pumps.start()


def _areas(release: Release) -> set[int | None]:
    """The areas that it is about, as far as everybody sees them; None for what is about no area, or all."""
    named: set[int | None] = set(Entry.objects.filter(release=release).values_list("area", flat=True))
    seen = Place.objects.visible_to(GUEST).filter(kind=AREA, pk__in=[one for one in named if one])
    return named & {None, *seen.values_list("pk", flat=True)} if named else {None}


def _subscribers(release: Release, after: int) -> Iterator[list[Subscription]]:
    """Those who had confirmed when it was published."""
    done = after
    rows = Subscription.objects.filter(confirmed_at__lte=release.published_at).prefetch_related("areas").order_by("pk")
    while some := list(rows.filter(pk__gt=done)[:CHUNK]):
        done = some[-1].pk
        yield some


def _wants(subscription: Subscription, areas: set[int | None]) -> bool:
    chosen = {one.pk for one in subscription.areas.all()}
    return not subscription.is_of_areas or None in areas or not chosen.isdisjoint(areas)


def clean() -> None:
    """Forget deliveries of long ago: nobody is told of those releases any more."""
    Delivery.objects.filter(ended_at__lt=timezone.now() - KEPT_FOR).delete()
