"""A survey on the community's own front page: its script, which names the member as a product would."""

from typing import Any

from allauth.account.models import EmailAddress

from community.discussions.views.lists import front_sections
from community.members.requests import Request
from surveys.campaigns.models import Campaign
from surveys.embed.identity import signature
from surveys.embed.models import Widget


@front_sections.filler("survey")
def section(request: Request) -> dict[str, Any] | None:
    """Of the oldest survey that asks there. One query, and one more where there is such a survey."""
    if not request.user.is_authenticated or request.user.is_staff:
        return None
    asking = Widget.objects.filter(on_front=True, campaign__state=Campaign.State.RUNNING).order_by("pk").first()
    if asking is None:
        return None
    proved = EmailAddress.objects.filter(user=request.user, verified=True, primary=True)
    address = proved.values_list("email", flat=True).first()
    if not address:
        return None
    return {
        "template": "surveys/embed/front.html",
        "key": asking.key,
        "email": address,
        "hash": signature(asking.secret, address),
    }
