"""Reporting a post: once for each member and item; enough reports by trusted members hide it until staff look."""

from django.db import transaction
from django.utils.translation import gettext as _

from community.feedback.models import Item
from community.feedback.states import HIDE, change_state, lock
from community.members import limits
from community.members.limits import Standing, standing_of
from community.members.models import Member, Site
from community.moderation.log import note_item
from community.moderation.models import Flag, Reason


class FlagRefused(Exception):
    """Carries a sentence that says why."""


def why_not(item: Item, member: Member) -> str:
    """Why the member may not report the item; empty when they may."""
    if item.author_id == member.pk:
        return _("This is yours: you can change or remove it yourself.")
    if not item.is_visible:
        return _("Only what is visible can be reported.")
    if Flag.objects.filter(item=item, by=member).exists():
        return _("You have reported this already. Staff will look at it.")
    return ""


@transaction.atomic
def flag(item: Item, *, by: Member, reason: str, words: str = "") -> Flag:
    """Report an item. Raises FlagRefused or LimitReached."""
    refusal = why_not(item, by)
    if refusal:
        raise FlagRefused(refusal)
    lock(item)  # before the member, as voters do: it may be hidden in the end
    limits.count(by, "flags")
    said = {"reason": reason, "words": words, "is_trusted": is_trusted(by)}
    made, is_new = Flag.objects.get_or_create(item=item, by=by, defaults=said)  # a double click is one report
    if is_new and made.is_trusted:
        _hide_when_enough(item)
    return made


def is_trusted(member: Member) -> bool:
    return member.is_staff or standing_of(member) == Standing.TRUSTED


def _hide_when_enough(item: Item) -> None:
    """Never what staff said: whoever reports that wants staff to look, not the others to miss it."""
    needed = Site.current().flags_to_hide
    trusted = Flag.objects.open().filter(item=item, is_trusted=True)
    if not needed or trusted.count() < needed or (item.author and item.author.is_staff):
        return
    reasons = list(trusted.values_list("reason", flat=True))
    reason = max(Reason.values, key=reasons.count)
    if change_state(item, HIDE, by=None, noted=True):
        note_item("hidden", item, by=None, reason=reason)
