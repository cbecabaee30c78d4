"""What a feature shows in a column of the roadmap, as ready strings."""

from dataclasses import dataclass, field

from django.utils.translation import ngettext

from community.feedback.models import Item, Visibility
from community.feedback.places import Place
from community.members.requests import Request
from roadmap.features.models import Confidence, Feature
from roadmap.stages.badge import Badge, badge_of
from roadmap.stages.directory import stages
from roadmap.stages.models import Kind


@dataclass(slots=True)
class Card:
    pk: int
    url: str
    title: str
    language: str
    why: str
    badge: Badge | None
    area: str
    area_colour: str
    target: str
    confidence: str
    progress: int | None
    idea_text: str
    vote_text: str
    vote_count: int
    idea_count: int
    reply_count: int
    reply_text: str
    is_restricted: bool
    moves: list[tuple[str, str, str, bool]] = field(default_factory=list)  # (column, its title, address, by POST)


def card_of(item: Item, request: Request, place: Place | None) -> Card:
    feature: Feature = item.feature  # type: ignore[attr-defined]
    stage = stages(request.site).get(item.stage)
    ideas, votes = item.idea_count, item.idea_votes  # type: ignore[attr-defined]
    has_ended = stage is not None and stage.is_ended
    return Card(
        pk=item.pk,
        url=item.path,
        title=item.title,
        language=item.language,
        why=feature.why,
        badge=badge_of(stage),
        area=place.local_name if place else "",
        area_colour=place.colour if place else "",
        target="" if has_ended else feature.local_target,
        confidence="" if has_ended else str(Confidence(feature.confidence).label),
        progress=feature.progress if stage and stage.kind == Kind.BUILDING else None,
        idea_count=ideas,
        idea_text=ngettext("%(n)d idea", "%(n)d ideas", ideas) % {"n": ideas},
        vote_count=votes,
        vote_text=ngettext("%(n)d vote", "%(n)d votes", votes) % {"n": votes},
        reply_count=item.reply_count,
        reply_text=ngettext("%(n)d reply", "%(n)d replies", item.reply_count) % {"n": item.reply_count},
        is_restricted=item.visibility != Visibility.PUBLIC,
    )
