"""What customers suggest, the product areas that it is about, and how much it matters to them."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.feedback.models import Item, Listed, Vote
from community.feedback.places import Place, addresses
from community.lib.slugs import words_of
from community.members.models import Member, Site
from roadmap.stages.models import Move, Stage

NOUNS = frozenset(("edit", "stage", "merge", "split", "importance", "votes"))  # pages below an idea, which are no title
# Private, as the form of an idea says it: to its author's company, or to its author and staff alone.
CLOSED = (Item.Visibility.COMPANY, Item.Visibility.PRIVATE)
AREA = "area"  # the kind of place that ideas, features and entries of releases are about


class Area(Place):
    """A Place of the kind "area", for the admin: it has no particulars."""

    class Meta:
        proxy = True
        verbose_name = _("product area")
        verbose_name_plural = _("product areas")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.kind = AREA
        super().save(*args, **kwargs)


def address_of_area(place: Place) -> str:
    return f"/ideas/?area={place.slug}"


addresses.fill(AREA, address_of_area)


class Idea(Listed):
    KIND = "idea"

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="ideas", db_index=False)
    # What lists are sorted by: see roadmap.ideas.heat.
    heat = models.FloatField(default=0.0)
    moved_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)  # by staff, officially, for the first time
    is_weighed = models.BooleanField(default=False)  # its Weights are those of its votes: see roadmap.ideas.weighing
    is_compared = models.BooleanField(default=False)  # with those like it: see roadmap.ideas.likeness

    class Meta:
        indexes = [
            models.Index("heat", "item", name="idea_hot"),
            models.Index("stage", "heat", "item", name="idea_stage_hot"),
            models.Index("moved_at", "item", name="idea_moved"),
            models.Index("stage", "moved_at", "item", name="idea_stage_moved"),
            models.Index("heat", "item", name="idea_unanswered", condition=Q(answered_at=None)),
            models.Index("item", name="idea_unweighed", condition=Q(is_weighed=False)),
            models.Index("item", name="idea_uncompared", condition=Q(is_compared=False)),
        ]

    def __str__(self) -> str:
        return self.item.title

    @staticmethod
    def path_for(pk: int, title: str) -> str:
        """The address of an idea: its words help people, its number decides."""
        words = words_of(title)
        return f"/ideas/{pk}/{words}{'-' if words in NOUNS else ''}/"


class Weight(models.Model):
    """A number by which staff sort ideas, such as that of the companies that want one; customers never see it."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="weights", db_index=False)
    name = models.CharField(max_length=20)  # that of its weigher
    key = models.CharField(max_length=60, blank=True)  # where a weigher has several numbers
    value = models.FloatField()

    class Meta:
        indexes = [models.Index("name", "key", "value", "idea", name="weight_order")]
        constraints = [models.UniqueConstraint(fields=["idea", "name", "key"], name="weight_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.key} of {self.idea_id}: {self.value}"


class Likeness(models.Model):
    """How far two ideas look alike, from 0 to 1; `one` is the older."""

    one = models.ForeignKey(Idea, models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(Idea, models.CASCADE, related_name="+")
    score = models.FloatField()

    class Meta:
        indexes = [models.Index("score", "id", name="likeness_score")]
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="likeness_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="likeness_older_first"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id}, {self.other_id}: {self.score:.2f}"


class Apart(models.Model):
    """That somebody of staff said of two ideas that they are not the same; `one` is the older."""

    one = models.ForeignKey(Idea, models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(Idea, models.CASCADE, related_name="+")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="apart_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="apart_older_first"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} is not {self.other_id}"


class Importance(models.Model):
    """How much an idea matters to somebody who voted for it, and why; staff see it. It goes with the vote."""

    class Level(models.TextChoices):
        NICE = "nice", pgettext_lazy("how much an idea matters", "Nice to have")
        IMPORTANT = "important", pgettext_lazy("how much an idea matters", "Important")
        BLOCKING = "blocking", pgettext_lazy("how much an idea matters", "I cannot work without it")

    vote = models.OneToOneField(Vote, models.CASCADE, primary_key=True, related_name="importance")
    level = models.CharField(max_length=10, choices=Level.choices)
    why = models.CharField(_("why"), max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=["nice", "important", "blocking"]), name="importance_level_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.level}: vote {self.vote_id}"


class OnBehalf(models.Model):
    """Where staff heard of a vote that they took down for somebody; only they and its member read it. It stays when the
    member makes the vote their own."""

    class Source(models.TextChoices):
        CALL = "call", pgettext_lazy("where staff heard of a vote", "Call")
        MAIL = "mail", pgettext_lazy("where staff heard of a vote", "Mail")
        TICKET = "ticket", pgettext_lazy("where staff heard of a vote", "Ticket")
        MEETING = "meeting", pgettext_lazy("where staff heard of a vote", "Meeting")
        OTHER = "other", pgettext_lazy("where staff heard of a vote", "Elsewhere")

    vote = models.OneToOneField(Vote, models.CASCADE, primary_key=True, related_name="on_behalf")
    source = models.CharField(max_length=10, choices=Source.choices)
    reference = models.CharField(max_length=300, blank=True)  # an address or a number
    level = models.CharField(max_length=10, blank=True, choices=Importance.Level.choices)
    why = models.CharField(max_length=500, blank=True)
    # Of the company, where the vote is of one: somebody without an account.
    person = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)  # in small letters
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index("email", name="on_behalf_email", condition=~Q(email=""))]
        constraints = [
            models.CheckConstraint(
                condition=Q(source__in=["call", "mail", "ticket", "meeting", "other"]), name="on_behalf_source_known"
            ),
            models.CheckConstraint(
                condition=Q(level__in=["", "nice", "important", "blocking"]), name="on_behalf_level_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}: vote {self.vote_id}"


class Voting(models.Model):
    """The one row with what the site decided about votes for ideas."""

    class Voters(models.TextChoices):
        STAFF = "staff", pgettext_lazy("who sees who voted", "Nobody but staff")
        MEMBERS = "members", pgettext_lazy("who sees who voted", "Members")
        EVERYBODY = "everybody", pgettext_lazy("who sees who voted", "Everybody")

    voters = models.CharField(
        _("who sees who voted"),
        max_length=10,
        choices=Voters.choices,
        default=Voters.STAFF,
        help_text=_("Votes that staff took down, and how much an idea matters to whom, stay with staff."),
    )

    budget = models.PositiveSmallIntegerField(
        _("votes of a member"),
        default=0,
        help_text=_(
            "For so many open ideas each member votes at once; 0 for as many as they like. "
            "A vote comes back when its idea has ended."
        ),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="voting_is_one"),
            models.CheckConstraint(
                condition=Q(voters__in=["staff", "members", "everybody"]), name="voting_voters_known"
            ),
        ]
        verbose_name = _("rules of voting")
        verbose_name_plural = _("rules of voting")

    def __str__(self) -> str:
        return str(_("Rules of voting"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)
        Site.touch()


class Merge(models.Model):
    """That one idea was found to be another: `source` keeps its page, `target` has the votes; with what undoes it."""

    source = models.ForeignKey(Item, models.CASCADE, related_name="+")
    target = models.ForeignKey(Item, models.CASCADE, related_name="+")
    move = models.ForeignKey(Move, models.SET_NULL, null=True, related_name="+")  # of the source, to "merged"
    votes = models.JSONField(default=list)  # ids of those that came along
    follows = models.JSONField(default=list)  # ids of those that were made
    raised = models.JSONField(default=dict)  # id of a follow → its level before
    before = models.JSONField(default=dict)  # of the source: ids, numbers and times, never words
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index("target", name="merge_target", condition=Q(undone_at=None))]
        constraints = [
            models.UniqueConstraint("source", name="merge_source_once", condition=Q(undone_at=None)),
            models.CheckConstraint(condition=~Q(source=F("target")), name="merge_into_another"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=False) | Q(undone_by__isnull=True), name="merge_undone_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"
