"""Appeals: whom an act concerns asks staff to look again, in a thread that only they and staff see."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community.feedback.models import Item
from community.feedback.states import RESTORE, change_state
from community.lib.slots import Slot
from community.members import sanctions
from community.members.models import Member
from community.members.roles import STAFF
from community.moderation.log import note, note_item
from community.moderation.models import Appeal, ModerationEntry, Sweep
from community.moderation.sweep import undo
from community.moderation.told import tell

# Filled by the room that knows threads: (title, words, whose) → the item of a private thread without a place.
private_threads: Slot[Callable[[str, str, Member], Item]] = Slot("making a private thread with staff")


class AppealRefused(Exception):
    """Carries a sentence that says why."""


def why_not(entry: ModerationEntry, member: Member) -> str:
    """Why the member may not appeal against the act; empty when they may."""
    if entry.member_id != member.pk or not entry.may_be_appealed:
        return _("Only whom a decision takes something from can appeal against it.")
    if entry.by_id == member.pk:
        return _("This was your own decision.")
    if Appeal.objects.filter(entry=entry).exists():
        return _("You have appealed against this already. One appeal is looked at for each decision.")
    return ""


@transaction.atomic
def appeal(entry: ModerationEntry, *, by: Member, words: str) -> Appeal:
    """Ask staff to look again. Raises AppealRefused, and what the words raise: MarkdownRefused or LimitReached."""
    Member.objects.select_for_update(no_key=True).filter(pk=by.pk).values_list("pk").first()
    refusal = why_not(entry, by)
    if refusal:
        raise AppealRefused(refusal)
    make = next(iter(private_threads))
    title = _("Appeal: %(act)s") % {"act": entry.get_verb_display()}
    thread = make(title, words, by)
    made = Appeal.objects.create(entry=entry, thread=thread, by=by)
    note("appealed", by=by, item=thread, member=by)
    return made


def why_not_decide(made: Appeal, by: Member) -> str:
    """Why this member of staff leaves the appeal to others; empty when they may decide, if only for being alone."""
    if made.entry.by_id == by.pk and has_colleagues(by):
        return _("This was your own decision: somebody else of the team looks at it.")
    return ""


def has_colleagues(member: Member) -> bool:
    return Member.objects.filter(role__in=STAFF, is_active=True).exclude(pk=member.pk).exists()


@transaction.atomic
def decide(made: Appeal, *, by: Member, is_granted: bool) -> bool:
    """Grant an appeal, which undoes the act, or refuse it; False when it was decided before. Raises AppealRefused."""
    refusal = why_not_decide(made, by)
    if refusal:
        raise AppealRefused(refusal)
    outcome = Appeal.Outcome.GRANTED if is_granted else Appeal.Outcome.REFUSED
    asked = Appeal.objects.filter(pk=made.pk, decided_at=None)
    if not asked.update(outcome=outcome, decided_at=timezone.now(), decided_by=by):
        return False
    if is_granted:
        _undo(made.entry, by)
    tell(note(outcome, by=by, item=made.thread, member=made.by), made.by, item=made.thread)
    return True


def _undo(entry: ModerationEntry, by: Member) -> None:
    """What may have been undone already stays so."""
    if entry.verb == "swept":
        made = Sweep.objects.filter(member=entry.member, undone_at=None).first()
        if made:
            undo(made, by=by)
    elif entry.sanction:
        if sanctions.lift(entry.sanction, by=by):
            note("lifted", by=by, member=entry.member, sanction=entry.sanction)
    elif entry.item and change_state(entry.item, RESTORE, by=by, noted=True):
        note_item("restored", entry.item, by=by)
