"""Who may do what with an idea; each answers a yes or no, or why not."""

from django.utils.translation import gettext as _

from community.feedback.models import Item
from community.feedback.places import Viewer
from community.members.models import Site
from roadmap.ideas.models import Idea
from roadmap.stages.directory import stages
from roadmap.stages.models import Kind, Stage


def why_no_vote(item: Item, _viewer: Viewer) -> str:
    """The rule of votes for ideas; their authors have voted with suggesting them, and may take that back."""
    return why_ended(stages(Site.current()).get(item.stage))


def why_ended(stage: Stage | None) -> str:
    """Why nobody votes any more; empty while they do."""
    if stage is None or not stage.is_ended:
        return ""
    if stage.kind == Kind.MERGED:
        return _("This idea was merged into another one: vote there.")
    return _("Voting has ended: this idea is at “%(stage)s”.") % {"stage": stage.local_name}


def why_no_reply(item: Item, _viewer: Viewer) -> str:
    """Also to what has ended: people say whether it helped. What was merged goes on elsewhere."""
    stage = stages(Site.current()).get(item.stage)
    if stage and stage.kind == Kind.MERGED:
        return _("This idea was merged into another one: reply there.")
    return ""


def may_edit(idea: Idea, viewer: Viewer) -> bool:
    """The words: whoever suggested it until it has ended, and staff."""
    if not viewer.is_authenticated:
        return False
    own = idea.item.author_id == viewer.pk and idea.item.state in (Item.State.VISIBLE, Item.State.HELD)
    return viewer.may("move ideas") or (own and not idea.stage.is_ended)


def may_move(viewer: Viewer) -> bool:
    return viewer.is_authenticated and viewer.may("move ideas")
