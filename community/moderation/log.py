"""Writing the log: each act once, in its transaction, whether it came from the desk or from a menu."""

from collections.abc import Iterable
from typing import Any

from community.feedback.models import Event, Item
from community.feedback.states import VERBS, Why
from community.members.models import Member
from community.moderation.models import APPEALABLE, Appeal, Flag, ModerationEntry, Reason
from community.moderation.resolve import resolve_flags
from community.moderation.told import tell

Verb = ModerationEntry.Verb
# The page that took the words says that they wait, and notifications themselves tell of an approval.
UNTOLD = (Verb.HELD, Verb.APPROVED, Verb.KEPT)
# What an act means for the reports of its item.
OUTCOMES = {
    Verb.HIDDEN: Flag.Outcome.UPHELD,
    Verb.REMOVED: Flag.Outcome.UPHELD,
    Verb.APPROVED: Flag.Outcome.DISMISSED,
    Verb.RESTORED: Flag.Outcome.DISMISSED,
    Verb.KEPT: Flag.Outcome.DISMISSED,
}


# What else staff do with the threads and words of others: Event → act.
BESIDES = {
    "edited": Verb.EDITED,
    "locked": Verb.LOCKED,
    "reopened": Verb.REOPENED,
    "moved": Verb.MOVED,
    "merged": Verb.MERGED,
    "split": Verb.SPLIT,
    "relocation undone": Verb.UNDONE,
}


def note(
    verb: str, *, by: Member | None, item: Item | None = None, member: Member | None = None, **said: Any
) -> ModerationEntry:
    """One row of the log. `said`: reason, words, signals, count, sanction."""
    about = member or (item.author if item else None)
    return ModerationEntry.objects.create(
        verb=verb, by=by, item=item, item_kind=item.kind if item else "", member=about, **said
    )


def note_item(
    verb: str,
    item: Item,
    *,
    by: Member | None,
    reason: str = "",
    words: str = "",
    signals: dict[str, int] | None = None,
) -> ModerationEntry:
    """Log what was done with an item, decide about its reports, and tell its author."""
    entry = note(verb, by=by, item=item, reason=reason, words=words, signals=signals or {})
    if by and verb in OUTCOMES:
        resolve_flags(item, OUTCOMES[Verb(verb)], by=by)
    if item.author and item.author != by and verb not in UNTOLD:
        tell(entry, item.author, item=item)
    return entry


def note_event(event: Event) -> None:
    """What staff did by the menu of a post, and what the rules held, is logged like what was done at the desk."""
    item, by = event.item, event.by
    is_staffs = by is not None and by.may("moderate") and item.author_id != by.pk
    if event.verb == Verb.HELD:
        note_item(Verb.HELD, item, by=None, signals=event.detail.get("signals", {}))
    elif event.verb in VERBS and is_staffs and not event.detail.get("noted"):
        note_item(event.verb, item, by=by)
    elif event.verb in BESIDES and is_staffs:
        note(BESIDES[event.verb], by=by, item=item)


def reasons_of(ids: Iterable[int]) -> dict[int, Why]:
    """Item id → why it was hidden last, and where its author may appeal."""
    entries = ModerationEntry.objects.filter(item__in=list(ids), verb=Verb.HIDDEN)
    latest = {entry.item_id: entry for entry in entries.select_related("appeal").order_by("pk")}
    return {pk: Why(words_of(entry), appeal_url(entry)) for pk, entry in latest.items() if pk is not None}


def words_of(entry: ModerationEntry) -> str:
    """The reason as its author reads it: the kind of reason, and what staff added."""
    kind = str(Reason(entry.reason).label) if entry.reason and entry.reason != Reason.OTHER else ""
    return ". ".join(part for part in (kind, entry.words) if part)


def appeal_url(entry: ModerationEntry) -> str:
    """Where whom it concerns may ask for a second look; the appeal itself once there is one."""
    if entry.verb not in APPEALABLE:
        return ""
    appeal: Appeal | None = getattr(entry, "appeal", None)
    return f"/go/{appeal.thread_id}" if appeal else f"/appeals/{entry.pk}/"
