"""The questions of a survey's own that follow the number, what may be chosen, and the words they were asked in."""

from collections.abc import Collection

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from community.members.models import Member
from surveys.campaigns.models import Campaign


class Question(models.Model):
    class Kind(models.TextChoices):
        TEXT = "text", pgettext_lazy("kind of question", "In their own words")
        ONE = "one", pgettext_lazy("kind of question", "One choice")
        SEVERAL = "several", pgettext_lazy("kind of question", "Several choices")

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="questions", db_index=False)
    kind = models.CharField(max_length=7, choices=Kind.choices, default=Kind.TEXT)
    bands = models.JSONField(default=list)  # who is asked (`surveys.campaigns.bands`); none for everybody
    place = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=10)  # it was first written in; every option has words there
    only_if = models.ForeignKey("surveys.Option", models.RESTRICT, null=True, related_name="opens")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["place", "pk"]
        indexes = [models.Index("campaign", "place", "id", name="question_order")]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.pk} {self.kind}"

    @property
    def has_options(self) -> bool:
        return self.kind != self.Kind.TEXT

    def is_for(self, band: str, bands: Collection[str]) -> bool:
        """Whether people of a band are asked; `bands` are those of the survey, whose kind may be another by now."""
        chosen = set(self.bands) & set(bands)
        return not chosen or band in chosen


class Option(models.Model):
    """What can be chosen: the same in every language and version of the words."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="options")
    place = models.PositiveSmallIntegerField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.pk}"


class QuestionWording(models.Model):
    """A question and its options in one language, as they stood from one moment on."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="wordings", db_index=False)
    language = models.CharField(max_length=10)
    version = models.PositiveSmallIntegerField(default=1)
    text = models.CharField(max_length=300)
    options = models.JSONField(default=dict)  # by the option's number; one that is missing is as in the first language
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["language", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["question", "language", "version"], name="question_version_once"),
            models.CheckConstraint(condition=~Q(text=""), name="question_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.language} {self.version}"
