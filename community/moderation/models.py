"""Reports, the log of every act, appeals against acts, and what is undone as a whole."""

from typing import Any, NoReturn

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.feedback.models import Item
from community.members.models import Member
from community.members.sanctions import Sanction


class Reason(models.TextChoices):
    """Why something is reported, hidden or removed."""

    SPAM = "spam", pgettext_lazy("reason of a report", "Spam or advertising")
    OFF_TOPIC = "off-topic", pgettext_lazy("reason of a report", "Off-topic")
    ABUSE = "abuse", pgettext_lazy("reason of a report", "Insult or abuse")
    PRIVATE = "private", pgettext_lazy("reason of a report", "Private data")
    OTHER = "other", pgettext_lazy("reason of a report", "Something else")


class FlagQuerySet(models.QuerySet["Flag"]):
    def open(self) -> "FlagQuerySet":
        """Those that nobody has decided about; a partial index holds exactly these."""
        return self.filter(resolved_at=None)


class Flag(models.Model):
    """That a member reported an item, and what became of it."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", pgettext_lazy("outcome of a report", "Upheld")
        DISMISSED = "dismissed", pgettext_lazy("outcome of a report", "Dismissed")

    item = models.ForeignKey(Item, models.CASCADE, related_name="flags", db_index=False)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="flags")
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    words = models.CharField(_("what is wrong"), max_length=500, blank=True)
    is_trusted = models.BooleanField(default=False)  # by somebody who was trusted when they reported
    at = models.DateTimeField(default=timezone.now, db_index=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index("item", "id", name="flag_open", condition=Q(resolved_at=None))]
        constraints = [
            models.UniqueConstraint(fields=["item", "by"], name="flag_once"),
            models.CheckConstraint(
                condition=Q(resolved_at=None, outcome="") | Q(resolved_at__isnull=False, outcome__gt=""),
                name="flag_outcome_when_resolved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by_id} reported {self.item_id}"


class Verb(models.TextChoices):
    """What was done."""

    HELD = "held", pgettext_lazy("act of moderation", "Held for approval")
    APPROVED = "approved", pgettext_lazy("act of moderation", "Approved")
    KEPT = "kept", pgettext_lazy("act of moderation", "Kept, reports dismissed")
    HIDDEN = "hidden", pgettext_lazy("act of moderation", "Hidden")
    REMOVED = "removed", pgettext_lazy("act of moderation", "Removed")
    RESTORED = "restored", pgettext_lazy("act of moderation", "Restored")
    EDITED = "edited", pgettext_lazy("act of moderation", "Edited by staff")
    LOCKED = "locked", pgettext_lazy("act of moderation", "Locked")
    REOPENED = "reopened", pgettext_lazy("act of moderation", "Opened again")
    MOVED = "moved", pgettext_lazy("act of moderation", "Moved")
    MERGED = "merged", pgettext_lazy("act of moderation", "Merged into another thread")
    SPLIT = "split", pgettext_lazy("act of moderation", "Split")
    UNDONE = "undone", pgettext_lazy("act of moderation", "Move, merge or split undone")
    WARNED = "warning", pgettext_lazy("act of moderation", "Member warned")
    SILENCED = "silence", pgettext_lazy("act of moderation", "Member silenced")
    SUSPENDED = "suspension", pgettext_lazy("act of moderation", "Member suspended")
    LIFTED = "lifted", pgettext_lazy("act of moderation", "Sanction lifted")
    SWEPT = "swept", pgettext_lazy("act of moderation", "Everything by a member removed")
    UNSWEPT = "unswept", pgettext_lazy("act of moderation", "Everything by a member brought back")
    APPEALED = "appealed", pgettext_lazy("act of moderation", "Appeal made")
    GRANTED = "granted", pgettext_lazy("act of moderation", "Appeal granted")
    REFUSED = "refused", pgettext_lazy("act of moderation", "Appeal refused")
    CHAMPION = "champion", pgettext_lazy("act of moderation", "Champion made")
    NO_CHAMPION = "no champion", pgettext_lazy("act of moderation", "Champion no more")


class AppendOnly(Exception):
    """Somebody tried to change the log."""


class ModerationEntryQuerySet(models.QuerySet["ModerationEntry"]):
    def update(self, **fields: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly

    def forget_words(self) -> int:
        """For the erasure of people, and nothing else: what staff wrote to them goes, that something was done stays."""
        return super().update(words="")

    def bulk_update(self, *rows: Any, **options: Any) -> NoReturn:
        raise AppendOnly


class ModerationEntry(models.Model):
    """One act of moderation. Rows are only ever added; a new one says that an act was undone."""

    Verb = Verb

    verb = models.CharField(max_length=12, choices=Verb.choices)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")  # none: the site by its rules
    item = models.ForeignKey(Item, models.SET_NULL, null=True, related_name="moderation_entries")
    item_kind = models.CharField(max_length=20, blank=True)
    member = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="moderation_entries")
    sanction = models.ForeignKey(Sanction, models.SET_NULL, null=True, related_name="moderation_entries")
    reason = models.CharField(max_length=10, choices=Reason.choices, blank=True)
    words = models.CharField(max_length=500, blank=True)  # what whom it concerns was told
    signals = models.JSONField(default=dict)  # name of a signal → points
    count = models.PositiveIntegerField(default=1)  # items that it concerns
    at = models.DateTimeField(default=timezone.now)

    objects = ModerationEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index("verb", "id", name="moderation_entry_verb")]
        constraints = [models.CheckConstraint(condition=Q(verb__in=Verb.values), name="moderation_entry_verb_known")]

    def __str__(self) -> str:
        return f"{self.pk}: {self.verb}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly

    @property
    def may_be_appealed(self) -> bool:
        return self.verb in APPEALABLE


# What takes something from somebody, who may therefore ask staff to look again.
APPEALABLE = ("hidden", "removed", "swept", "warning", "silence", "suspension")


class Appeal(models.Model):
    """That whom an act concerns asked staff to look again: in a thread of theirs and staff's. One for each act."""

    class Outcome(models.TextChoices):
        GRANTED = "granted", pgettext_lazy("outcome of an appeal", "Granted")
        REFUSED = "refused", pgettext_lazy("outcome of an appeal", "Refused")

    entry = models.OneToOneField(ModerationEntry, models.CASCADE, primary_key=True, related_name="appeal")
    thread = models.OneToOneField(Item, models.CASCADE, related_name="appeal")
    by = models.ForeignKey(Member, models.CASCADE, related_name="appeals")
    at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index("at", name="appeal_open", condition=Q(decided_at=None))]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, outcome="") | Q(decided_at__isnull=False, outcome__gt=""),
                name="appeal_outcome_when_decided",
            )
        ]

    def __str__(self) -> str:
        return f"appeal against {self.entry_id}"


class Sweep(models.Model):
    """Everything by one member taken away at once, with what it takes to bring it back."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="sweeps")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    states = models.JSONField(default=dict)  # item id → its state before
    votes = models.JSONField(default=dict)  # item id → when the member voted for it
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=False) | Q(undone_by__isnull=True), name="sweep_undone_when"
            )
        ]

    def __str__(self) -> str:
        return f"everything by {self.member_id}"


class Championship(models.Model):
    """That a member is, or was, a champion: made by one of the staff, or by the published rule."""

    member = models.OneToOneField(Member, models.CASCADE, primary_key=True, related_name="championship")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    is_by_rule = models.BooleanField(default=False)
    thanks = models.CharField(_("thanks"), max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"championship of {self.member_id}"
