"""Why somebody was asked by a survey, or was not: in words, for staff."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.members.models import Member
from surveys.campaigns.models import Campaign
from surveys.mailing.decide import Verdict, Why, decided
from surveys.people.known import people_of
from surveys.people.models import Person
from surveys.responses.models import Invitation

WORDS = {
    Why.NO_ADDRESS: gettext_lazy("There is no proved e-mail address to ask them at."),
    Why.UNSUBSCRIBED: gettext_lazy("They said that they want no surveys."),
    Why.SUPPRESSED: gettext_lazy("Mail to their address comes back, or was reported as spam."),
    Why.STAFF: gettext_lazy("They are staff: only customers are asked."),
    Why.SUSPENDED: gettext_lazy("Their account is suspended or closed."),
    Why.NOT_MEANT: gettext_lazy("They are not among those whom this survey asks."),
    Why.NOT_DONE: gettext_lazy("They have not done yet what this survey waits for."),
    Why.HOLDOUT: gettext_lazy("They are of those who are never asked, to compare with."),
    Why.NOT_SAMPLED: gettext_lazy("Chance did not choose them for this survey."),
    Why.MAY: gettext_lazy("Nothing stands against it: they are asked when it is their turn."),
}


@dataclass(frozen=True)
class Explained:
    person: Person
    words: str
    was_asked: bool


def explained(campaign: Campaign, person: Person) -> Explained:
    there = Invitation.objects.filter(campaign=campaign, person=person).first()
    if there and there.asked_at:
        return Explained(person, _asked(there), True)
    if there and there.state == Invitation.State.WAITING:
        at = date_format(localtime(there.due_at), "DATETIME_FORMAT")
        return Explained(person, _("They were chosen, and their mail goes out on %(at)s.") % {"at": at}, False)
    return Explained(person, _words(decided(campaign, person), campaign), False)


def found(who: str) -> list[Person]:
    """The people whom staff mean by a name or an address; members are known as soon as they are looked for."""
    members = Member.objects.filter(Q(handle=who.lower()) | Q(name__iexact=who) | Q(email__iexact=who))[:10]
    people_of(members)
    there = Q(address=who.lower()) | Q(name__iexact=who) | Q(member__handle=who.lower()) | Q(external_id=who)
    return list(Person.objects.filter(there).select_related("member", "company")[:10])


def _asked(there: Invitation) -> str:
    at = date_format(localtime(there.asked_at), "DATETIME_FORMAT")
    if there.state == Invitation.State.FAILED:
        return _("They were asked on %(at)s, but the mail could not be delivered.") % {"at": at}
    if there.reminded_at and not there.answered_on and there.state == Invitation.State.SENT:
        words = _("They were asked on %(at)s and reminded on %(again)s, and have not answered.")
        return words % {"at": at, "again": date_format(localtime(there.reminded_at), "DATE_FORMAT")}
    if there.answered_on:
        return _("They were asked on %(at)s, and have answered.") % {"at": at}
    return _("They were asked on %(at)s, and have not answered.") % {"at": at}


def _words(verdict: Verdict, campaign: Campaign) -> str:
    if verdict.why == Why.MAY and campaign.state != Campaign.State.RUNNING:
        return _("Nothing stands against it, but the survey does not run now.")
    if verdict.until is None:
        return str(WORDS[verdict.why])
    until = date_format(localtime(verdict.until), "DATE_FORMAT")
    if verdict.why == Why.KIND_CLOCK:
        return _("A survey of this kind asked them not long ago: they rest until %(until)s.") % {"until": until}
    return _("Another survey asked them not long ago: they rest until %(until)s.") % {"until": until}
