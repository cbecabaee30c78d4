"""Who voted for an idea: as staff read it, with what they took down apart, and as the setting lets customers."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from community.feedback.models import Item, Vote
from community.feedback.places import Viewer
from community.lib import paging
from community.lib.avatars import Avatar, colour_of, initials_of
from community.lib.isolate import isolated
from community.lib.safe_links import Reach, reach
from community.lib.times import moment
from community.members.ignoring import Ignore
from community.members.models import Member
from community.members.requests import Request
from roadmap.ideas.models import Importance, OnBehalf

SIZE = 30
FACES = 5
KEY = [("pk", int)]  # the latest first


@dataclass(slots=True)
class Voter:
    name: str
    url: str  # of their profile
    company: str
    avatar: Avatar
    iso: str
    when: str
    level: str = ""
    why: str = ""
    apart: str = ""  # by whom and from where, of one that staff took down first
    reference: str = ""
    reference_url: str = ""
    person: str = ""
    email: str = ""
    strike_url: str = ""


@dataclass(frozen=True)
class Voters:
    rows: list[Voter]
    after: str | None


def voters_of(item: Item, request: Request, *, only_apart: bool) -> Voters:
    """A page of them, in one query."""
    rows = Vote.objects.filter(item=item).select_related("member__company", "company", "importance", "on_behalf__by")
    if only_apart:
        rows = rows.filter(is_own=False)
    page = paging.page(rows, KEY, request.GET.get("after", ""), SIZE)
    return Voters([_voter(one) for one in page.rows], page.after)


def named_voters(item: Item, viewer: Viewer) -> QuerySet[Vote]:
    """Those whom customers may read of: who cast the vote themselves, is not away, and is not ignored by the viewer."""
    here = Q(member__suspended_until=None) | Q(member__suspended_until__lte=timezone.now())
    rows = Vote.objects.filter(here, item=item, is_own=True, member__is_active=True).select_related("member")
    if viewer.is_authenticated and viewer.is_ignoring:
        rows = rows.exclude(member__in=Ignore.objects.filter(member=viewer.pk).values("ignored"))
    return rows


def faces_of(item: Item, viewer: Viewer) -> list[Avatar]:
    """Of the latest, for its page."""
    rows = named_voters(item, viewer).order_by("-pk")[:FACES]
    return [one.member.avatar for one in rows if one.member]


def voters_for_customers(item: Item, request: Request) -> Voters:
    """A page of their names, in one query."""
    page = paging.page(named_voters(item, request.user), KEY, request.GET.get("after", ""), SIZE)
    return Voters([_named(one.member, one.created_at) for one in page.rows if one.member], page.after)


def _named(member: Member, voted_at: datetime) -> Voter:
    at = moment(voted_at)
    return Voter(member.display_name, member.get_absolute_url(), "", member.avatar, at.iso, at.text)


def _voter(vote: Vote) -> Voter:
    member, at = vote.member, moment(vote.created_at)
    company = member.company if member else vote.company
    name = member.display_name if member else company.name if company else _("A company that is gone")
    said: Importance | OnBehalf | None = getattr(vote, "importance", None)
    heard: OnBehalf | None = getattr(vote, "on_behalf", None)
    said = said or heard
    voter = Voter(
        name=name,
        url=member.get_absolute_url() if member else "",
        company=company.name if member and company else "",
        avatar=member.avatar if member else Avatar(initials_of(name), colour_of(name), ""),
        iso=at.iso,
        when=at.text,
        level=said.get_level_display() if said else "",
        why=said.why if said else "",
    )
    if heard or not vote.is_own:
        _set_apart(voter, vote, heard)
    return voter


def _set_apart(voter: Voter, vote: Vote, heard: OnBehalf | None) -> None:
    by = isolated(heard.by.display_name) if heard and heard.by else pgettext("who took a vote down", "staff")
    source = heard.get_source_display() if heard else ""
    words = _("Taken down by %(name)s · %(source)s")
    if vote.is_own:
        words = _("Their own vote, first taken down by %(name)s · %(source)s")
    else:
        voter.strike_url = f"/ideas/{vote.item_id}/votes/{vote.pk}/withdrawal/"
    voter.apart = words % {"name": by, "source": source}
    if heard:
        voter.reference, voter.person, voter.email = heard.reference, heard.person, heard.email
        is_address = heard.reference.startswith(("https://", "http://", "/ideas/"))
        is_address = is_address and reach(heard.reference) is not Reach.NOWHERE
        voter.reference_url = heard.reference if is_address else ""
