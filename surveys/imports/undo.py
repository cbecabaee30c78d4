"""Taking an import of answers back: what it brought, and whom it made; what was used here since is kept, and told."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from community.feedback.models import Event, Item, Link
from surveys.campaigns.models import Campaign
from surveys.imports.report import Report
from surveys.imports.run import VERB
from surveys.people.models import Person
from surveys.responses.models import Response
from surveys.tallies.keep import begin_anew

BATCH = 500


def undo(source: str, *, is_dry: bool = False, tell: Callable[[int], Any] | None = None) -> Report:
    """Killed, it is continued by running it again."""
    report = Report(is_dry=is_dry)
    brought = Item.objects.filter(source=source, kind=Response.KIND)
    other = Event.objects.filter(item=OuterRef("pk")).exclude(verb=VERB)
    links = [Link.objects.filter(**{side: OuterRef("pk")}) for side in ("source", "target")]
    unused = brought.exclude(Exists(other)).exclude(Exists(links[0])).exclude(Exists(links[1]))
    # The latest first: the answer that made its person is their first one, and goes when they have no other.
    going = list(unused.order_by("-pk").values_list("pk", flat=True))
    report.counts["kept"] = brought.count() - len(going)
    for at in range(0, len(going), BATCH):
        batch = going[at : at + BATCH]
        report.counts["removed"] += len(batch)
        if not is_dry:
            _remove(batch, report)
        if tell:
            tell(report.counts["removed"])
    return report


@transaction.atomic
def _remove(ids: list[int], report: Report) -> None:
    for campaign in Campaign.objects.filter(responses__in=ids).distinct():
        begin_anew(campaign)
    made = Event.objects.filter(item__in=ids, verb=VERB, detail__made_person=True).values("item")
    people = list(Response.objects.filter(pk__in=made, person__isnull=False).values_list("person", flat=True))
    Item.objects.filter(pk__in=ids).delete()
    # Whoever was asked or answered otherwise since, or has an account by now, stays.
    alone = Person.objects.filter(pk__in=people, member=None, responses=None, invitations=None)
    report.counts["removed people"] += len(alone)
    alone.delete()
