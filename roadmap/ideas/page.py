"""The page of an idea: what is wished for, where it stands and how it came there, and what is said about it."""

from dataclasses import dataclass, field
from urllib.parse import quote

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from community.conversations.posts import Action, Post, post_of
from community.conversations.talk import Talk, talk_below
from community.feedback import directory
from community.feedback.loop import Step
from community.feedback.models import Item, Label, Link, Vote
from community.feedback.places import Viewer
from community.feedback.states import why_hidden
from community.feedback.vote import Budget
from community.feedback.vote_button import VoteButton, vote_button
from community.lib.avatars import Avatar
from community.members.requests import Request
from community.notifications.follow_button import level_among_columns
from community.notifications.reading import seen
from roadmap.ideas.behalf import taken_down, taken_words, votes_words, who_voted
from roadmap.ideas.merged import Merged, merged_of
from roadmap.ideas.models import Idea, Importance, Merge
from roadmap.ideas.permissions import may_edit, may_move, why_ended
from roadmap.ideas.promote import origin_of
from roadmap.ideas.voters import faces_of
from roadmap.ideas.voting import budget_of, shows_voters
from roadmap.ideas.weights import Weights, weights_of
from roadmap.stages.badge import Badge, badge_of
from roadmap.stages.chain import chain_of
from roadmap.stages.history import Moment, history_of


@dataclass
class IdeaPage:
    idea: Idea
    opening: Post
    vote: VoteButton
    badge: Badge
    labels: list[Label]
    history: list[Moment]
    talk: Talk
    merged: Merged
    origin: Item | None = None  # what it was made of
    chain: list[tuple[Step, Badge | None]] = field(default_factory=list)
    has_voted: bool = False
    budget: Budget | None = None  # while they may vote
    faces: list[Avatar] = field(default_factory=list)  # of who voted last, where the reader may see them
    taken: str = ""  # who of staff voted for this reader
    importance: Importance | None = None
    weights: Weights | None = None  # for staff
    controls: list[Action] = field(default_factory=list)

    @property
    def latest(self) -> Moment | None:
        """The last official answer that came with a move."""
        return next((one for one in reversed(self.history) if one.html), None)


def visible_idea(viewer: Viewer, pk: int) -> Idea | None:
    """The idea if this viewer may read it, with all that its page shows of it, in one query."""
    rows = Idea.objects.select_related("item__place", "item__author", "stage").filter(pk=pk)
    joined = Merge.objects.filter(target=OuterRef("pk"), undone_at=None)
    begun = Link.objects.filter(target=OuterRef("pk"), kind=Link.Kind.BECAME)
    linked = Link.objects.filter(Q(source=OuterRef("pk")) | Q(target=OuterRef("pk")))
    rows = rows.annotate(
        label_ids=directory.label_ids(), has_joined=Exists(joined), has_origin=Exists(begun), is_linked=Exists(linked)
    )
    if viewer.is_authenticated:
        said = Importance.objects.filter(vote__member=viewer.pk, vote__item=OuterRef("pk"))
        rows = rows.annotate(
            followed=level_among_columns(viewer, "pk"),
            voted=Exists(Vote.objects.filter(member=viewer.pk, item=OuterRef("pk"))),
            level=Subquery(said.values("level")[:1]),
            why=Subquery(said.values("why")[:1]),
            taken_by=who_voted(viewer.pk),
        )
    if may_move(viewer):
        rows = rows.annotate(taken=Subquery(taken_down(OuterRef("pk"))))
    idea = next(iter(rows), None)
    return idea if idea and idea.item.is_visible_to(viewer) else None


def may_say_why(idea: Idea) -> bool:
    """Whether the reader is asked how much it matters to them: of a vote that they cast."""
    is_own = getattr(idea, "voted", False) and getattr(idea, "taken_by", None) is None
    return is_own and not idea.stage.is_ended


def is_tied(idea: Idea) -> bool:
    """Whether its page shows something of other items too, which may stand anywhere and be hidden there."""
    return bool(getattr(idea, "is_linked", False))


def idea_page(request: Request, idea: Idea) -> IdeaPage:
    viewer, item = request.user, idea.item
    merged = merged_of(item, idea.stage, viewer, has_joined=getattr(idea, "has_joined", False))
    voted = _has_voted(idea, merged, viewer)
    if viewer.is_authenticated:
        seen(viewer, [item.pk])
    why = why_hidden([item]).get(item.pk)
    opening = post_of(item, 0, viewer, voted=False, about=item.title, why=why)
    opening.vote = None  # it stands beside the title
    budget = None if idea.stage.is_ended else budget_of(viewer, request.site)
    page = IdeaPage(
        idea=idea,
        opening=opening,
        vote=_button(idea, merged, viewer, voted, budget),
        badge=badge_of(idea.stage),  # type: ignore[arg-type]
        labels=directory.labels(request.site, getattr(idea, "label_ids", None)),
        history=history_of(item),
        talk=talk_below(request, item, is_open=item.is_visible and not merged.is_gone),
        merged=merged,
        origin=origin_of(item, viewer) if getattr(idea, "has_origin", False) else None,
        chain=chain_of(item, request),
        has_voted=voted,
        budget=budget,
        taken=taken_words(getattr(idea, "taken_by", None)),
        importance=said_of(idea),
        controls=_controls(idea, merged, viewer),
    )
    opening.actions = _actions(item, viewer)
    if not merged.is_gone and shows_voters(viewer, request.site):
        page.faces = faces_of(item, viewer)
    if may_move(viewer):
        page.weights = weights_of(item)
    return page


def _has_voted(idea: Idea, merged: Merged, viewer: Viewer) -> bool:
    """For it, or for the one that it was merged into."""
    if merged.target is None or not viewer.is_authenticated:
        return getattr(idea, "voted", False)
    return Vote.objects.filter(member=viewer, item=merged.target).exists()


def _button(idea: Idea, merged: Merged, viewer: Viewer, voted: bool, budget: Budget | None) -> VoteButton:
    """The vote of the idea, or of the one that it was merged into."""
    if merged.target:
        return vote_button(merged.target, viewer, voted, about=merged.target.title, flat=False)
    reason = why_ended(idea.stage)
    return vote_button(idea.item, viewer, voted, about=idea.item.title, flat=False, reason=reason, budget=budget)


def said_of(idea: Idea) -> Importance | None:
    """How much it matters to this reader, if they said so."""
    level = getattr(idea, "level", None)
    return Importance(level=level, why=getattr(idea, "why", "")) if level else None


def _controls(idea: Idea, merged: Merged, viewer: Viewer) -> list[Action]:
    item = idea.item
    found: list[Action] = []
    if may_move(viewer) and not merged.is_gone:
        words = votes_words(item.vote_count, getattr(idea, "taken", None) or 0)
        found.append(Action("user", words, f"/ideas/{item.pk}/votes/", False))
    if may_move(viewer) and item.is_visible and not merged.is_gone:
        found.append(Action("next", _("Move to another stage"), f"/ideas/{item.pk}/stage/", False))
        if not merged.came:
            found.append(Action("link", pgettext("an idea", "Merge into another"), f"/ideas/{item.pk}/merge/", False))
    if may_move(viewer) and item.is_visible and not idea.stage.is_ended:
        found.append(Action("plus", pgettext("an idea", "Split in two"), f"/ideas/{item.pk}/split/", False))
    if may_edit(idea, viewer):
        found.append(Action("edit", _("Edit"), f"/ideas/{item.pk}/edit/", False))
    return found


def _actions(item: Item, viewer: Viewer) -> list[Action]:
    """To tell staff about it, and for staff, to decide about it. A guest is led to the log-in."""
    if viewer.is_authenticated and viewer.may("moderate"):
        return [Action("staff", _("Moderate"), f"/desk/moderation/items/{item.pk}/?next={quote(item.path)}", False)]
    if not item.is_visible or (viewer.is_authenticated and item.author_id == viewer.pk):
        return []
    return [Action("flag", _("Report"), f"/items/{item.pk}/flag/", False)]
