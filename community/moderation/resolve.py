"""Deciding about reports."""

from django.utils import timezone

from community.feedback.models import Item
from community.members.models import Member
from community.moderation.models import Flag


def resolve_flags(item: Item, outcome: str, *, by: Member) -> int:
    """Say what became of the open reports of an item; answers how many there were."""
    return Flag.objects.open().filter(item=item).update(outcome=outcome, resolved_at=timezone.now(), resolved_by=by)
