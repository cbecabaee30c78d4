"""What somebody asked for, voted for and follows, and what became of it."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from community.feedback.models import Item, ItemQuerySet, Link, Vote
from community.lib import paging
from community.lib.times import Moment, moment
from community.members.models import Member
from community.members.requests import MemberRequest
from community.notifications.models import Follow
from roadmap.features.models import Feature
from roadmap.ideas.models import Idea
from roadmap.ideas.supporters import HEARING
from roadmap.releases.models import Release
from roadmap.stages.badge import Badge, badge_of
from roadmap.stages.chain import Chain, chains_of
from roadmap.stages.directory import stages

SIZE = 20
LATEST = 5  # releases that are named above the list
SHOWN: dict[str, Promise] = {
    "": pgettext_lazy("what I did for an idea", "All"),
    "asked": pgettext_lazy("what I did for an idea", "I asked"),
    "voted": pgettext_lazy("what I did for an idea", "I voted"),
    "followed": pgettext_lazy("what I did for an idea", "I follow"),
}


@dataclass(slots=True)
class Row:
    title: str
    url: str
    language: str
    why: str
    badge: Badge | None
    chain: Chain
    votes: int


@dataclass(slots=True)
class Shipped:
    """A release that came of what they asked or voted for."""

    title: str
    url: str
    at: Moment
    with_whom: str = ""


@dataclass(slots=True)
class Impact:
    rows: list[Row]
    after: str | None
    shipped: list[Shipped]


def impact(request: MemberRequest, *, shown: str, after: str) -> Impact:
    """One page of it. Seven queries."""
    me = request.user
    items = Item.objects.visible_to(me).listed().filter(kind__in=(Idea.KIND, Feature.KIND))
    page = paging.page(items.filter(_mine(me)[shown]).without_words(), [("pk", int)], after, SIZE)
    ids = [one.pk for one in page.rows]
    votes = {vote.item_id: vote for vote in Vote.objects.filter(member=me, item__in=ids)}
    known, chains = stages(request.site), chains_of(ids, request)
    rows = [
        Row(
            one.title, one.path, one.language, _why(one, me, votes.get(one.pk)), badge_of(known.get(one.stage)),
            chains[one.pk], one.vote_count,
        )
        for one in page.rows
    ]  # fmt: skip
    return Impact(rows, page.after, _shipped(me, items) if not after else [])


def _mine(me: Member) -> dict[str, Q]:
    """By what is shown: numbers are looked up one by one, so that no list of all ideas is read."""
    asked = Q(pk__in=Item.objects.filter(author=me.pk, kind=Idea.KIND).values("pk"))
    voted = Q(pk__in=Vote.objects.filter(member=me.pk).values("item"))
    followed = Q(pk__in=Follow.objects.filter(member=me.pk, item__isnull=False, level__in=HEARING).values("item"))
    return {"": asked | voted | followed, "asked": asked, "voted": voted, "followed": followed}


def _why(item: Item, me: Member, vote: Vote | None) -> str:
    if item.author_id == me.pk:
        return _("You asked for it in %(month)s") % {"month": date_format(item.created_at, "YEAR_MONTH_FORMAT")}
    if vote is None:
        return _("You follow it")
    words = _("You voted for it in %(month)s") if vote.is_own else _("Our staff noted it for you in %(month)s")
    return words % {"month": date_format(vote.created_at, "YEAR_MONTH_FORMAT")}


def _shipped(me: Member, items: ItemQuerySet) -> list[Shipped]:
    """The latest releases that fulfil something of theirs, with how many others wanted the same. Two queries."""
    mine = _mine(me)
    wanted = items.filter(mine["asked"] | mine["voted"])
    links = Link.objects.filter(kind=Link.Kind.SHIPPED_IN, source__in=wanted.values("pk"))
    releases = Item.objects.visible_to(me).listed().filter(kind=Release.KIND, pk__in=links.values("target"))
    latest = list(releases.without_words().order_by("-created_at", "-pk")[:LATEST])
    others: dict[int, int] = {}
    for release, votes in links.filter(target__in=latest).values_list("target", "source__vote_count"):
        others[release] = max(others.get(release, 0), votes - 1)
    return [Shipped(one.title, one.path, moment(one.created_at), _with(others.get(one.pk, 0))) for one in latest]


def _with(others: int) -> str:
    if others < 1:
        return ""
    return ngettext("with %(n)d other who wanted it", "with %(n)d others who wanted it", others) % {"n": others}
