"""The button beside a title that says how much the reader hears of it; its menu is fetched when it is asked for."""

from typing import NamedTuple

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from community.feedback.models import Item, Label
from community.feedback.places import Place, Viewer
from community.notifications.follow import Target, levels_for
from community.notifications.models import Follow, Level


class FollowButton(NamedTuple):
    url: str
    label: str


class FollowMenu(NamedTuple):
    button: FollowButton
    level: str
    levels: tuple[tuple[str, str, str], ...]  # value, name, meaning


def level_among_columns(viewer: Viewer, item: str) -> Subquery:
    """For the query that reads an item anyway: the level that the viewer chose for it, or None."""
    return _chosen(viewer, item=OuterRef(item))


def level_beside_rows(viewer: Viewer, target: Place | Label) -> Subquery:
    """The same for the query that reads what stands in a place or under a label: each row has it."""
    return _chosen(viewer, **{"place" if isinstance(target, Place) else "label": target.pk})


def _chosen(viewer: Viewer, **target: int | OuterRef) -> Subquery:
    return Subquery(Follow.objects.filter(member=viewer.pk, **target).values("level")[:1])


def follow_button(target: Target, level: str) -> FollowButton:
    """`level` is the one that holds."""
    label = _("Follow") if level == Level.NORMAL else str(Level(level).label)
    return FollowButton(_address_of(target), label)


def follow_menu(target: Target, level: str) -> FollowMenu:
    levels = tuple((str(one), str(one.label), meaning) for one, meaning in levels_for(target).items())
    return FollowMenu(follow_button(target, level), level, levels)


def _address_of(target: Target) -> str:
    if isinstance(target, Item):
        return f"/items/{target.pk}/follow/"
    return f"/places/{target.pk}/follow/" if isinstance(target, Place) else f"/labels/{target.slug}/follow/"
