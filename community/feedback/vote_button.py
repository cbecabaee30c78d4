"""The vote of an item as a button."""

from dataclasses import dataclass

from django.utils.translation import ngettext

from community.feedback.models import Item
from community.feedback.places import Viewer
from community.feedback.vote import Budget, why_no_vote


@dataclass(slots=True)
class VoteButton:
    id: str
    url: str
    count: int
    pressed: bool
    name: str
    reason: str = ""
    guest: bool = False
    flat: bool = True
    note: str = ""  # how many votes are left


def vote_button(
    item: Item,
    viewer: Viewer,
    voted: bool,
    *,
    about: str,
    flat: bool = True,
    reason: str | None = None,
    budget: Budget | None = None,
) -> VoteButton:
    """The vote of an item; `about` says what is voted for, for those who hear the page.

    `reason` says why nobody votes here, "" when all may; a list that knows it spares a question for each row.
    """
    words = ngettext("Upvote %(what)s, %(n)d vote", "Upvote %(what)s, %(n)d votes", item.vote_count)
    if reason is None:
        reason = why_no_vote(item, viewer)
    if budget and not voted:
        reason = reason or budget.refusal
    url = f"/items/{item.pk}/vote/withdrawal/" if voted else f"/items/{item.pk}/vote/"
    return VoteButton(
        id=f"v{item.pk}",
        url=url,
        count=item.vote_count,
        pressed=voted,
        name=words % {"what": about, "n": item.vote_count},
        reason=reason,
        guest=not viewer.is_authenticated,
        flat=flat,
        note=budget.words if budget and not reason else "",
    )
