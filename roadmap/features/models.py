"""What the company means to build, the ideas that it gathers, and what it has promised."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from community.feedback.models import Listed
from community.feedback.places import Audience, Viewer
from community.lib.slugs import words_of
from community.members.models import Group, Member
from roadmap.ideas.models import Idea
from roadmap.stages.models import Stage

NOUNS = frozenset(("edit", "stage", "ideas", "target", "fit"))  # pages below a feature, which are no title


class Horizon(models.TextChoices):
    NOW = "now", pgettext_lazy("when something comes", "Now")
    NEXT = "next", pgettext_lazy("when something comes", "Next")
    LATER = "later", pgettext_lazy("when something comes", "Later")


class Precision(models.TextChoices):
    HORIZON = "horizon", pgettext_lazy("precision of a target", "Now, next or later")
    QUARTER = "quarter", pgettext_lazy("precision of a target", "A quarter")
    DATE = "date", pgettext_lazy("precision of a target", "A date")


class Confidence(models.TextChoices):
    LOW = "low", pgettext_lazy("confidence in a target", "A hope")
    MEDIUM = "medium", pgettext_lazy("confidence in a target", "Likely")
    HIGH = "high", pgettext_lazy("confidence in a target", "Sure")


def quarter_of(day: date) -> int:
    return (day.month + 2) // 3


def end_of_quarter(year: int, quarter: int) -> date:
    """Its last day; quarters beyond the fourth are those of the next years, and those before the first of the last."""
    year, quarter = year + (quarter - 1) // 4, (quarter - 1) % 4 + 1
    first_after = date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
    return first_after - timedelta(days=1)


class Target(models.Model):
    """When something is meant to come: a horizon, or a day that stands for itself or ends its quarter."""

    precision = models.CharField(
        gettext_lazy("target"), max_length=8, choices=Precision.choices, default=Precision.HORIZON
    )
    horizon = models.CharField(gettext_lazy("when"), max_length=6, choices=Horizon.choices, default=Horizon.LATER)
    due_on = models.DateField(gettext_lazy("day"), null=True, blank=True)
    confidence = models.CharField(
        gettext_lazy("confidence"), max_length=6, choices=Confidence.choices, default=Confidence.MEDIUM
    )

    class Meta:
        abstract = True

    @property
    def local_target(self) -> str:
        """When it comes, in the reader's language: "Next", "Q2 2027" or the day."""
        if self.precision == Precision.HORIZON or self.due_on is None:
            return str(Horizon(self.horizon).label)
        if self.precision == Precision.QUARTER:
            return _("Q%(quarter)d %(year)d") % {"quarter": quarter_of(self.due_on), "year": self.due_on.year}
        return date_format(self.due_on, "DATE_FORMAT")

    def is_same_as(self, other: "Target") -> bool:
        """Whether the public reads the same in both."""
        return (self.local_target, self.confidence) == (other.local_target, other.confidence)


class Feature(Listed, Target):
    """Something planned: its Item has title, text (what, with pictures), area and state, and no author."""

    KIND = "feature"

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="features", db_index=False)
    why = models.CharField(gettext_lazy("why"), max_length=500, blank=True)
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    progress = models.PositiveSmallIntegerField(gettext_lazy("progress in percent"), default=0)
    notes = models.TextField(gettext_lazy("private notes"), blank=True)  # for staff
    rank = models.IntegerField(default=0)  # in its column, the highest first
    moved_at = models.DateTimeField(default=timezone.now)
    ideas = models.ManyToManyField(Idea, through="Part", related_name="features")

    class Meta:
        indexes = [models.Index("stage", "rank", "item", name="feature_stage")]
        constraints = [
            models.CheckConstraint(condition=Q(progress__lte=100), name="feature_progress_percent"),
            models.CheckConstraint(condition=Q(precision="horizon") | Q(due_on__isnull=False), name="feature_due_when"),
        ]

    def __str__(self) -> str:
        return self.item.title

    @staticmethod
    def path_for(pk: int, title: str) -> str:
        words = words_of(title)
        return f"/roadmap/{pk}/{words}{'-' if words in NOUNS else ''}/"


class Part(models.Model):
    """That a feature gathers an idea; mirrored as a Link."""

    feature = models.ForeignKey(Feature, models.CASCADE, related_name="parts", db_index=False)
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="parts")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feature", "idea"], name="part_once")]

    def __str__(self) -> str:
        return f"{self.idea_id} in {self.feature_id}"


class Promise(Target):
    """A target as its readers saw it from `at` on: every one is kept, so that slips show too."""

    feature = models.ForeignKey(Feature, models.CASCADE, related_name="promises", db_index=False)
    reason = models.CharField(gettext_lazy("why it changed"), max_length=300, blank=True)
    # Who could read it when it was said: whoever sees the feature since reads what was said from then on.
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.PUBLIC)
    group = models.ForeignKey(Group, models.SET_NULL, null=True, related_name="+")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index("feature", "id", name="promise_feature")]
        constraints = [
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="promise_audience_known"),
        ]

    def __str__(self) -> str:
        return f"{self.feature_id}: {self.horizon if self.precision == Precision.HORIZON else self.due_on}"

    def was_said_to(self, audience: str, group: Group | None) -> bool:
        """Whether all of these could read it."""
        if self.audience in (Audience.PUBLIC, audience):
            return self.audience != Audience.GROUP or (group is not None and self.group_id == group.pk)
        return self.audience == Audience.MEMBERS and audience != Audience.PUBLIC

    def is_shown_to(self, viewer: Viewer) -> bool:
        if self.audience == Audience.PUBLIC or not viewer.is_authenticated:
            return self.audience == Audience.PUBLIC
        if viewer.is_staff or self.audience == Audience.MEMBERS:
            return True
        return self.audience == Audience.GROUP and self.group_id in viewer.group_ids


class Fit(models.Model):
    """What one customer says of a feature: that it solves it for them, or not yet."""

    feature = models.ForeignKey(Feature, models.CASCADE, related_name="fits", db_index=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    solves = models.BooleanField()
    why = models.CharField(gettext_lazy("what is missing"), max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feature", "member"], name="fit_once")]

    def __str__(self) -> str:
        return f"{self.member_id} of {self.feature_id}: {self.solves}"
