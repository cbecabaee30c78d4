"""A changed pace holds for the mail that waits already."""

from django.db import transaction
from django.utils import timezone

from community.members.models import Member
from community.notifications.joining import due_at
from community.notifications.models import Mailing, Pace, Preference


@transaction.atomic
def change_pace(member: Member) -> None:
    """Move the open mail to the hour that the member chose, or drop it when they want none."""
    waiting = Mailing.objects.filter(recipient=member, state=Mailing.State.WAITING, closed_at=None)
    pace = Preference.of(member).pace
    if pace == Pace.NEVER:
        waiting.delete()
    else:
        waiting.update(due_at=due_at(pace, member.time_zone, timezone.now()))
