"""The vote of an item as a button."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.feedback.models import Item
from community.feedback.places import Viewer


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


def vote_button(item: Item, viewer: Viewer, voted: bool, *, about: str) -> VoteButton:
    """The vote of a post; `about` says what is voted for, for those who hear the page."""
    words = ngettext("Upvote %(what)s, %(n)d vote", "Upvote %(what)s, %(n)d votes", item.vote_count)
    url = f"/items/{item.pk}/vote/withdrawal/" if voted else f"/items/{item.pk}/vote/"
    own = viewer.is_authenticated and item.author_id == viewer.pk
    return VoteButton(
        id=f"v{item.pk}",
        url=url,
        count=item.vote_count,
        pressed=voted,
        name=words % {"what": about, "n": item.vote_count},
        reason=_("This is yours: others vote for it.") if own else "",
        guest=not viewer.is_authenticated,
    )
