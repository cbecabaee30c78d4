"""Following an item, a place or a label."""

from typing import Any, TypeAlias

from django.utils.translation import gettext_lazy as _

from community.feedback.models import Event, Item, Label
from community.feedback.places import Place, Viewer
from community.members.models import Member
from community.notifications.models import Follow, Level, Preference

Target: TypeAlias = Item | Place | Label
OF_ITEM = (Level.WATCHING, Level.TRACKING, Level.NORMAL, Level.MUTED)
OF_GROUP = (Level.WATCHING, Level.FIRST, Level.TRACKING, Level.NORMAL, Level.MUTED)
MEANING_OF_ITEM = {
    Level.WATCHING: _("Every reply, in the bell and by mail"),
    Level.TRACKING: _("Every reply, in the bell only"),
    Level.NORMAL: _("Only when you are mentioned or answered"),
    Level.MUTED: _("Nothing, not even mentions"),
}
MEANING_OF_GROUP = {
    Level.WATCHING: _("Every thread and every reply, in the bell and by mail"),
    Level.FIRST: _("Every new thread, in the bell and by mail"),
    Level.TRACKING: _("Every new thread, in the bell only"),
    Level.NORMAL: _("Only when you are mentioned or answered"),
    Level.MUTED: _("Nothing of its threads, unless you are mentioned or answered"),
}


def _at(target: Target) -> dict[str, Any]:
    column = {Item: "item", Place: "place", Label: "label"}[type(target)]
    return {column: target}


def levels_for(target: Target) -> dict[Level, str]:
    """The levels that make sense for it, with what each brings."""
    meaning = MEANING_OF_ITEM if isinstance(target, Item) else MEANING_OF_GROUP
    return {level: str(words) for level, words in meaning.items()}


def set_level(member: Member, target: Target, level: str) -> None:
    """What the member chose; what they write there later does not change it."""
    chosen = {"level": level, "is_chosen": True}
    Follow.objects.update_or_create(defaults=chosen, member=member, **_at(target))


def level_of(member: Member, target: Target) -> str:
    """The level that holds: chosen, by what they wrote, or normal."""
    chosen = Follow.objects.filter(member=member, **_at(target)).values_list("level", flat=True).first()
    return held_level(target, member, chosen)


def held_level(target: Target, viewer: Viewer, chosen: str | None) -> str:
    """The same where the row, if there is one, was read already; asks only about what the viewer started."""
    if chosen:
        return chosen
    if viewer.is_authenticated and isinstance(target, Item) and target.author_id == viewer.pk:
        return Preference.of(viewer).on_asking
    return Level.NORMAL


def follow_what_they_wrote_in(event: Event) -> None:
    """A consumer of events: whoever replies follows, unless they chose a level, set not to, or asked themselves."""
    about = event.detail.get("about")
    if event.by is None or about is None or event.verb not in ("posted", "held"):
        return
    level = Preference.of(event.by).on_replying
    if level != Level.NORMAL and not Item.objects.filter(pk=about, author=event.by).exists():
        follow = Follow(member=event.by, item_id=about, level=level, is_chosen=False)
        Follow.objects.bulk_create([follow], ignore_conflicts=True)
