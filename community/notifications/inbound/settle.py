"""What becomes of a mail that came in: a post, or a reason why not. A task; run twice, it does its work once."""

from contextlib import suppress
from dataclasses import dataclass
from email.message import Message

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import Http404
from django.utils import translation
from django_q.models import Task

from community.feedback.access import open_item
from community.feedback.models import APPEAL, Item
from community.lib.markdown import MarkdownRefused
from community.members import limits
from community.members.models import Member
from community.members.sanctions import Sanction, in_force
from community.notifications.inbound import from_outside, screening
from community.notifications.inbound.answering import AnswerRefused, Answers, answered_through
from community.notifications.inbound.enclosed import Enclosed, belonging, enclose, without_places
from community.notifications.inbound.headers import headers_of
from community.notifications.inbound.inbox import LARGEST
from community.notifications.inbound.mime import Broken, Opened, opened, parsed
from community.notifications.inbound.refusing import Refused, lock
from community.notifications.inbound.said import said_in
from community.notifications.inbound.told import sentence_for, tell_left_out, tell_outsider, tell_refused
from community.notifications.inbound.written import is_empty
from community.notifications.received import InboundMail
from community.notifications.returned import note_returned

State, Reason = InboundMail.State, InboundMail.Reason
_TOLD_NOBODY = (Reason.AUTOMATIC, Reason.LOOP, Reason.BOUNCE, Reason.TOKEN)  # else two programs would write for ever


@dataclass(frozen=True)
class _Answer:
    """Who answers what, once nothing speaks against it."""

    member: Member
    item: Item
    about: Item
    through: Answers


def settle(mail_id: int) -> None:
    """Post the mail or refuse it, once; whatever else goes wrong is tried again by the queue."""
    mail = InboundMail.objects.waiting().select_related("member", "answers").filter(pk=mail_id).first()
    if mail is None:
        return
    InboundMail.objects.filter(pk=mail.pk).update(attempts=F("attempts") + 1)
    with translation.override(_language(mail)):
        try:
            _objected(mail)
            if mail.is_from_outside:
                from_outside.hand_over(mail)
                return
            answer = _answer(mail)
            _post(mail, answer, _words(mail, answer))
        except Refused as refusal:
            _refuse(mail, refusal)


def after_attempt(task: Task) -> None:
    """Called by the cluster after each attempt; after the last one the mail waits for staff."""
    if not task.success and task.attempt_count >= settings.Q_CLUSTER["max_attempts"]:
        InboundMail.objects.filter(pk=task.args[0]).waiting().give_up()


def _language(mail: InboundMail) -> str:
    said = mail.member.language if mail.member else mail.answers.language if mail.answers else ""
    return said or settings.LANGUAGE_CODE


def _objected(mail: InboundMail) -> None:
    """Raise for what the headers say against it; reports of mails that came back are noted on the way."""
    headers = headers_of(mail.content)
    reason = _objection(mail, headers)
    if reason == Reason.BOUNCE:
        with suppress(Broken):  # then it names no mail of ours
            note_returned(parsed(mail.content))
    if reason:
        raise Refused(reason)
    if mail.size > LARGEST:
        raise Refused(Reason.SIZE)


def _objection(mail: InboundMail, headers: Message) -> InboundMail.Reason | None:
    if mail.is_from_outside:
        return from_outside.objection(mail, headers)
    return screening.objection(headers, mail.member) if mail.member else Reason.BOUNCE


def _answer(mail: InboundMail) -> _Answer:
    """Who answers what, by the rights that hold now (ABUSE B27)."""
    member, through = mail.member, answered_through()
    if member is None or through is None or mail.answers_id is None:
        raise Refused(Reason.GONE)
    if not member.is_active or member.is_suspended:
        suspension = in_force(member, Sanction.Kind.SUSPENSION)
        raise Refused(Reason.AWAY, suspension.sentence if suspension else "")
    try:
        item = open_item(member, mail.answers_id, Item.objects.select_related("place"))
    except Http404 as gone:
        raise Refused(Reason.GONE) from gone
    about = through.conversation_of(item)
    why_not = through.why_not(about, member)
    if not item.is_visible:  # staff and its author can still open it
        raise Refused(Reason.GONE)
    if why_not:
        raise Refused(Reason.CLOSED, why_not)
    return _Answer(member, item, about, through)


def _words(mail: InboundMail, answer: _Answer) -> Enclosed:
    """What was written, with the files that belong to it."""
    try:
        parts = opened(mail.content, answer.member.language)
    except Broken as broken:
        raise Refused(Reason.BROKEN) from broken
    markdown = _written(mail, parts, answer)
    if is_empty(without_places(markdown)) and not belonging(parts):
        raise Refused(Reason.EMPTY)
    if answer.about.source != APPEAL:
        try:
            limits.refuse_silenced(answer.member)
        except limits.Silenced as silenced:
            raise Refused(Reason.SILENCED, str(silenced)) from silenced
    enclosed = enclose(markdown, parts, by=answer.member)
    if is_empty(enclosed.markdown):  # of files alone none was taken
        raise Refused(Reason.EMPTY, "\n".join(enclosed.left_out))
    return enclosed


def _written(mail: InboundMail, parts: Opened, answer: _Answer) -> str:
    names = [answer.member.handle, *answer.member.name.split()]
    landmarks = [answer.about.title, f"{settings.SITE_URL}{answer.about.path}"]
    return said_in(parts, headers_of(mail.content), names=names, landmarks=landmarks)


def _post(mail: InboundMail, answer: _Answer, words: Enclosed) -> None:
    try:
        with transaction.atomic():
            if not lock(mail):
                return
            item = answer.through.post(answer.item, answer.member, words.markdown)
            mail.end(State.POSTED, item=item)
            if words.left_out:
                tell_left_out(mail, words.left_out)
    except limits.Silenced as silenced:
        raise Refused(Reason.SILENCED, str(silenced)) from silenced
    except limits.LimitReached as reached:
        raise Refused(Reason.LIMIT, str(reached), words.markdown) from reached
    except MarkdownRefused as refusal:
        raise Refused(Reason.WORDS, str(refusal)) from refusal
    except AnswerRefused as refusal:
        raise Refused(Reason.CLOSED, str(refusal)) from refusal


@transaction.atomic
def _refuse(mail: InboundMail, refusal: Refused) -> None:
    if not lock(mail):
        return
    if refusal.words and mail.member and mail.answers_id:
        _keep(mail.member, mail.answers_id, refusal.words)
    mail.end(State.REFUSED, refusal.reason)
    if refusal.reason not in _TOLD_NOBODY:
        if mail.is_from_outside:
            tell_outsider(mail, refusal.sentence)
        else:
            tell_refused(mail, refusal.sentence or sentence_for(refusal.reason))


def _keep(member: Member, item_id: int, words: str) -> None:
    through = answered_through()
    if through:
        through.keep(through.conversation_of(open_item(member, item_id)), member, words)
