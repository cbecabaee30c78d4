"""Taking an import back: what it brought and with which nothing was done here since; all else is kept, and told."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django_q.tasks import async_task

from community.conversations.models import Reply
from community.feedback.models import Draft, Event, Item, Label, Link
from community.members.post_counts import add_to_post_counts
from community.moderation.models import Flag
from community.notifications.models import Follow
from community.search import recount
from community.search import write as search
from roadmap.ideas.models import Apart, Idea, Importance, Merge
from roadmap.imports.models import VERB, brought
from roadmap.imports.report import Report
from roadmap.imports.rows import touch
from roadmap.releases.models import Entry

BATCH = 200
Tell = Callable[[int, int], Any]  # done, of how many


def undo(source: str, *, run: int = 0, is_dry: bool = False, tell: Tell | None = None) -> Report:
    """Remove what is as it was brought from there, or by one Import. Killed, it is continued by running it again."""
    report = Report(is_dry=is_dry)
    ours = brought(source, run)
    total, after = ours.count(), 0
    while batch := list(ours.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        after = batch[-1]
        gone = going(batch, source, run) if is_dry else _remove(batch, source, run, report)
        report.counts["removed"] += len(set(batch) & gone if is_dry else gone)
        report.counts["kept"] += len(set(batch) - gone)
        if tell:
            tell(report.counts["removed"] + report.counts["kept"], total)
    if report.counts["removed"] and not is_dry:
        async_task(recount.RELEARN)
    return report


def going(batch: list[int], source: str, run: int) -> set[int]:
    """What may go of these ideas, and with them the duplicates that the import merged into them.

    An idea stays with what was merged into it, so that no duplicate leads nowhere.
    """
    merges = Merge.objects.filter(target__in=batch, source__source=source).values_list("source", "target")
    into = [(duplicate, target) for duplicate, target in merges if duplicate != target]
    theirs = {duplicate for duplicate, _target in into}
    ours = set(brought(source, run).filter(pk__in=theirs).values_list("pk", flat=True))
    kept = used({*batch, *ours}, source) | (theirs - ours)
    kept |= {target for duplicate, target in into if duplicate in kept}
    # Its duplicate stays where another of its batch does: the next batch asks for it again.
    return {*batch, *(duplicate for duplicate, target in into if target not in kept)} - kept


def used(ids: set[int], source: str) -> set[int]:
    """The ideas with which somebody did something here: changed, answered, voted, followed, merged, shipped."""
    others = Reply.objects.filter(about=OuterRef("pk")).exclude(item__source=source)
    told = Event.objects.exclude(verb=VERB)
    linked = Link.objects.exclude(source__source=source, target__source=source, kind=Link.Kind.DUPLICATES)
    merges = Merge.objects.filter(
        Q(source=OuterRef("pk"), by__isnull=False) | Q(Q(target=OuterRef("pk")), ~Q(source__source=source))
    )
    hanging = [model.objects for model in (Follow, Flag, Draft)] + [told]
    done = [rows.filter(item=OuterRef("pk")) for rows in hanging]
    done += [rows.filter(item__reply__about=OuterRef("pk")) for rows in hanging]
    done += [others, merges, Importance.objects.filter(vote__item=OuterRef("pk"))]
    done += [linked.filter(**{side: OuterRef("pk")}) for side in ("source", "target")]
    done += [Apart.objects.filter(**{side: OuterRef("pk")}) for side in ("one", "other")]
    found = Q(parts__isnull=False) | Q(entries__isnull=False)
    for rows in done:
        found |= Q(Exists(rows))
    return set(Idea.objects.filter(pk__in=ids).filter(found).values_list("pk", flat=True))


@transaction.atomic
def _remove(batch: list[int], source: str, run: int, report: Report) -> set[int]:
    """Remove what of these is unused: asked anew once nobody can vote, answer or follow meanwhile."""
    locked = going(batch, source, run)
    _lock(locked)
    ids = going(batch, source, run) & locked
    hanging = list(Item.objects.filter(reply__about__in=ids).values_list("pk", flat=True))
    rows = Item.objects.filter(pk__in=[*ids, *hanging])
    places = set(rows.values_list("place_id", flat=True))
    posted = Counter(pk for pk in rows.values_list("author", flat=True) if pk)
    told = Event.objects.filter(item__in=ids, verb=VERB, detail__has_key="made_labels")
    made = {pk for detail in told.values_list("detail", flat=True) for pk in detail["made_labels"]}
    search.take_out([*ids, *hanging])
    rows.delete()
    report.counts["removed labels"] += _clear(made, source)
    add_to_post_counts(Counter({pk: -number for pk, number in posted.items()}))
    touch({pk for pk in places if pk})
    return ids


def _lock(ids: set[int]) -> None:
    # FOR UPDATE as DELETE takes it: a new row that refers to one of them ends before, or begins after.
    rows = Item.objects.filter(Q(pk__in=ids) | Q(reply__about__in=ids)).order_by("pk")
    list(rows.select_for_update(of=("self",)).values_list("pk"))


def _clear(made: set[int], source: str) -> int:
    """Remove labels that the import made and that nothing has any more; another of its ideas answers for the rest."""
    removed = 0
    for label in Label.objects.filter(pk__in=made):
        heir = Event.objects.filter(item__source=source, verb=VERB, item__labels=label).first()
        if heir:
            heir.detail = heir.detail | {"made_labels": [*heir.detail.get("made_labels", ()), label.pk]}
            heir.save(update_fields=["detail"])
        elif not (label.items.exists() or label.follows.exists() or Entry.objects.filter(labels=label).exists()):
            label.delete()
            removed += 1
    return removed
