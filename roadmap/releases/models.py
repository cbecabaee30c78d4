"""What shipped: releases and their entries, which name the features and ideas that they fulfil."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.feedback.models import Item, Label, Listed
from community.feedback.places import Place
from community.members.models import Member
from roadmap.features.models import Feature
from roadmap.ideas.models import Idea


class Release(Listed):
    """One entry of the changelog: its Item has title, introduction and state, and no author."""

    KIND = "release"

    slug = models.SlugField(_("address"), max_length=80, unique=True, allow_unicode=True)
    version = models.CharField(_("version"), max_length=40, blank=True)
    publish_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index("published_at", "item", name="release_latest"),
            models.Index("publish_at", name="release_scheduled", condition=Q(publish_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.item.title

    @staticmethod
    def path_for(slug: str) -> str:
        return f"/changelog/{slug}/"

    @property
    def is_published(self) -> bool:
        return self.published_at is not None


class Entry(models.Model):
    """One thing that a release brings, with the features and ideas that it fulfils."""

    class Kind(models.TextChoices):
        NEW = "new", pgettext_lazy("kind of change", "New")
        IMPROVED = "improved", pgettext_lazy("kind of change", "Improved")
        FIXED = "fixed", pgettext_lazy("kind of change", "Fixed")

    release = models.ForeignKey(Release, models.CASCADE, related_name="entries", db_index=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.NEW)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True)
    area = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    order = models.PositiveIntegerField(default=0)
    labels = models.ManyToManyField(Label, blank=True, related_name="+")
    features = models.ManyToManyField(Feature, blank=True, related_name="entries")
    ideas = models.ManyToManyField(Idea, blank=True, related_name="entries")

    # Set by whoever changes it: ideas that it fulfilled, which stand at shipped; not in the database.
    taken_off: list[Item]

    class Meta:
        ordering = ["order", "pk"]
        indexes = [models.Index("release", "order", "id", name="entry_release")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["new", "improved", "fixed"]), name="entry_kind_known")
        ]

    def __str__(self) -> str:
        return self.title
