"""Merging an idea into another that wishes for the same, and undoing it to the row.

The duplicate keeps its page and says where it went. It goes one step and no further: what others were merged into is
merged nowhere, so that any merge can be undone by itself, in any order.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from community.feedback.models import Item, Link, Vote
from community.feedback.places import Audience, Place
from community.feedback.vote import count_votes
from community.members.models import Member
from roadmap.ideas import carry
from roadmap.ideas.heat import settle_heat
from roadmap.ideas.models import Idea, Merge
from roadmap.stages.models import Kind, Move, Stage
from roadmap.stages.move import set_stage


class MergeRefused(Exception):
    """Carries a sentence that says why, and what to do instead."""


@dataclass(frozen=True)
class Coming:
    """What a merge would bring: votes and those who hear of it, and how many of them are new there."""

    votes: int
    new_votes: int
    imported: int
    followers: int
    new_followers: int
    total: int  # votes there afterwards


def in_force(item: Item | int) -> Merge | None:
    """The merge by which an idea went elsewhere."""
    return Merge.objects.filter(source=item, undone_at=None).select_related("target").first()


def stays(item: Item) -> Item:
    """The idea that an idea went into, or itself."""
    merge = in_force(item)
    return merge.target if merge else item


def coming(source: Item, target: Item) -> Coming:
    """What `merge` would bring now."""
    new_votes = carry.coming_votes(source.pk, target.pk).count()
    followers, new_followers = carry.hearers(source, target)
    return Coming(
        votes=Vote.objects.filter(item=source).count(),
        new_votes=new_votes,
        imported=source.imported_votes,
        followers=followers,
        new_followers=new_followers,
        total=target.vote_count + source.imported_votes + new_votes,
    )


@transaction.atomic
def merge(source: Item, target: Item, *, by: Member) -> Merge:
    """Give the votes and followers of `source` to `target`, or to where that went. Raises MergeRefused."""
    went = stays(target)
    if went.pk == source.pk != target.pk:
        raise MergeRefused(_("That idea was merged into this one already."))
    source, target = _locked(source, went)
    refusal = why_no_merge(source, target)
    if refusal:
        raise MergeRefused(refusal)
    idea = Idea.objects.select_related("stage").get(pk=source.pk)
    one = Merge.objects.create(source=source, target=target, before=_standing(idea, source), by=by)
    _lock_places(source, target)
    if idea.stage.kind != Kind.MERGED:  # an import may have left it there
        one.move = set_stage(source, idea.stage, _merged_stage(), by=by)
    _link, is_new = Link.objects.get_or_create(
        source=source, target=target, kind=Link.Kind.DUPLICATES, defaults={"by": by}
    )
    one.before["link"] = is_new
    carry.bring_votes(one)
    carry.bring_imported(one)
    carry.bring_followers(one)
    for companion in carry.companions:
        companion.bring(one, None)
    one.save()
    _settle(source, target)
    source.record("idea merged", by=by, into=target.pk)
    target.record("idea merged in", by=by, source=source.pk)
    return one


@transaction.atomic
def undo(merged: Merge, *, by: Member) -> None:
    """Put everything back as it stood; what people did since stays as they did it. Raises MergeRefused."""
    others = Merge.objects.filter(target=merged.target_id, undone_at=None).values_list("source", flat=True)
    source, target = _locked(merged.source, merged.target, *others)
    one = Merge.objects.select_for_update(no_key=True, of=("self",)).get(pk=merged.pk)
    if one.undone_at:
        raise MergeRefused(_("This has been undone already."))
    _lock_places(source, target)
    one.undone_at, one.undone_by = timezone.now(), by
    voters = carry.return_votes(one)
    carry.return_imported(one)
    hearing = carry.return_followers(one)
    returned = {name: companion.give_back(one) for name, companion in carry.companions.items()}
    one.save(update_fields=["undone_at", "undone_by"])
    if one.before["link"]:
        Link.objects.filter(source=source, target=target, kind=Link.Kind.DUPLICATES).delete()
    _put_back_stage(one)
    further = _bring_anew(target, voters, hearing, returned)
    source.refresh_from_db(fields=["stage"])
    _settle(source, target, *further)
    source.record("idea merge undone", by=by, merge=one.pk)
    target.record("idea merge undone", by=by, merge=one.pk)


def why_no_merge(source: Item, target: Item) -> str:
    """A sentence; empty when nothing is in the way."""
    if source.pk == target.pk:
        return _("An idea cannot be merged into itself. Choose another one.")
    if source.kind != Idea.KIND or target.kind != Idea.KIND or not (source.is_visible and target.is_visible):
        return _("Both ideas must be visible. Restore the other one first.")
    if in_force(source):
        return _("This idea was merged already. Undo that first.")
    if in_force(target):  # in the moment between
        return _("The other idea has just been merged. Try again.")
    if Stage.objects.filter(slug=target.stage, kind=Kind.MERGED).exists():  # an import may have left it there
        return _("The other idea stands as merged itself. Choose the one that stays.")
    if Merge.objects.filter(target=source, undone_at=None).exists():
        return _("Others were merged into this idea. Merge the other one into this one instead.")
    if not _all_may_read(source, target):
        return _("Not everybody who reads this idea could read the other one. Merge the other way round.")
    if _merged_stage_or_none() is None:
        return _("There is no stage of the kind “Merged”. An administrator can add one.")
    return ""


def _all_may_read(source: Item, target: Item) -> bool:
    """Whether whoever reads the one may read the other: votes would go where their voters cannot follow."""
    if target.is_public:
        return True
    return _readers(source) == _readers(target)


def _readers(item: Item) -> tuple[object, ...]:
    place = (item.place.audience, item.place.group_id) if item.place else (Audience.PUBLIC, None)
    company = item.author.company_id if item.author else None
    own = {Item.Visibility.COMPANY: company or item.author_id, Item.Visibility.PRIVATE: item.author_id}
    return (*place, item.visibility, item.group_id, own.get(Item.Visibility(item.visibility)))


def _locked(source: Item, target: Item, *further: int) -> tuple[Item, Item]:
    rows = Item.objects.select_for_update(no_key=True, of=("self",)).select_related("place", "author")
    found = {item.pk: item for item in rows.filter(pk__in=[source.pk, target.pk, *further]).order_by("pk")}
    return found[source.pk], found[target.pk]


def _lock_places(source: Item, target: Item) -> None:
    """After the items and in order, as everybody takes them."""
    places = {item.place_id for item in (source, target) if item.place_id}
    for companion in carry.companions:
        places.update(companion.places(source.pk))
    list(Place.objects.select_for_update(no_key=True).filter(pk__in=places).order_by("pk").values_list("pk"))


def _merged_stage_or_none() -> Stage | None:
    return Stage.objects.filter(kind=Kind.MERGED).order_by("order", "pk").first()


def _merged_stage() -> Stage:
    return Stage.objects.filter(kind=Kind.MERGED).order_by("order", "pk")[0]


def _standing(idea: Idea, item: Item) -> dict[str, Any]:
    """Where it stands, as an undo puts it back."""
    return {
        "stage": idea.stage_id,
        "moved_at": idea.moved_at.isoformat(),
        "active_at": item.active_at.isoformat(),
        "active_by": item.active_by_id,
    }


def _settle(*items: Item) -> None:
    for item in items:
        count_votes(item)
        settle_heat(item)


def _put_back_stage(one: Merge) -> None:
    """With its history: the move to "merged" is gone as if it had not been."""
    before, move = one.before, one.move
    stage = Stage.objects.get(pk=before["stage"])
    source = Item.objects.filter(pk=one.source_id)
    source.update(stage=stage.slug)
    Idea.objects.filter(pk=one.source_id).update(stage=stage, moved_at=parse_datetime(before["moved_at"]))
    if move:  # where nothing has happened there since
        by = Member.objects.filter(pk=before["active_by"]).first()
        source.filter(active_at=move.at).update(active_at=parse_datetime(before["active_at"]), active_by=by)
        Move.objects.filter(pk=move.pk).delete()


def _bring_anew(
    target: Item, voters: carry.Voters, hearing: set[int], returned: Mapping[str, Collection[int]]
) -> list[Item]:
    """Whoever supports a further duplicate too is counted by that from now on; answers the further ones."""
    rows = Merge.objects.filter(target=target, undone_at=None).select_related("source__author", "target")
    others = list(rows.order_by("pk"))
    for other in others:
        carry.bring_votes(other, voters)
        carry.bring_followers(other, hearing)
        for name, companion in carry.companions.items():
            companion.bring(other, returned[name])
        other.save(update_fields=["votes", "follows", "raised", "before"])
    return [other.source for other in others]
