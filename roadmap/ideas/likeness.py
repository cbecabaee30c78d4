"""Ideas of the whole board that may wish for the same: pairs with a score, found by the search.

An idea is like another as far as the other answers its title: the share of what the idea itself answers. The score of a
pair is the mean of both ways, so that a short title is not like every longer one that has its word.
"""

from time import monotonic

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from community.feedback.models import Event, Item
from community.feedback.places import Viewer
from community.members.models import Member
from community.members.roles import Role
from community.search.find import find
from community.search.grammar import Asked
from community.search.languages import languages_of
from roadmap.ideas.heat import VOTES
from roadmap.ideas.models import Apart, Idea, Likeness
from roadmap.stages.models import ENDED

BATCH = 20
NEAREST = 5  # to one idea: each is asked back
FAR = 0.3  # what answers less is no duplicate
LEAST = 0.4  # of a pair that is shown
AT_ONCE = 40.0  # seconds: then the next run goes on
_ALL_READING = Member(pk=0, role=Role.ADMIN)  # whoever reads the pairs is asked what of them they may read


def compare_due() -> int:
    """Compare ideas whose words or stage have changed, and answer how many they were."""
    done, until = 0, monotonic() + AT_ONCE
    while monotonic() < until and (compared := _compare_some()):
        done += compared
    return done


@transaction.atomic
def _compare_some() -> int:
    due = Idea.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).filter(is_compared=False)
    found = list(due.select_related("item", "stage").order_by("pk")[:BATCH])
    # First: what changes from here on is compared again.
    Idea.objects.filter(pk__in=[idea.pk for idea in found]).update(is_compared=True)
    for idea in found:
        _compare(idea)
    return len(found)


def _compare(idea: Idea) -> None:
    pairs = Likeness.objects.filter(Q(one=idea) | Q(other=idea))
    if not _is_open(idea):
        pairs.delete()
        return
    known = {pair.other_id if pair.one_id == idea.pk else pair.one_id: pair for pair in pairs}
    near = _nearest(answers(idea))
    others = Idea.objects.filter(pk__in=near.keys() | known.keys()).select_related("item", "stage")
    for other in others.order_by("pk"):
        pair = known.get(other.pk) or Likeness(one_id=min(other.pk, idea.pk), other_id=max(other.pk, idea.pk))
        back = answers(other).get(idea.pk, 0.0) if _is_open(other) else 0.0
        pair.score = (near.get(other.pk, 0.0) + back) / 2 if back else 0.0
        if pair.score:
            pair.save()
        elif pair.pk:
            pair.delete()


def _is_open(idea: Idea) -> bool:
    return idea.item.is_visible and not idea.stage.is_ended


def answers(idea: Idea) -> dict[int, float]:
    """Ideas → how far each answers the title of this one, 1 as well as the idea itself."""
    title = idea.item.title
    asked = Asked(title, filters={"kind": Idea.KIND})
    languages = languages_of(title, idea.item.language)
    hits = find(asked, _ALL_READING, languages, shown=slice(0, 0), load=lambda _hits: {}).hits
    own = next((hit.score for hit in hits if hit.item_id == idea.pk), 0.0)
    return {hit.item_id: min(1.0, hit.score / own) for hit in hits if own and hit.item_id != idea.pk}


def _nearest(near: dict[int, float]) -> dict[int, float]:
    best = sorted((pk for pk in near if near[pk] >= FAR), key=lambda pk: (-near[pk], pk))
    return {pk: near[pk] for pk in best[:NEAREST]}


def follow_ideas(event: Event) -> None:
    """A consumer of events."""
    if event.item.kind == Idea.KIND and event.verb not in VOTES:
        Idea.objects.filter(pk=event.item_id).update(is_compared=False)


def pairs_for(viewer: Viewer) -> QuerySet[Likeness]:
    """Those that a viewer may read, of open ideas, without what somebody said are two."""
    readable = Item.objects.visible_to(viewer).listed()
    settled = Apart.objects.filter(one=OuterRef("one"), other=OuterRef("other"))
    ended = Q(one__stage__kind__in=ENDED) | Q(other__stage__kind__in=ENDED)
    return (
        Likeness.objects.filter(
            ~Exists(settled),
            Exists(readable.filter(pk=OuterRef("one"))),
            Exists(readable.filter(pk=OuterRef("other"))),
            score__gte=LEAST,
        )
        .exclude(ended)
        .select_related("one__item", "one__stage", "other__item", "other__stage")
    )


def apart_for(viewer: Viewer) -> QuerySet[Apart]:
    """What somebody said are two, as far as a viewer may read both."""
    readable = Item.objects.visible_to(viewer).listed()
    return Apart.objects.filter(
        Exists(readable.filter(pk=OuterRef("one"))), Exists(readable.filter(pk=OuterRef("other")))
    ).select_related("one__item", "one__stage", "other__item", "other__stage", "by")
