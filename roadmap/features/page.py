"""The page of a feature: what and why, when, what was promised before, the ideas that it gathers and what is said."""

from dataclasses import dataclass, field

from django.db.models import Count, Q, Sum
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from community.conversations.posts import Action, author_name
from community.conversations.talk import Talk, talk_below
from community.feedback import directory
from community.feedback.loop import Step
from community.feedback.models import Item, Label
from community.feedback.places import Audience, Viewer
from community.lib.times import moment
from community.members.requests import Request
from community.notifications.follow_button import level_among_columns
from community.notifications.reading import seen
from roadmap.features.models import Confidence, Feature, Fit, Promise
from roadmap.ideas.board import dressable, dressed
from roadmap.ideas.permissions import may_move
from roadmap.ideas.rows import Row
from roadmap.stages.badge import Badge, badge_of
from roadmap.stages.chain import chain_of
from roadmap.stages.history import Moment, history_of

MOST_IDEAS = 50


@dataclass(slots=True)
class Told:
    """A target that the public saw, and until when."""

    target: str
    confidence: str
    iso: str
    when: str
    by: str
    reason: str
    readers: str = ""  # who alone could read it, for staff


@dataclass
class FeaturePage:
    feature: Feature
    html: SafeString
    badge: Badge
    target: str
    confidence: str
    labels: list[Label]
    ideas: list[Row]
    votes: int
    history: list[Moment]
    chain: list[tuple[Step, Badge | None]]
    promises: list[Told]  # the earliest first; one alone is no history
    talk: Talk
    solved: int = 0
    not_yet: int = 0
    fit: Fit | None = None  # what this reader says
    missing: list[Fit] = field(default_factory=list)  # for staff
    controls: list[Action] = field(default_factory=list)

    @property
    def latest(self) -> Moment | None:
        """The last official answer that came with a move."""
        return next((one for one in reversed(self.history) if one.html), None)


def visible_feature(viewer: Viewer, pk: int) -> Feature | None:
    """The feature if this viewer may read it, with all that its page shows of it, in one query."""
    rows = Feature.objects.select_related("item__place", "item__author", "stage", "owner").filter(pk=pk)
    rows = rows.annotate(
        label_ids=directory.label_ids(),
        solved=Count("fits", filter=Q(fits__solves=True)),
        not_yet=Count("fits", filter=Q(fits__solves=False)),
    )
    if viewer.is_authenticated:
        rows = rows.annotate(followed=level_among_columns(viewer, "pk"))
    feature = next(iter(rows), None)
    return feature if feature and feature.item.is_visible_to(viewer) else None


def feature_page(request: Request, feature: Feature) -> FeaturePage:
    viewer, item = request.user, feature.item
    parts = Item.objects.visible_to(viewer).listed().filter(idea__parts__feature=feature)
    ideas = list(dressable(parts).order_by("-vote_count", "-pk")[:MOST_IDEAS])
    votes = sum(one.vote_count for one in ideas)
    if len(ideas) == MOST_IDEAS:  # there may be more than are shown
        votes = parts.aggregate(sum=Sum("vote_count"))["sum"] or 0
    if viewer.is_authenticated:
        seen(viewer, [item.pk])
    has_ended = feature.stage.is_ended
    page = FeaturePage(
        feature=feature,
        html=mark_safe(item.html),  # noqa: S308 (sanitised when it was written)
        badge=badge_of(feature.stage),  # type: ignore[arg-type]
        target="" if has_ended else feature.local_target,
        confidence="" if has_ended else str(Confidence(feature.confidence).label),
        labels=directory.labels(request.site, getattr(feature, "label_ids", None)),
        ideas=dressed(ideas, request),
        votes=votes,
        history=history_of(item),
        chain=chain_of(item, request),
        promises=_promises(feature, viewer),
        talk=talk_below(request, item, is_open=item.is_visible),
        solved=getattr(feature, "solved", 0),
        not_yet=getattr(feature, "not_yet", 0),
    )
    if viewer.is_authenticated:
        page.fit = Fit.objects.filter(feature=feature, member=viewer).first()
    if may_move(viewer):
        page.controls = _controls(feature)
        page.missing = list(
            Fit.objects.filter(feature=feature, solves=False).exclude(why="").select_related("member")[:MOST_IDEAS]
        )
    return page


def gathered(feature: Feature) -> list[Item]:
    """All that it gathers, for staff, who may let go of any: also what is hidden or was merged."""
    return list(Item.objects.filter(idea__parts__feature=feature).order_by("-vote_count", "-pk").without_words())


def _controls(feature: Feature) -> list[Action]:
    base = f"/roadmap/{feature.pk}"
    return [
        Action("next", _("Move to another stage"), f"{base}/stage/", False),
        Action("edit", _("Edit"), f"{base}/edit/", False),
        Action("link", _("Gather an idea"), f"{base}/ideas/", False),
    ]


def _promises(feature: Feature, viewer: Viewer) -> list[Told]:
    """Those that the viewer could read, each once: what was said to more people later may say the same."""
    promises: list[Promise] = []
    for one in Promise.objects.filter(feature=feature).select_related("by").order_by("pk"):
        if one.is_shown_to(viewer) and not (promises and one.is_same_as(promises[-1])):
            promises.append(one)
    return [_told(one, viewer) for one in promises] if len(promises) > 1 else []


def _told(promise: Promise, viewer: Viewer) -> Told:
    at = moment(promise.at)
    confidence = str(Confidence(promise.confidence).label)
    readers = promise.get_audience_display() if may_move(viewer) and promise.audience != Audience.PUBLIC else ""
    return Told(promise.local_target, confidence, at.iso, at.text, author_name(promise.by), promise.reason, readers)
