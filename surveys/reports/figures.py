"""What a survey's answers come to: counts first, then the score of them, with everything a score is shown with."""

from dataclasses import dataclass
from math import floor

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value

from community.lib.literals import Literal
from surveys.campaigns.models import Campaign
from surveys.nps import Band, Score
from surveys.reports.measure import bands, measured, name_of, written
from surveys.responses.models import Invitation, Response
from surveys.tallies.cells import counts_by_segment


@dataclass(frozen=True)
class Figures:
    """`counts` are answers by number; the latest of each person alone."""

    campaign: Campaign
    counts: dict[int, int]
    asked: int  # and reached
    answered: int  # of those who were asked
    unconfirmed: int  # opened a number of their mail, or a program did for them, and never confirmed it
    languages: dict[str, int]
    channels: dict[str, int]

    @property
    def n(self) -> int:
        return sum(self.counts.values())

    @property
    def bands(self) -> dict[Band, int]:
        promoters, passives, detractors = bands(self.counts)
        return {Band.DETRACTOR: detractors, Band.PASSIVE: passives, Band.PROMOTER: promoters}

    @property
    def score(self) -> Score:
        """Of NPS, else the share of those who are content."""
        return measured(self.campaign, self.counts)

    @property
    def name(self) -> str:
        return name_of(self.campaign)

    @property
    def points(self) -> str:
        return written(self.campaign, self.score.value)

    @property
    def low(self) -> str:
        return written(self.campaign, self.score.low)

    @property
    def high(self) -> str:
        return written(self.campaign, self.score.high)

    @property
    def rate(self) -> int | None:
        """How many of a hundred who were asked have answered; None while nobody was."""
        return floor(100 * self.answered / self.asked + 0.5) if self.asked else None


def figures(campaign: Campaign) -> Figures:
    """Of one survey. Four queries."""
    found = counts_by_segment(campaign, ("", "language", "channel"))
    languages, channels = (
        {value: sum(counts.values()) for value, counts in found[key].items()} for key in found if key
    )
    asked, answered, unconfirmed = _asked(campaign)
    return Figures(campaign, found[""].get("", {}), asked, answered, unconfirmed, languages, channels)


def _asked(campaign: Campaign) -> tuple[int, int, int]:
    """How many were asked and reached, have answered, and opened a number of their mail without ever confirming it.

    One query of four counts, each of what an index holds: a million invitations are not read for them.
    """
    asked = Invitation.objects.filter(campaign=campaign, asked_at__isnull=False).order_by()
    those = [
        asked,
        asked.filter(answered_on__isnull=False),
        asked.filter(intent__isnull=False, answered_on__isnull=True),
        # Where only the reminder came back, the mail before it did not.
        asked.filter(state=Literal(Invitation.State.FAILED), answered_on__isnull=True, reminded_at__isnull=True),
    ]
    counts = [
        some.values("campaign").annotate(what=Value(number), n=Count("*")).values_list("what", "n")
        for number, some in enumerate(those)
    ]
    told = dict(counts[0].union(*counts[1:], all=True))
    return told.get(0, 0) - told.get(3, 0), told.get(1, 0), told.get(2, 0)


def latest_of_each(answers: QuerySet[Response]) -> QuerySet[Response]:
    """One answer of each person, their latest; those whose person is not kept all count."""
    later = answers.filter(person=OuterRef("person")).filter(
        Q(answered_at__gt=OuterRef("answered_at")) | Q(answered_at=OuterRef("answered_at"), pk__gt=OuterRef("pk"))
    )
    return answers.filter(~Exists(later))
