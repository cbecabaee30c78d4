"""The answers behind a number, as staff may read them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from community.lib.literals import Literal
from community.lib.paging import Page, page
from community.lib.times import Moment, moment
from surveys.campaigns.models import Campaign
from surveys.nps import FEWEST, Band
from surveys.reports.figures import latest_of_each
from surveys.reports.forms import AnswersForm
from surveys.reports.guard import hidden, is_guarded
from surveys.reports.trend import open_months
from surveys.responses.models import Response
from surveys.tallies.cells import SEGMENTS, counts_by_segment, start_of

AT_ONCE = 20
MOST_COUNTED = 1_000
COLOURS = {Band.PROMOTER: "green", Band.PASSIVE: "amber", Band.DETRACTOR: "red"}
SCORES = {"detractor": (0, 6), "passive": (7, 8), "promoter": (9, 10)}


@dataclass(frozen=True)
class Answer:
    """One answer as staff see it; who, when, where and in which language is left
    empty where the survey promised not to tell."""

    pk: int
    score: int
    colour: str
    who: str
    url: str
    html: str
    language: str
    company: str
    plan: str
    at: Moment | None
    quoted_as: str  # the name under which they let their words be shown


@dataclass(frozen=True)
class Found:
    answers: list[Answer]
    after: str | None
    n: int  # MOST_COUNTED + 1 for more
    why_not: str = ""  # they are not shown

    @property
    def has_more(self) -> bool:
        return self.n > MOST_COUNTED


def of(campaign: Campaign) -> QuerySet[Response]:
    return Response.objects.filter(campaign=campaign)


def numbers_of(campaign: Campaign) -> dict[str, dict[str, int]]:
    """Segment → its values → how many people's latest answer that is. Three queries."""
    found = counts_by_segment(campaign, list(SEGMENTS))
    return {key: {value: sum(some.values()) for value, some in counts.items()} for key, counts in found.items()}


def filters_of(campaign: Campaign, query: Any) -> AnswersForm:
    """Bound to what was asked for; offers only what there is, and what may be shown. Three queries, or six."""
    numbers = numbers_of(campaign)
    months = open_months(campaign) if is_guarded(campaign) else []
    values = {
        key: [value for value in some if value not in (hidden(some) if is_guarded(campaign) else ())]
        if len(some) > 1
        else []
        for key, some in numbers.items()
    }
    return AnswersForm(query, campaign=campaign, values=values, months=months)


def answers(form: AnswersForm, cursor: str = "") -> Found:
    """Those that a form asks for, which has been found valid: the latest of each person in its time. Four queries."""
    campaign = form.campaign
    if refusal := why_not(campaign):
        return Found([], None, 0, refusal)
    rows = latest_of_each(_within(of(campaign), *form.window))
    rows = _narrowed(rows, form)
    found, after = _page(campaign, rows, cursor)
    # In the order of the list: an index has it, whatever else the rows are asked for.
    number = rows.order_by(*(f"-{name}" for name, _kind in _order(campaign)))[: MOST_COUNTED + 1].count()
    return Found(found, after, number)


def why_not(campaign: Campaign) -> str:
    """Why no single answer of this survey is shown yet; "" where they are. One query, or none."""
    if not is_guarded(campaign) or latest_of_each(of(campaign)).order_by("-answered_at")[:FEWEST].count() >= FEWEST:
        return ""
    return too_few()


def too_few() -> str:
    words = _("Under %(fewest)d answers this survey shows none of them, so that nobody is told apart.")
    return words % {"fewest": FEWEST}


def latest(campaign: Campaign) -> Found:
    """The latest answers of the survey, for its first page."""
    found, after = _page(campaign, latest_of_each(of(campaign)), "")
    return Found(found, after, len(found))


def _page(campaign: Campaign, rows: QuerySet[Response], cursor: str) -> tuple[list[Answer], str | None]:
    """Which they are first, and then all about them: with six tables joined, SQLite reads a million before it sorts."""
    found: Page[Response] = page(rows.only("answered_at"), _order(campaign), cursor, AT_ONCE)
    there = {one.pk: one for one in with_all(Response.objects.filter(pk__in=[one.pk for one in found.rows]))}
    return [shown(campaign, there[one.pk]) for one in found.rows if one.pk in there], found.after


def _order(campaign: Campaign) -> list[tuple[str, type]]:
    """A cursor stands in the address: it tells no time where the page tells none."""
    return [("pk", int)] if is_guarded(campaign) else [("answered_at", datetime), ("pk", int)]


def _within(rows: QuerySet[Response], begin: date | None, end: date | None) -> QuerySet[Response]:
    rows = rows.filter(answered_at__gte=start_of(begin)) if begin else rows
    return rows.filter(answered_at__lt=start_of(end)) if end else rows


def _narrowed(rows: QuerySet[Response], form: AnswersForm) -> QuerySet[Response]:
    said = form.cleaned_data
    if said.get("band"):
        least, most = SCORES[said["band"]]
        # As parameters PostgreSQL takes them for few, and reads the whole survey to count a thousand.
        rows = rows.filter(score__gte=Literal(least), score__lte=Literal(most))
    if said.get("score"):
        rows = rows.filter(score=int(said["score"]))
    if said.get("words"):
        rows = rows.exclude(item__body="")
    if said.get("quotes"):
        rows = rows.filter(quote__isnull=False)
    for segment, value in form.narrowed.items():
        rows = rows.alias(**{f"in_{segment}": SEGMENTS[segment]}).filter(**{f"in_{segment}": value})
    return rows


def with_all(rows: QuerySet[Response]) -> QuerySet[Response]:
    return rows.select_related("item", "campaign", "company", "person__member", "wording", "quote")


def shown(campaign: Campaign, one: Response) -> Answer:
    names = not is_guarded(campaign)
    person = one.person if names else None
    return Answer(
        pk=one.pk,
        score=one.score,
        colour=COLOURS[Band(campaign.band_of(one.score))] if campaign.is_nps else "slate",
        who=str(person) if person else "",
        url=person.member.get_absolute_url() if person and person.member else "",
        html=one.item.html,
        language=one.item.language if names else "",
        company=one.company.name if one.company and names else "",
        plan=one.plan if names else "",
        at=moment(one.answered_at) if names else None,
        quoted_as=quoted_as(one),
    )


def quoted_as(one: Response) -> str:
    """Chosen by them to stand beside their words, so that it is told in surveys too that show nobody else's name."""
    quote = getattr(one, "quote", None)
    return quote.name if quote else ""
