"""A feature that gathers an idea gathers what that is merged into, so that all who want it are told and counted."""

from collections.abc import Collection

from community.feedback.models import Item, Link
from roadmap.features.models import Part
from roadmap.ideas.carry import Companion, companions
from roadmap.ideas.models import Merge

PARTS, LINKS = "parts", "part_links"  # in Merge.before: what a merge made


def places_of(idea: int) -> set[int]:
    """Of the features that gather an idea."""
    places = Item.objects.filter(feature__parts__idea=idea).values_list("place", flat=True)
    return {place for place in places if place}


def bring_parts(merge: Merge, among: Collection[int] | None) -> None:
    """To the idea that stays, as far as it is no part yet; `among` narrows it to some features."""
    gathered = Part.objects.filter(idea=merge.source_id).select_related("feature__item")
    if among is not None:
        gathered = gathered.filter(feature__in=among)
    made: dict[str, list[int]] = {PARTS: [], LINKS: []}
    for one in gathered.order_by("pk"):
        part, is_new = Part.objects.get_or_create(
            feature=one.feature, idea_id=merge.target_id, defaults={"by": merge.by}
        )
        if not is_new:
            continue
        made[PARTS].append(part.pk)
        link, is_new = Link.objects.get_or_create(
            source_id=merge.target_id, target_id=one.feature_id, kind=Link.Kind.PART_OF, defaults={"by": merge.by}
        )
        made[LINKS] += [link.pk] if is_new else []
        one.feature.item.record("gathered", by=merge.by, idea=merge.target_id)
    for name, ids in made.items():
        merge.before[name] = [*merge.before.get(name, []), *ids]


def return_parts(merge: Merge) -> set[int]:
    """Exactly those that the merge made and that are still there; answers their features."""
    parts = Part.objects.filter(pk__in=merge.before.get(PARTS, [])).select_related("feature__item")
    features = {part.feature_id: part.feature for part in parts}
    parts.delete()
    Link.objects.filter(pk__in=merge.before.get(LINKS, [])).delete()
    for pk in sorted(features):
        features[pk].item.record("let go", by=merge.undone_by, idea=merge.target_id)
    return set(features)


companions.fill("features", Companion(places_of, bring_parts, return_parts))
