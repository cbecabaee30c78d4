"""Planning a feature: what it says, when it is meant to come, which ideas it gathers."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from community.feedback.locks import lock_items
from community.feedback.models import Item, Label, Link
from community.feedback.places import Audience, Place
from community.feedback.write import revise, set_words
from community.members.models import Group, Member
from roadmap.features.models import Feature, Part, Promise
from roadmap.ideas.models import Idea
from roadmap.stages.models import Stage

# What a form changes: not the stage, which may have moved since the form was opened.
SAID = ["why", "owner", "progress", "notes", "precision", "horizon", "due_on", "confidence"]


@dataclass(frozen=True)
class When:
    """A target as a form says it."""

    precision: str
    horizon: str
    due_on: date | None
    confidence: str


@dataclass(frozen=True)
class Planned:
    """What the form of a feature says."""

    title: str
    body: str
    why: str
    when: When
    area: Place | None = None
    language: str = ""
    labels: tuple[Label, ...] = ()
    visibility: str = Item.Visibility.PUBLIC
    group: Group | None = None
    owner: Member | None = None
    progress: int = 0
    notes: str = ""
    reason: str = ""  # why the target changed, in public


@transaction.atomic
def plan_feature(said: Planned, stage: Stage, *, by: Member) -> Feature:
    """Create a feature, first in the column of its stage. Raises what `set_words` raises."""
    now = timezone.now()
    item = Item(
        kind=Feature.KIND, title=said.title, place=said.area, language=said.language or by.language,
        visibility=said.visibility, group=said.group, stage=stage.slug, created_at=now, active_at=now, active_by=by,
    )  # fmt: skip
    set_words(item, said.body, by=by)
    item.path = Feature.path_for(item.pk, item.title)
    item.save(update_fields=["path"])
    item.labels.set(said.labels)
    feature = Feature(item=item, stage=stage, why=said.why, moved_at=now, rank=first_rank(stage))
    _put(feature, said)
    feature.save(force_insert=True)
    _promise(feature, said.reason, by=by)
    item.record("posted", by=by)
    return feature


@transaction.atomic
def edit_feature(feature: Feature, said: Planned, *, by: Member) -> None:
    """Change what it says. A target that reads otherwise is a promise of its own, kept with its reason."""
    item = lock_items([feature.pk], by=by, place=said.area)[feature.pk]
    revise(item, by=by, title=said.title, body=said.body)
    filed = {"place": said.area, "visibility": said.visibility, "group": said.group}
    changed = filed != {"place": item.place, "visibility": item.visibility, "group": item.group}
    path = Feature.path_for(item.pk, said.title)
    Item.objects.filter(pk=item.pk).update(path=path, language=said.language or item.language, **filed)
    if changed:
        Item.objects.filter(reply__about=item.pk).update(**filed)
        item.record("filed", by=by)
    item.labels.set(said.labels)
    feature.item = item
    item.place, item.visibility, item.group = said.area, said.visibility, said.group
    _put(feature, said)
    feature.save(update_fields=SAID)
    _promise(feature, said.reason, by=by)
    item.record("planned", by=by)


@transaction.atomic
def retarget(feature: Feature, horizon: str, *, by: Member, reason: str = "") -> None:
    """Move it to another column of time."""
    feature.precision, feature.horizon, feature.due_on = "horizon", horizon, None
    feature.save(update_fields=["precision", "horizon", "due_on"])
    _promise(feature, reason, by=by)
    feature.item.record("planned", by=by)


def _put(feature: Feature, said: Planned) -> None:
    feature.why, feature.owner, feature.progress, feature.notes = said.why, said.owner, said.progress, said.notes
    feature.precision, feature.horizon = said.when.precision, said.when.horizon
    feature.due_on, feature.confidence = said.when.due_on, said.when.confidence


def _promise(feature: Feature, reason: str, *, by: Member) -> None:
    audience, group = audience_of(feature.item)
    if audience == Audience.STAFF:
        return  # what nobody else has seen was promised to nobody
    last = feature.promises.last()
    is_same = last is not None and last.is_same_as(feature)
    # To whoever sees it from now on and did not before, the same target is a first promise, without the old reasons.
    if last is None or not is_same or not last.was_said_to(audience, group):
        Promise.objects.create(
            feature=feature, precision=feature.precision, horizon=feature.horizon, due_on=feature.due_on,
            confidence=feature.confidence, reason=reason if last and not is_same else "", by=by, audience=audience,
            group=group,
        )  # fmt: skip


def audience_of(item: Item) -> tuple[str, Group | None]:
    """Who sees a feature, by its area and by itself: the narrower, or staff where these are two groups."""
    found = [(item.visibility, item.group), (item.place.audience, item.place.group) if item.place else ("public", None)]
    by_width = [Audience.STAFF, Audience.GROUP, Audience.MEMBERS, Audience.PUBLIC]
    narrow, wide = sorted(found, key=lambda one: by_width.index(Audience(one[0])))
    both_groups = narrow[0] == wide[0] == Audience.GROUP and narrow[1] != wide[1]
    return (Audience.STAFF, None) if both_groups else narrow


def first_rank(stage: Stage) -> int:
    """A rank above all in the column."""
    return (Feature.objects.filter(stage=stage).aggregate(most=Max("rank"))["most"] or 0) + 1


@transaction.atomic
def gather(feature: Feature, idea: Idea, *, by: Member) -> bool:
    """Let the feature gather an idea; False when it did already."""
    lock_items([feature.pk, idea.pk])
    _part, is_new = Part.objects.get_or_create(feature=feature, idea=idea, defaults={"by": by})
    if is_new:
        Link.objects.get_or_create(source_id=idea.pk, target_id=feature.pk, kind=Link.Kind.PART_OF, defaults={"by": by})
        feature.item.record("gathered", by=by, idea=idea.pk)
        idea.item.record("gathered", by=by, feature=feature.pk)
    return is_new


@transaction.atomic
def let_go(feature: Feature, idea: Idea, *, by: Member) -> None:
    lock_items([feature.pk, idea.pk])
    if Part.objects.filter(feature=feature, idea=idea).delete()[0]:
        Link.objects.filter(source_id=idea.pk, target_id=feature.pk, kind=Link.Kind.PART_OF).delete()
        feature.item.record("let go", by=by, idea=idea.pk)
        idea.item.record("let go", by=by, feature=feature.pk)
