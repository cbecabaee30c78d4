"""Starting, pausing and ending a survey."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from community.lib.slots import Slot
from surveys.campaigns.models import Campaign

# In the transaction in which a survey starts, or goes on.
starting: Slot[Callable[[Campaign], None]] = Slot("what happens when a survey starts")
_BEGINS = {
    Campaign.State.RUNNING: (Campaign.State.DRAFT, Campaign.State.PAUSED),
    Campaign.State.PAUSED: (Campaign.State.RUNNING,),
    Campaign.State.ENDED: (Campaign.State.RUNNING, Campaign.State.PAUSED),
}


@transaction.atomic
def put(campaign: Campaign, state: Campaign.State) -> bool:
    """Whether it was where that state can follow; then it is there now."""
    now = timezone.now()
    there = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if there.state not in _BEGINS[state]:
        return False
    there.state = state
    there.started_at = there.started_at or now
    there.ended_at = now if state == Campaign.State.ENDED else None
    there.save(update_fields=["state", "started_at", "ended_at"])
    for start in starting if state == Campaign.State.RUNNING else ():
        start(there)
    return True
