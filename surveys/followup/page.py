"""A conversation with somebody who wants to be contacted, as staff see it."""

import re
from dataclasses import dataclass
from itertools import pairwise

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from community.lib import markdown
from community.lib.times import Moment, moment
from surveys.followup.models import ContactAnswer, ContactMail
from surveys.responses.models import ContactRequest

MOST = 100  # mails of each side
# What mail programs put before the subject of an answer, in our languages too.
_RE = re.compile(r"^(?:(?:re|aw|odp|ตอบ|رد|회신)\s*:\s*)+", re.IGNORECASE)


@dataclass
class Said:
    """One mail, of staff or of the person."""

    who: str
    is_staff: bool
    title: str
    html: str
    at: Moment
    state: str
    is_lost: bool
    files: list[str]
    is_about_the_same: bool = False  # as the one before it


def conversation(asked: ContactRequest) -> list[Said]:
    """In the order of time. Two queries."""
    mails = [(one.created_at, _mail(one)) for one in asked.mails.select_related("by").order_by("-pk")[:MOST]]
    answers = [(one.at, _answer(one)) for one in asked.answers.order_by("-pk")[:MOST]]
    said = [one for _at, one in sorted([*mails, *answers], key=lambda one: one[0])]
    for before, one in pairwise(said):
        one.is_about_the_same = _plain(one.title) == _plain(before.title)
    return said


def next_title(asked: ContactRequest, said: list[Said]) -> str:
    """What the next mail is about: what the last one was, or our question, in the language of the person."""
    if said:
        title = said[-1].title
        return title if _RE.match(title) else f"Re: {title}"[:150]
    with translation.override(asked.response.item.language or translation.get_language()):
        return _("Your answer to our question")


def _plain(title: str) -> str:
    return _RE.sub("", title).strip().casefold()


def _mail(one: ContactMail) -> Said:
    who = one.by.display_name if one.by else _("Staff")
    is_lost = one.returned_at is not None or one.state in (ContactMail.State.FAILED, ContactMail.State.DROPPED)
    return Said(who, True, one.title, markdown.render(one.body).html, moment(one.created_at), _state(one), is_lost, [])


def _answer(one: ContactAnswer) -> Said:
    return Said(one.sender, False, one.title, markdown.render(one.body).html, moment(one.at), "", False, one.files)


def _state(one: ContactMail) -> str:
    if one.returned_at:
        return _("Came back: it could not be delivered.")
    return {
        ContactMail.State.WAITING: pgettext("state of a mail", "On its way"),
        ContactMail.State.SENT: pgettext("state of a mail", "Sent"),
        ContactMail.State.DROPPED: _("Not sent: this address takes no mail any more."),
        ContactMail.State.FAILED: _("Not sent: the mail server did not take it."),
    }[ContactMail.State(one.state)]
