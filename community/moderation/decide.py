"""What staff decide about an item: keep, approve, hide, remove or restore it. Each is logged, and its author told."""

from django.db import transaction
from django.utils.translation import gettext as _

from community.feedback.models import Item, State
from community.feedback.states import APPROVE, HIDE, REMOVE, RESTORE, change_state
from community.members.models import Member
from community.moderation.log import note_item
from community.moderation.models import Flag, Reason
from community.moderation.resolve import resolve_flags

ACTS = {"approve": APPROVE, "hide": HIDE, "remove": REMOVE, "restore": RESTORE}


class DecisionRefused(Exception):
    """Carries a sentence that says why."""


def why_not(item: Item, by: Member) -> str:
    """Why this member of staff may not decide about the item; empty when they may (ABUSE B37)."""
    author = item.author
    if author and author.is_staff and author.pk != by.pk and not by.outranks(author):
        return _("Only whoever stands above its author can decide about this.")
    return ""


@transaction.atomic
def decide(item: Item, act: str, *, by: Member, reason: str = "", words: str = "") -> bool:
    """Do one of ACTS, or "keep"; False when there was nothing to do any more. Raises DecisionRefused."""
    refusal = why_not(item, by)
    if refusal:
        raise DecisionRefused(refusal)
    if act == "keep":
        return _keep(item, by, words)
    verb = ACTS[act]
    if not change_state(item, verb, by=by, noted=True):
        return False
    note_item(verb.name, item, by=by, reason=reason, words=words)
    return True


def _keep(item: Item, by: Member, words: str) -> bool:
    """Nothing is wrong with it: what reports had hidden is shown again."""
    if item.state == State.HIDDEN and change_state(item, RESTORE, by=by, noted=True):
        note_item("restored", item, by=by, words=words)
        return True
    if not resolve_flags(item, Flag.Outcome.DISMISSED, by=by):
        return False
    note_item("kept", item, by=by, words=words)
    return True


def likely_reason(item: Item, signals: dict[str, int] | None = None) -> str:
    """The reason that a decision by one click gives: what most reports say, or what held it."""
    said = list(item.flags.open().values_list("reason", flat=True))
    if said:
        return max(Reason.values, key=said.count)
    return Reason.SPAM if signals else ""
