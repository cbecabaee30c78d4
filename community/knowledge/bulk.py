"""Writing many articles at once, as imports and the demo do."""

from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F

from community.feedback.attachments import Attachment
from community.feedback.models import Event, Item, Label
from community.feedback.places import Place
from community.knowledge.models import Article, Edit, Highlight, OldAddress
from community.members.models import Site


@dataclass(slots=True)
class Rows:
    """What one transaction writes."""

    items: list[Item] = field(default_factory=list)
    articles: list[Article] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    highlights: list[Highlight] = field(default_factory=list)
    labels: list[tuple[int, Label]] = field(default_factory=list)
    addresses: list[OldAddress] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    files: dict[int, list[int]] = field(default_factory=dict)  # item → attachments that wait for it
    places: set[int] = field(default_factory=set)


@transaction.atomic
def write(rows: Rows) -> None:
    """Insert in bulk. Consumers of events are not called: nobody is told of what was published elsewhere long ago."""
    Item.objects.bulk_create(rows.items, batch_size=500)
    Article.objects.bulk_create(rows.articles, batch_size=500)
    Edit.objects.bulk_create(rows.edits, batch_size=500)
    Highlight.objects.bulk_create(rows.highlights)
    through = Item.labels.through
    through.objects.bulk_create(through(item_id=pk, label_id=label.pk) for pk, label in rows.labels)
    # Of two articles that were found under one address, the first keeps it.
    OldAddress.objects.bulk_create(rows.addresses, ignore_conflicts=True)
    Event.objects.bulk_create(rows.events, batch_size=1_000)
    for pk, files in rows.files.items():
        Attachment.objects.filter(pk__in=files).update(item=pk, unused_since=None)
    touch(rows.places)


def touch(places: set[int]) -> None:
    """Pages kept for guests show what they showed no longer."""
    Place.objects.filter(pk__in=places).update(changes=F("changes") + 1)
    Site.touch()
