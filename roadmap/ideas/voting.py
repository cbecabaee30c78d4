"""What the site decided about votes for ideas, kept in the process until the site changes."""

from threading import Lock

from community.feedback.models import Item, Vote
from community.feedback.places import Viewer
from community.feedback.vote import Budget, budgets
from community.members.models import Member, Site
from roadmap.ideas.models import Idea, Voting
from roadmap.ideas.permissions import may_move
from roadmap.stages.directory import stages

MINE = "/ideas/?show=voted&view=list"
_lock = Lock()
_kept: tuple[int, Voting | None] = (0, None)


def voting(site: Site) -> Voting:
    """To be read only; one query after each change."""
    global _kept
    changes, known = _kept
    if changes == site.changes and known:
        return known
    known = Voting.objects.first() or Voting()
    with _lock:
        _kept = (site.changes, known)
    return known


def may_see_voters(viewer: Viewer, site: Site) -> bool:
    """Whether a viewer reads who voted for what they may read."""
    return may_move(viewer) or shows_voters(viewer, site)


def shows_voters(viewer: Viewer, site: Site) -> bool:
    """The same, for a customer."""
    shown = voting(site).voters
    return shown == Voting.Voters.EVERYBODY or (shown == Voting.Voters.MEMBERS and viewer.is_authenticated)


def budget_of(viewer: Viewer, site: Site) -> Budget | None:
    """The votes of a member for ideas; None for guests and where they are not counted. One query.

    What they cannot read any more gives its vote back, for they could not; what staff took down uses none.
    """
    most = voting(site).budget
    if not most or not viewer.is_authenticated:
        return None
    ended = [slug for slug, stage in stages(site).items() if stage.is_ended]
    wanted = Item.objects.visible_to(viewer).filter(kind=Idea.KIND).exclude(stage__in=ended)
    used = Vote.objects.filter(member=viewer.pk, is_own=True, item__in=wanted).count()
    return Budget(most, used, MINE)


@budgets.filler(Idea.KIND)
def budget_now(member: Member) -> Budget | None:
    return budget_of(member, Site.current())


def forget() -> None:
    """Read it anew: for tests, whose sites begin at the same change number."""
    global _kept
    _kept = (0, None)
