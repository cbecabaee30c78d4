"""Telling people what became of a mail of theirs: at the address that we know, never at the one it came from."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from community.feedback.access import may_read
from community.members.mail import queue_mail
from community.members.models import Site
from community.notifications.inbound.outside import outside
from community.notifications.joining import reachable
from community.notifications.received import InboundMail, InboundMailQuerySet

MOST_A_DAY = 5  # to one reader: whoever knows their reply address must not fill their mailbox
Reason = InboundMail.Reason


def sentence_for(reason: str) -> str:
    """What happened and what to do, where no rule says it in its own words."""
    return {
        Reason.SENDER: _(
            "It came from an address that you have not confirmed here. Send it from one that you have, "
            "or add the address: %(url)s"
        )
        % {"url": f"{settings.SITE_URL}/accounts/email/"},
        Reason.FORGED: _("Our mail server found that it may not be from you. If it was, write your reply on the site."),
        Reason.SIZE: _("It has more than 12 MB. Send it again with smaller files, or with none."),
        Reason.BROKEN: _("We could not read it. Send it again as plain text, or write your reply on the site."),
        Reason.EMPTY: _("We found nothing in it but quoted text. Write above the quoted text, and send it again."),
        Reason.GONE: _("What you answered cannot be read any more, or not by you."),
        Reason.AWAY: _("Your account is suspended."),
    }.get(Reason(reason), "")


def tell_refused(mail: InboundMail, sentence: str) -> None:
    """Say why it was not posted; call it in the transaction that ends the row."""
    words = _(
        "Your mail of %(at)s was not posted.\n\n%(why)s\n\nYou can always write on the site: %(url)s",
    )
    _tell(mail, _("Your reply was not posted"), words, sentence)


def tell_outsider(mail: InboundMail, sentence: str) -> None:
    """Say to somebody without an account why what they answered did not arrive: at the address that we wrote to."""
    through = outside.get(mail.answers.kind) if mail.answers else None
    written_to = through.written_to(mail.answers) if through and mail.answers else []
    told = InboundMail.objects.filter(member=None, answers=mail.answers)
    if not written_to or _was_told_enough(told):
        return
    own = {
        Reason.SENDER: _("It came from another address than the one that we wrote to. Send it again from that one."),
        Reason.FORGED: _("Our mail server found that it may not be from you."),
        Reason.BROKEN: _("We could not read it. Send it again as plain text."),
    }
    why = sentence or own.get(Reason(mail.reason)) or sentence_for(mail.reason)
    words = _("Your mail of %(at)s did not arrive.\n\n%(why)s") % {"at": _at(mail), "why": why}
    subject = _("Your answer did not arrive")
    queue_mail(written_to[0], f"[{Site.current().name}] {subject}", words, answers_mail=True)
    InboundMail.objects.filter(pk=mail.pk).update(told_at=timezone.now())


def tell_left_out(mail: InboundMail, left_out: list[str]) -> None:
    """Say which files are missing from what was posted."""
    words = _("Your reply of %(at)s is posted, without these files:\n\n%(why)s\n\nYour reply: %(url)s")
    _tell(mail, _("Your reply is posted, without some files"), words, "\n".join(left_out))


def _tell(mail: InboundMail, subject: str, words: str, why: str) -> None:
    member = mail.member
    address = reachable([member.pk]).get(member.pk) if member else None
    if member is None or address is None or _was_told_enough(InboundMail.objects.filter(member=member)):
        return
    item = mail.item or mail.answers
    # What they may not read any more is not named either: its address says its title (ABUSE B27).
    is_shown = item is not None and mail.reason != Reason.AWAY and may_read(member, item.pk)
    url = settings.SITE_URL + (item.get_absolute_url() if item and is_shown else "/")
    said = words % {"at": _at(mail), "why": why, "url": url}
    queue_mail(address, f"[{Site.current().name}] {subject}", said, answers_mail=True)
    InboundMail.objects.filter(pk=mail.pk).update(told_at=timezone.now())


def _at(mail: InboundMail) -> str:
    return timezone.localtime(mail.received_at).strftime("%Y-%m-%d %H:%M %Z")


def _was_told_enough(theirs: InboundMailQuerySet) -> bool:
    since = timezone.now() - timedelta(days=1)
    return theirs.filter(told_at__gt=since).count() >= MOST_A_DAY
