"""The page /open/: numbers with what they mean, the ideas that wait longest, and what shipped with whom to thank."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from community.feedback.models import Item, Link
from community.feedback.places import GUEST
from community.lib import charts
from community.lib.times import Moment, moment
from roadmap.features.models import end_of_quarter, quarter_of
from roadmap.ideas.models import Idea
from roadmap.openness import thanks
from roadmap.openness.figures import Counted, current
from roadmap.releases.models import Release
from roadmap.releases.page import published

SHIPPED = 12  # releases of the quarter that are named, the latest
NAMED = 20  # people thanked with each
COLOURS = {"delivered": "green", "open": "blue", "declined": "red", "merged": "slate"}


@dataclass(slots=True)
class Waiting:
    title: str
    url: str
    language: str
    votes: str
    since: Moment


@dataclass(slots=True)
class Shipped:
    title: str
    url: str
    language: str
    at: Moment
    ideas: int = 0
    votes: int = 0
    thanked: list[tuple[str, str]] = field(default_factory=list)  # (name, address)
    others: int = 0  # who asked, and are not named

    @property
    def because(self) -> str:
        """For how many ideas and votes it was made."""
        words = ngettext("%(n)d idea", "%(n)d ideas", self.ideas) % {"n": self.ideas}
        votes = ngettext("%(n)d vote", "%(n)d votes", self.votes) % {"n": self.votes}
        return pgettext("between two of a list", ", ").join((words, votes))


@dataclass(slots=True)
class OpenPage:
    at: Moment
    share: str
    days: str
    answered: int
    chart: dict[str, Any] | None
    waiting: list[Waiting]
    quarter: str
    shipped: list[Shipped]


def open_page() -> OpenPage:
    """The same for everybody: what a guest may read. Six queries."""
    counted, at = current()
    began = _quarter_began()
    return OpenPage(
        at=moment(at),
        share=_percent(counted.share),
        days=_days(counted.days),
        answered=counted.answered,
        chart=_chart(counted) if sum(counted.votes.values()) else None,
        waiting=_waiting(counted.waiting),
        quarter=_("Q%(quarter)d %(year)d") % {"quarter": quarter_of(began), "year": began.year},
        shipped=_shipped(began),
    )


def _percent(share: float | None) -> str:
    return "" if share is None else pgettext("percent", "%(n)d %%") % {"n": int(share + 0.5)}


def _days(days: float | None) -> str:
    if days is None:
        return ""
    if days < 1:
        return _("less than a day")
    whole = int(days + 0.5)
    return ngettext("%(n)d day", "%(n)d days", whole) % {"n": whole}


def _chart(counted: Counted) -> dict[str, Any]:
    names = {
        "delivered": pgettext("votes", "Delivered"),
        "open": pgettext("votes", "Open"),
        "declined": pgettext("votes", "Not planned"),
        "merged": pgettext("votes", "Merged"),
    }
    parts = [charts.Part(names[key], counted.votes[key], colour) for key, colour in COLOURS.items()]
    title = _("What became of the votes")
    return {
        "title": title,
        "svg": charts.shares(title, parts, rtl=translation.get_language_bidi()),
        "columns": [_("What became of them"), _("Votes")],
        "rows": [(part.name, [int(part.value)]) for part in parts],
        "legend": [(part.name, part.colour, str(int(part.value))) for part in parts],
    }


def _waiting(ids: list[int]) -> list[Waiting]:
    """As far as they still wait and everybody may read them."""
    items = Item.objects.visible_to(GUEST).listed().filter(pk__in=ids, idea__answered_at=None)
    rows = items.without_words().order_by("created_at", "pk")
    return [
        Waiting(
            one.title, one.path, one.language,
            ngettext("%(n)d vote", "%(n)d votes", one.vote_count) % {"n": one.vote_count}, moment(one.created_at),
        )
        for one in rows
    ]  # fmt: skip


def _quarter_began() -> date:
    """The first day of the quarter that is running, in UTC."""
    today = timezone.now().date()
    return end_of_quarter(today.year, quarter_of(today) - 1) + timedelta(days=1)


def _shipped(begun: date) -> list[Shipped]:
    """Releases of this quarter, and who suggested what they brought, as far as they want to be named."""
    lately = published().filter(published_at__gte=datetime.combine(begun, time.min, UTC))
    releases = list(lately.order_by("-published_at", "-pk")[:SHIPPED])
    shown = {one.pk: _release(one) for one in releases}
    ideas = Item.objects.visible_to(GUEST).listed().filter(kind=Idea.KIND)
    links = Link.objects.filter(kind=Link.Kind.SHIPPED_IN, target__in=shown, source__in=ideas.values("pk"))
    askers: dict[int, set[int]] = {pk: set() for pk in shown}
    for release, author, votes in links.values_list("target", "source__author", "source__vote_count"):
        shown[release].ideas += 1
        shown[release].votes += votes
        if author:
            askers[release].add(author)
    named = thanks.named({pk for some in askers.values() for pk in some})
    for release, some in askers.items():
        members = sorted((named[pk] for pk in some if pk in named), key=lambda one: one.handle)[:NAMED]
        shown[release].thanked = [(f"@{one.handle}", one.get_absolute_url()) for one in members]
        shown[release].others = len(some) - len(members)
    return list(shown.values())


def _release(release: Release) -> Shipped:
    item = release.item
    return Shipped(item.title, item.path, item.language, moment(release.published_at or item.created_at))
