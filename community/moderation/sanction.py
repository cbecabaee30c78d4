"""Warning, silencing and suspending members, with a reason that they read."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.members import sanctions
from community.members.models import Member
from community.members.sanctions import Sanction
from community.moderation.log import note
from community.moderation.told import tell

LENGTHS = {
    "1": gettext_lazy("1 day"),
    "3": gettext_lazy("3 days"),
    "7": gettext_lazy("1 week"),
    "30": gettext_lazy("30 days"),
    "": gettext_lazy("For good"),
}


class SanctionRefused(Exception):
    """Carries a sentence that says why."""


def why_not(member: Member, by: Member) -> str:
    """Why `by` may not decide about the member; empty when they may (ABUSE B37)."""
    if member.pk == by.pk:
        return _("You cannot decide about yourself.")
    if not by.outranks(member):
        return _("Only whoever stands above a member of staff can decide about them.")
    return ""


@transaction.atomic
def sanction(member: Member, kind: str, *, by: Member, reason: str, days: int | None = None) -> Sanction:
    """Warn, silence or suspend a member; `days` None is for good. Raises SanctionRefused."""
    refusal = why_not(member, by)
    if refusal:
        raise SanctionRefused(refusal)
    has_end = days is not None and kind != Sanction.Kind.WARNING
    ends_at = timezone.now() + timedelta(days=days or 0) if has_end else None
    made = sanctions.impose(member, kind, by=by, reason=reason, ends_at=ends_at)
    entry = note(kind, by=by, member=member, sanction=made, words=reason)
    tell(entry, member)
    return made


@transaction.atomic
def lift(made: Sanction, *, by: Member, words: str = "") -> bool:
    """End a sanction before its time; False when it had ended. Raises SanctionRefused."""
    refusal = why_not(made.member, by)
    if refusal:
        raise SanctionRefused(refusal)
    if not sanctions.lift(made, by=by):
        return False
    entry = note("lifted", by=by, member=made.member, sanction=made, words=words)
    tell(entry, made.member)
    return True
