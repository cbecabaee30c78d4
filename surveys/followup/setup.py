"""What following up adds to lower rooms: who hears of wishes and of answers; mails to people, and their way back."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.desk.links import DeskLink, desk_links
from community.lib.isolate import isolated
from community.notifications.inbound.outside import Outside, outside
from community.notifications.models import Notification
from community.notifications.sending import Outbox, outboxes
from community.notifications.suppressions import Outsiders, note_refusal, outsiders
from community.notifications.tell import tell
from community.notifications.topics import Topic, topics
from surveys.campaigns.models import Campaign
from surveys.followup import write
from surveys.followup.contacts import may_hear, waiting
from surveys.followup.letter import SORT, letter
from surveys.followup.models import ContactMail
from surveys.responses.models import ContactRequest, Response
from surveys.responses.respond import contact_asked

ASKED = "survey_contact"


@contact_asked.filler("owner")
def tell_owner(asked: ContactRequest) -> None:
    """In the bell and by mail at their pace; of what was said the mail tells nothing."""
    campaign = Campaign.objects.select_related("owner").get(responses=asked.response_id)
    if campaign.owner is None or not may_hear(campaign.owner):
        return
    detail = {"campaign": campaign.pk, "contact": asked.key}
    if campaign.privacy == Campaign.Privacy.IDENTIFIED:
        tell(campaign.owner, ASKED, item=asked.response.item, detail=detail | {"score": asked.response.score})
    else:
        tell(campaign.owner, ASKED, detail=detail)


def sentence(notification: Notification) -> str:
    words = {"score": notification.detail.get("score", ""), "name": _name(notification)}
    if "score" in notification.detail:
        return _("Somebody who answered %(score)s in “%(name)s” wants to be contacted") % words
    return _("Somebody who answered in “%(name)s” wants to be contacted") % words


def sentence_of_answer(notification: Notification) -> str:
    return _("Whom you wrote to after “%(name)s” has answered") % {"name": _name(notification)}


def sentence_of_return(notification: Notification) -> str:
    return _("A mail to somebody who answered in “%(name)s” came back") % {"name": _name(notification)}


def address(notification: Notification) -> str:
    """Of the page of whoever waits; notifications of earlier versions name the answer alone."""
    key = notification.detail.get("contact")
    return f"/desk/surveys/contacts/{key}/" if key else "/desk/surveys/contacts/"


def _name(notification: Notification) -> str:
    return isolated(str(getattr(notification, "known", None) or ""))


def look_up(notifications: Sequence[Notification]) -> None:
    """The names of the surveys, asked for once."""
    ids = {one.detail.get("campaign") for one in notifications}
    names = dict(Campaign.objects.filter(pk__in=ids).values_list("pk", "name"))
    for one in notifications:
        one.known = names.get(one.detail.get("campaign"), "")


def link() -> DeskLink:
    return DeskLink(_("To be contacted"), "/desk/surveys/contacts/", waiting().count(), "run surveys")


def end(pk: int) -> None:
    """This mail came back."""
    mail = ContactMail.objects.select_related("by").filter(pk=pk).first()
    if mail:
        write.returned(mail)


def end_address(to: str) -> None:
    """The latest mail to this address came back or was refused, as a provider or a mail server tells it."""
    tried = (ContactMail.State.SENT, ContactMail.State.FAILED)
    mail = ContactMail.objects.filter(to=to.lower(), state__in=tried).order_by("-pk").first()
    if mail:
        write.returned(mail)


desk_links.fill("contacts", link)
_BECAUSE = gettext_lazy("You get this because you own this survey.")
_WROTE = gettext_lazy("You get this because you wrote to them, or own this survey.")
topics.fill(ASKED, Topic("horn", sentence, address, because=_BECAUSE, look_up=look_up))
topics.fill(write.ANSWERED, Topic("reply", sentence_of_answer, address, because=_WROTE, look_up=look_up))
topics.fill(write.RETURNED, Topic("warning", sentence_of_return, address, because=_WROTE, look_up=look_up))
outboxes.fill("contacts", Outbox(ContactMail, letter, note_refusal))
outsiders.fill(SORT, Outsiders(end, end_address))
outside.fill(Response.KIND, Outside(write.written_to, write.titles, write.take))
