"""What staff have not kept or not answered: features whose day has passed, and wanted ideas without an answer."""

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.desk.links import DeskLink
from community.feedback.models import Item, ItemQuerySet
from community.lib import paging
from community.lib.times import Moment, moment
from roadmap.features.models import Feature, Precision
from roadmap.ideas.models import Idea
from roadmap.stages.badge import Badge, badge_of
from roadmap.stages.models import ENDED, Stage

SIZE = 30
WANTED = 10  # more supporters than these wait for an answer
MOST_COUNTED = 99
PROMISES = "/desk/promises/"
IDEAS = "/desk/unanswered-ideas/"


@dataclass(slots=True)
class Row:
    title: str
    url: str
    language: str
    badge: Badge | None
    facts: list[str]
    at: Moment | None = None


def late_features() -> QuerySet[Feature]:
    """Those that have not ended though the last day of their target has passed.

    Items are looked up one by one: joined, SQLite may begin with all of them.
    """
    shown = Item.objects.filter(pk=OuterRef("pk"), state=Item.State.VISIBLE)
    running = Feature.objects.exclude(stage__kind__in=ENDED).filter(due_on__lt=timezone.now().date())
    return running.exclude(precision=Precision.HORIZON).filter(Exists(shown))


def unanswered_ideas() -> ItemQuerySet:
    """Open ideas with many supporters and no official answer."""
    stages = Stage.objects.exclude(kind__in=ENDED).values("slug")
    wanted = Item.objects.filter(kind=Idea.KIND, vote_count__gt=WANTED, stage__in=stages).listed()
    return wanted.filter(idea__answered_at=None)


def promises_page(after: str) -> tuple[list[Row], str | None]:
    """The longest overdue first. Five queries."""
    features = late_features().prefetch_related("item", "stage", "owner", "promises")
    found = list(features.filter(_beyond(after)).order_by("due_on", "pk")[: SIZE + 1])
    shown = found[:SIZE]
    rows = [_late(one, timezone.now().date()) for one in shown]
    return rows, f"{shown[-1].due_on}.{shown[-1].pk}" if len(found) > SIZE else None


def _beyond(after: str) -> Q:
    """What stands behind the last one of the page before; all, where that is not told."""
    day, _dot, pk = after.partition(".")
    try:
        due_on = date.fromisoformat(day)
    except ValueError:
        return Q()
    if not re.fullmatch("[0-9]{1,18}", pk):
        return Q()
    return Q(due_on__gt=due_on) | Q(due_on=due_on, pk__gt=int(pk))


def _late(feature: Feature, today: date) -> Row:
    assert feature.due_on
    days = (today - feature.due_on).days
    facts = [
        _("Promised: %(when)s") % {"when": feature.local_target},
        ngettext("%(n)d day late", "%(n)d days late", days) % {"n": days},
    ]
    slips = slips_of(feature)
    if slips:
        facts.append(ngettext("put off %(n)d time", "put off %(n)d times", slips) % {"n": slips})
    facts.append(feature.owner.display_name if feature.owner else _("No owner"))
    item = feature.item
    return Row(item.title, item.path, item.language, badge_of(feature.stage), facts)


def slips_of(feature: Feature) -> int:
    """How often its day was put off, among the promises that named one."""
    days = [one.due_on for one in feature.promises.all() if one.due_on and one.precision != Precision.HORIZON]
    return sum(later > earlier for earlier, later in pairwise(days))


def ideas_page(after: str) -> tuple[list[Row], str | None]:
    """The most wanted first. One query."""
    ideas = unanswered_ideas().without_words().select_related("idea__stage", "author")
    page = paging.page(ideas, [("vote_count", int), ("pk", int)], after, SIZE)
    return [_unanswered(one) for one in page.rows], page.after


def _unanswered(item: Item) -> Row:
    votes = ngettext("%(n)d vote", "%(n)d votes", item.vote_count) % {"n": item.vote_count}
    stage = item.idea.stage  # type: ignore[attr-defined]
    return Row(item.title, item.path, item.language, badge_of(stage), [votes], moment(item.created_at))


def promises_link() -> DeskLink:
    return DeskLink(_("Promises not kept"), PROMISES, late_features()[:MOST_COUNTED].count())


def ideas_link() -> DeskLink:
    return DeskLink(_("Wanted, not answered"), IDEAS, unanswered_ideas()[:MOST_COUNTED].count())
