"""Writing to somebody who wants to be contacted, and taking what they answer."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community.feedback.models import Item
from community.lib import markdown
from community.members.limits import LimitReached
from community.members.models import Member
from community.notifications import pumps
from community.notifications.inbound.answering import AnswerRefused
from community.notifications.inbound.outside import Came
from community.notifications.tell import tell
from surveys.followup.contacts import contacted, may_hear
from surveys.followup.models import ContactAnswer, ContactMail
from surveys.followup.reach import address_of, why_not
from surveys.responses.models import ContactRequest

ANSWERED, RETURNED = "survey_mail", "survey_mail_back"  # topics of notifications
MOST_A_DAY = 30  # answers in one conversation


class Unreachable(Exception):
    """Carries a sentence that says why no mail can go to them."""


@transaction.atomic
def write(asked: ContactRequest, title: str, body: str, *, by: Member, key: str) -> ContactMail:
    """Put a mail on its way and note that they were contacted. The same key is the same mail.

    Raises Unreachable and `markdown.MarkdownRefused`.
    """
    asked = _locked(asked.pk)
    there = ContactMail.objects.filter(key=key, request=asked).first()
    if there:
        return there
    address = address_of(asked)
    if refusal := why_not(address):
        raise Unreachable(refusal)
    body = _checked(body)
    now = timezone.now()
    mail = ContactMail.objects.create(request=asked, by=by, to=address, title=title, body=body, key=key, due_at=now)
    if asked.written_at is None:
        ContactRequest.objects.filter(pk=asked.pk).update(written_at=now)
    contacted(asked, by=by)
    pumps.start()
    return mail


def written_to(item: Item) -> list[str]:
    mails = ContactMail.objects.filter(request=item.pk).order_by("-pk")
    return list(dict.fromkeys(mails.values_list("to", flat=True)))


def titles(item: Item) -> list[str]:
    return list(ContactMail.objects.filter(request=item.pk).order_by("-pk").values_list("title", flat=True)[:5])


@transaction.atomic
def take(item: Item, came: Came) -> None:
    """Put what they answered into the conversation, and tell whoever wrote to them."""
    asked = _locked(item.pk)
    since = timezone.now() - timedelta(days=1)
    if asked.answers.filter(at__gt=since).count() >= MOST_A_DAY:
        raise LimitReached(_("So many mails came from you today that no more are taken. Write again tomorrow."))
    ContactAnswer.objects.create(
        request=asked, sender=came.sender, title=came.subject, body=_checked(came.markdown), name=came.name,
        files=came.files,
    )  # fmt: skip
    last = asked.mails.select_related("by").order_by("-pk").first()
    tell_about(asked, ANSWERED, last.by if last else None)


@transaction.atomic
def returned(mail: ContactMail) -> None:
    """Note that it came back, and tell who wrote it; the first report counts."""
    if ContactMail.objects.filter(pk=mail.pk, returned_at=None).update(returned_at=timezone.now()):
        tell_about(mail.request, RETURNED, mail.by)


def tell_about(asked: ContactRequest, topic: str, writer: Member | None) -> None:
    """Tell them, or the owner of the survey once they are no staff any more; nobody where neither is.

    Of a survey that keeps its answers from staff the notification names no item: it would lead to the answer.
    """
    campaign = asked.response.campaign
    hearer = next((one for one in (writer, campaign.owner) if may_hear(one)), None)
    if hearer:
        item = asked.response.item if asked.tells_answer else None
        tell(hearer, topic, item=item, detail={"campaign": campaign.pk, "contact": asked.key})


def _locked(pk: int) -> ContactRequest:
    rows = ContactRequest.objects.select_for_update(no_key=True, of=("self",))
    found = rows.select_related("response__campaign__owner", "response__item", "response__person").filter(pk=pk).first()
    if found is None:
        raise AnswerRefused(_("The conversation is gone."))
    return found


def _checked(body: str) -> str:
    """Words that can be shown. Raises MarkdownRefused."""
    body = markdown.check_text(body)
    markdown.render(body)
    return body
