"""Counts of answers that are kept, so that a report of a million costs what one of a thousand costs."""

from django.db import models
from django.db.models import Q

from surveys.campaigns.models import Campaign


class Tally(models.Model):
    """How many answers of one day have one number, as a whole (segment "") and in each segment."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="tallies", db_index=False)
    segment = models.CharField(max_length=8, blank=True)
    value = models.CharField(max_length=60, blank=True)
    day = models.DateField()
    until = models.DateField(null=True)  # when the same people answered anew
    gap = models.PositiveIntegerField(null=True)  # days from `day` to `until`
    score = models.PositiveSmallIntegerField()
    n = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index("campaign", "segment", "day", name="tally_campaign"),
            # Over all of the time: summed in the index alone.
            models.Index(
                "campaign", "segment", "value", "score", "day", "n", name="tally_latest", condition=Q(until=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.segment} {self.day}: {self.n}"


class Tallied(models.Model):
    """Before which day the answers of a survey are in its tallies; those since are counted anew each time."""

    campaign = models.OneToOneField(Campaign, models.CASCADE, primary_key=True, related_name="tallied")
    before = models.DateField()

    def __str__(self) -> str:
        return f"{self.campaign_id} before {self.before}"


class Outdated(models.Model):
    """A day whose tallies are wrong by now: its answers are counted anew each time, until they are tallied again."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="outdated", db_index=False)
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "day"], name="outdated_once")]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.day}"
