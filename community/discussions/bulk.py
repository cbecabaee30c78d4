"""Writing many threads and replies at once, as imports and the demo do."""

from collections import Counter
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F

from community.conversations.models import ReadMark, Reply
from community.discussions.models import Closure, Pin, Solution, Thread
from community.feedback.models import Event, Item, Label, Vote
from community.feedback.places import Place
from community.members.models import Site
from community.members.post_counts import add_to_post_counts


@dataclass(slots=True)
class Rows:
    """What one transaction writes."""

    items: list[Item] = field(default_factory=list)
    threads: list[Thread] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    labels: list[tuple[int, Label]] = field(default_factory=list)
    solutions: list[Solution] = field(default_factory=list)
    closures: list[Closure] = field(default_factory=list)
    pins: list[Pin] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    grown: list[Item] = field(default_factory=list)  # threads that were here and got replies
    posted: Counter[int] = field(default_factory=Counter)  # member → items
    votes: list[Vote] = field(default_factory=list)
    marks: list[ReadMark] = field(default_factory=list)
    places: set[int] = field(default_factory=set)

    def add(self, item: Item) -> None:
        self.items.append(item)
        if item.author_id:
            self.posted[item.author_id] += 1


@transaction.atomic
def write(rows: Rows) -> None:
    """Insert in bulk. Consumers of events are not called: nobody is told of what was said elsewhere long ago."""
    Item.objects.bulk_create(rows.items, batch_size=500)
    Thread.objects.bulk_create(rows.threads)
    Reply.objects.bulk_create(rows.replies, batch_size=500)
    through = Item.labels.through
    through.objects.bulk_create(through(item_id=pk, label_id=label.pk) for pk, label in rows.labels)
    Solution.objects.bulk_create(rows.solutions)
    Closure.objects.bulk_create(rows.closures)
    Pin.objects.bulk_create(rows.pins)
    Vote.objects.bulk_create(rows.votes, batch_size=1_000)
    ReadMark.objects.bulk_create(rows.marks, batch_size=1_000)
    Event.objects.bulk_create(rows.events, batch_size=1_000)
    for thread in rows.grown:
        thread.save(update_fields=["reply_serial", "reply_count", "active_at", "active_by"])
    add_to_post_counts(rows.posted)
    Place.objects.filter(pk__in=rows.places).update(changes=F("changes") + 1)
    Site.touch()
