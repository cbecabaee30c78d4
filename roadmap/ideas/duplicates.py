"""Pairs of ideas as their page shows them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.lib import paging
from community.lib.isolate import isolated
from community.lib.times import moment
from community.members.requests import Request
from roadmap.ideas.likeness import apart_for, pairs_for
from roadmap.ideas.models import Apart, Idea, Likeness
from roadmap.stages.badge import Badge, badge_of

SIZE = 25
BY_SCORE: list[tuple[str, type]] = [("score", float), ("pk", int)]
LATEST: list[tuple[str, type]] = [("pk", int)]


@dataclass(frozen=True)
class Half:
    title: str
    url: str
    language: str
    badge: Badge | None
    votes: str


@dataclass(frozen=True)
class Pair:
    halves: tuple[Half, Half]  # the more wanted first
    score: str = ""
    merge_url: str = ""  # of the less wanted into the other
    act_url: str = ""  # that they are two, or that they may not be
    said: str = ""  # who said that they are two
    iso: str = ""
    when: str = ""


@dataclass(frozen=True)
class Pairs:
    rows: list[Pair]
    after: str | None


def possible(request: Request) -> Pairs:
    """The most alike first. One query."""
    page = paging.page(pairs_for(request.user), BY_SCORE, request.GET.get("after", ""), SIZE)
    return Pairs([_possible(one) for one in page.rows], page.after)


def settled(request: Request) -> Pairs:
    """What somebody said are two, the latest first. One query."""
    page = paging.page(apart_for(request.user), LATEST, request.GET.get("after", ""), SIZE)
    return Pairs([_settled(one) for one in page.rows], page.after)


def _possible(pair: Likeness) -> Pair:
    more, less = _by_votes(pair.one, pair.other)
    return Pair(
        halves=(_half(more), _half(less)),
        score=_("%(n)d %% alike") % {"n": round(100 * pair.score)},
        merge_url=f"/ideas/{less.pk}/merge/?into={more.pk}",
        act_url=f"/desk/duplicates/{pair.one_id}/{pair.other_id}/apart/",
    )


def _settled(apart: Apart) -> Pair:
    more, less = _by_votes(apart.one, apart.other)
    at = moment(apart.at)
    name = isolated(apart.by.display_name) if apart.by else _("Somebody")
    return Pair(
        halves=(_half(more), _half(less)),
        act_url=f"/desk/duplicates/{apart.one_id}/{apart.other_id}/apart/withdrawal/",
        said=_("%(name)s said that these are two.") % {"name": name},
        iso=at.iso,
        when=at.text,
    )


def _by_votes(one: Idea, other: Idea) -> tuple[Idea, Idea]:
    """The more wanted first, or the older one."""
    return (other, one) if other.item.vote_count > one.item.vote_count else (one, other)


def _half(idea: Idea) -> Half:
    item = idea.item
    votes = ngettext("%(n)d vote", "%(n)d votes", item.vote_count) % {"n": item.vote_count}
    return Half(item.title, item.path, item.language, badge_of(idea.stage), votes)
