"""Duplicates of over there as merges here, which staff may undo.

Their votes were given to the idea that stays when they were merged there, so that none is moved here.
"""

from collections.abc import Mapping

from django.db import transaction

from community.feedback.models import Item, Link
from roadmap.ideas.models import Idea, Merge
from roadmap.imports.brought import external_id
from roadmap.imports.report import Report
from roadmap.imports.rows import touch
from roadmap.imports.statuses import Statuses
from roadmap.imports.touched import is_touched
from roadmap.stages.models import Kind, Move

MOST_STEPS = 50  # from a duplicate to the idea that stays


def stays(key: str, duplicates: Mapping[str, str]) -> str:
    """Where a chain of duplicates ends; "" where it goes round."""
    seen = {key}
    for _step in range(MOST_STEPS):
        key = duplicates[key]
        if key in seen:
            return ""
        if key not in duplicates:
            return key
        seen.add(key)
    return ""


def merge_all(source: str, duplicates: Mapping[str, str], statuses: Statuses, report: Report) -> None:
    """Merge what is not merged yet, or elsewhere by now. Twice is once."""
    if not duplicates or statuses.merged.kind != Kind.MERGED:
        return
    _part_those_elsewhere(source, duplicates, statuses)
    for key, named in duplicates.items():
        done = _merge(source, key, stays(key, duplicates), statuses, report)
        if done is None:
            report.warn(0, "merged", named)
        report.counts["merged"] += bool(done)


@transaction.atomic
def _merge(source: str, key: str, target: str, statuses: Statuses, report: Report) -> bool | None:
    """Whether it was merged now; None where it cannot be."""
    ids = [external_id(key), external_id(target)]
    rows = Item.objects.filter(source=source, external_id__in=ids, kind=Idea.KIND).order_by("pk")
    found = {item.external_id: item for item in rows.select_for_update(no_key=True)}
    one, other = found.get(ids[0]), found.get(ids[1]) if target else None
    if one is None or one.stage != statuses.merged.slug:
        return False  # a dry run, or moved here since
    if Merge.objects.filter(source=one).exists() or is_touched(one.pk):
        return False
    if (
        other is None
        or not other.is_visible
        or other.stage == statuses.merged.slug
        or Merge.objects.filter(target=one).exists()
    ):
        return None
    if other.visibility not in (Item.Visibility.PUBLIC, one.visibility):
        return None  # not everybody who reads the one could read the other
    move = Move.objects.filter(item=one, stage=statuses.merged).last()
    before = {
        "stage": (move.before if move else statuses.first).pk, "moved_at": one.created_at.isoformat(),
        "active_at": one.active_at.isoformat(), "active_by": one.active_by_id, "imported": 0, "link": True,
    }  # fmt: skip
    at = move.at if move else one.created_at
    Merge.objects.create(source=one, target=other, move=move, before=before, at=at)
    Link.objects.get_or_create(source=one, target=other, kind=Link.Kind.DUPLICATES, defaults={"at": at})
    touch({one.place_id or 0, other.place_id or 0})
    return True


def made_by_import(pk: int) -> Merge | None:
    """The merge by which an import took an idea elsewhere."""
    return Merge.objects.filter(source=pk, by=None, undone_at=None).select_related("source", "target").first()


def may_part(one: Merge) -> bool:
    """Not once it moved votes or followers, which it does with merges that staff undo here."""
    return not (one.votes or one.follows or one.raised)


def part(one: Merge) -> None:
    """Take away a merge of an import that is none any more over there; where the idea stands is for others to say."""
    Link.objects.filter(source=one.source, target=one.target, kind=Link.Kind.DUPLICATES, by=None).delete()
    one.delete()
    touch({one.source.place_id or 0, one.target.place_id or 0})


def _part_those_elsewhere(source: str, duplicates: Mapping[str, str], statuses: Statuses) -> None:
    """Merges into another idea than the file says by now, where that one is here and takes them."""
    made = Merge.objects.filter(source__source=source, by=None, undone_at=None).select_related("source", "target")
    for one in made:
        key = (one.source.external_id or "").removeprefix(external_id(""))
        target = external_id(stays(key, duplicates)) if key in duplicates else one.target.external_id
        if target == one.target.external_id or not may_part(one) or is_touched(one.source_id):
            continue
        others = Item.objects.filter(source=source, external_id=target, kind=Idea.KIND)
        if others.exclude(stage=statuses.merged.slug).exists():
            with transaction.atomic():
                Item.objects.select_for_update(no_key=True).get(pk=one.source_id)
                part(one)
