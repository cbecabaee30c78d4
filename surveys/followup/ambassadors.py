"""Who is glad and offered to be asked for more, such as a reference."""

from datetime import datetime

from community.lib.paging import Page, page
from surveys.campaigns.models import Campaign
from surveys.responses.models import Ambassador

AT_ONCE = 50


def page_of_ambassadors(cursor: str) -> Page[Ambassador]:
    """The latest first. Of identified surveys alone: those of others could not be offered."""
    named = Ambassador.objects.filter(response__campaign__privacy=Campaign.Privacy.IDENTIFIED)
    rows = named.select_related("response__item", "response__campaign", "response__person__member", "response__company")
    return page(rows, [("at", datetime), ("pk", int)], cursor, AT_ONCE)
