"""What following up adds to lower rooms: the owner of a survey hears of a wish to be contacted; a link at the desk."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.desk.links import DeskLink, desk_links
from community.lib.isolate import isolated
from community.notifications.models import Notification
from community.notifications.tell import tell
from community.notifications.topics import Topic, topics
from surveys.campaigns.models import Campaign
from surveys.followup.contacts import waiting
from surveys.responses.models import ContactRequest
from surveys.responses.respond import contact_asked

ASKED = "survey_contact"


@contact_asked.filler("owner")
def tell_owner(asked: ContactRequest) -> None:
    """In the bell and by mail at their pace; of what was said the mail tells nothing."""
    campaign = Campaign.objects.select_related("owner").get(responses=asked.response_id)
    if campaign.owner:
        item = asked.response.item
        tell(campaign.owner, ASKED, item=item, detail={"campaign": campaign.pk, "score": asked.response.score})


def sentence(notification: Notification) -> str:
    name = getattr(notification, "known", None) or ""
    words = {"score": notification.detail.get("score", ""), "name": isolated(str(name))}
    return _("Somebody who answered %(score)s in “%(name)s” wants to be contacted") % words


def look_up(notifications: Sequence[Notification]) -> None:
    """The names of the surveys, asked for once."""
    ids = {one.detail.get("campaign") for one in notifications}
    names = dict(Campaign.objects.filter(pk__in=ids).values_list("pk", "name"))
    for one in notifications:
        one.known = names.get(one.detail.get("campaign"), "")


def link() -> DeskLink:
    return DeskLink(_("To be contacted"), "/desk/surveys/contacts/", waiting().count(), "run surveys")


desk_links.fill("contacts", link)
_BECAUSE = gettext_lazy("You get this because you own this survey.")
topics.fill(ASKED, Topic("horn", sentence, because=_BECAUSE, look_up=look_up))
