"""What of moderation is part of everything about a member, and what of it is forgotten with them."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from community.members import forget
from community.members.ignoring import Ignore
from community.members.models import Member
from community.members.privacy import Leaver, Record, erasers, exporters
from community.members.sanctions import Sanction
from community.moderation.models import Appeal, Championship, Flag, ModerationEntry

BATCH = 500


@exporters.filler("moderation")
def decisions(member: Member) -> Iterator[Record]:
    """What was decided about them and what they wrote, as they were told it."""
    rows = ModerationEntry.objects.filter(member=member).order_by("pk")
    yield from rows.values("verb", "item_id", "reason", "words", "count", "at").iterator(BATCH)
    yield from Sanction.objects.filter(member=member).values("kind", "reason", "at", "ends_at", "lifted_at")


@exporters.filler("appeals")
def appeals(member: Member) -> Iterator[Record]:
    yield from Appeal.objects.filter(by=member).order_by("pk").values("entry_id", "thread_id", "at", "outcome")


@exporters.filler("championship")
def championship(member: Member) -> Iterator[Record]:
    yield from Championship.objects.filter(member=member).values("thanks", "is_by_rule", "at", "ended_at")


@exporters.filler("reports")
def reports(member: Member) -> Iterator[Record]:
    """What they reported."""
    rows = Flag.objects.filter(by=member).order_by("pk")
    yield from rows.values("item_id", "reason", "words", "at", "outcome").iterator(BATCH)


@exporters.filler("ignored")
def ignored(member: Member) -> Iterator[Record]:
    yield from Ignore.objects.filter(member=member).order_by("pk").values("ignored__handle", "at")


@erasers.filler("moderation")
def forget_words(leaver: Leaver) -> None:
    """The acts stay in the log, without what was said to or by the one who leaves.

    The log refuses to be changed for every other reason, so this goes past its own door.
    """
    theirs = Q(member=leaver.member) | Q(by=leaver.member)
    QuerySet.update(ModerationEntry.objects.filter(theirs).exclude(words=""), words="")
    Flag.objects.filter(Q(by=leaver.member) | Q(item__author=leaver.member)).update(words="")
    for model, column in ((ModerationEntry, "words"), (Flag, "words"), (Sanction, "reason")):
        _hide(model.objects.all(), column, leaver)  # type: ignore[attr-defined]


def _hide(rows: QuerySet, column: str, leaver: Leaver) -> None:
    """Their name in what was said about somebody else."""
    named = Q()
    for words in (f"@{leaver.person.handle}", f"/members/{leaver.person.handle}", *leaver.person.emails):
        named |= Q(**{f"{column}__icontains": words})
    for pk, said in rows.filter(named).values_list("pk", column):
        hidden = leaver.person.hidden(said, forget.known_handles)[:500]
        QuerySet.update(rows.filter(pk=pk), **{column: hidden})
