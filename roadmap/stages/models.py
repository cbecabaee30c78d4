"""Where an idea or a feature stands: stages as the company calls them, each of a kind that decides what follows."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from community.conversations.models import Reply
from community.feedback.models import Item
from community.lib.by_language import check_words, named
from community.members.models import Member, Site


class Kind(models.TextChoices):
    NEW = "new", pgettext_lazy("kind of stage", "New")
    CONSIDERING = "considering", pgettext_lazy("kind of stage", "Under consideration")
    PLANNED = "planned", pgettext_lazy("kind of stage", "Planned")
    BUILDING = "building", pgettext_lazy("kind of stage", "Being built")
    SHIPPED = "shipped", pgettext_lazy("kind of stage", "Shipped")
    DECLINED = "declined", pgettext_lazy("kind of stage", "Not planned")
    MERGED = "merged", pgettext_lazy("kind of stage", "Merged")


ENDED = (Kind.SHIPPED, Kind.DECLINED, Kind.MERGED)  # nobody votes any more
EXPLAINED = (Kind.PLANNED, Kind.DECLINED)  # nothing moves here without a public answer
BY_HAND = tuple(kind for kind in Kind if kind != Kind.MERGED)  # where staff move something to
# Colour and glyph of each kind: the words beside them are the stage's own.
LOOKS = {
    Kind.NEW: ("slate", "bulb"),
    Kind.CONSIDERING: ("amber", "eye"),
    Kind.PLANNED: ("blue", "roadmap"),
    Kind.BUILDING: ("violet", "clock"),
    Kind.SHIPPED: ("green", "check"),
    Kind.DECLINED: ("red", "close"),
    Kind.MERGED: ("slate", "link"),
}


class Stage(models.Model):
    """One of the company's names for where something stands; `kind` is what the program knows of it."""

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    slug = models.SlugField(_("address"), max_length=20, unique=True)  # also Item.stage
    name = models.CharField(_("name"), max_length=40)
    translations = models.JSONField(
        _("translations"), default=dict, blank=True, help_text=_('Name by language: {"pl": "…"}')
    )
    order = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.CheckConstraint(condition=Q(kind__in=Kind.values), name="stage_kind_known")]
        verbose_name = _("stage")
        verbose_name_plural = _("stages")

    def __str__(self) -> str:
        return self.local_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        Site.touch()

    def clean(self) -> None:
        with named("translations"):
            self.translations = check_words(self.translations or {}, 40)

    @property
    def local_name(self) -> str:
        return self.translations.get((get_language() or "")[:2]) or self.name

    @property
    def is_needed(self) -> bool:
        """Whether it is the last where ideas begin, or where they have shipped."""
        others = Stage.objects.filter(kind=self.kind).exclude(pk=self.pk)
        return self.kind in (Kind.NEW, Kind.SHIPPED) and not others.exists()

    @property
    def colour(self) -> str:
        return LOOKS[Kind(self.kind)][0]

    @property
    def icon(self) -> str:
        return LOOKS[Kind(self.kind)][1]

    @property
    def is_ended(self) -> bool:
        return self.kind in ENDED


class Reason(models.Model):
    """Why something is not planned, from a list that reports can count."""

    slug = models.SlugField(_("address"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    translations = models.JSONField(
        _("translations"), default=dict, blank=True, help_text=_('Name by language: {"pl": "…"}')
    )
    order = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")

    def __str__(self) -> str:
        return self.local_name

    def clean(self) -> None:
        with named("translations"):
            self.translations = check_words(self.translations or {}, 120)

    @property
    def local_name(self) -> str:
        return self.translations.get((get_language() or "")[:2]) or self.name


class Move(models.Model):
    """That an idea or a feature came from one stage to another: who, when, and the answer that was given with it."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="moves", db_index=False)
    before = models.ForeignKey(Stage, models.PROTECT, related_name="+")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+")
    answer = models.ForeignKey(Reply, models.SET_NULL, null=True, related_name="+")
    reason = models.ForeignKey(Reason, models.PROTECT, null=True, blank=True, related_name="moves")
    is_told = models.BooleanField(default=False)  # those who support it were told
    note = models.CharField(max_length=1_000, blank=True)  # to them alone
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index("item", "id", name="move_item")]
        constraints = [models.CheckConstraint(condition=~Q(before=F("stage")), name="move_elsewhere")]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.before_id} → {self.stage_id}"
