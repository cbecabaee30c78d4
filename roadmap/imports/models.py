"""An import as it was asked for on its page: what was uploaded, how it is to be read, how far it is, what it did."""

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from community.feedback.models import Event, Item, ItemQuerySet
from community.feedback.places import Place
from community.members.models import Member
from roadmap.ideas.models import Idea

VERB = "imported"  # of the event that each idea of an import has
KEPT_FOR = timedelta(days=1)  # an uploaded file, and what was wrong in which line; both are full of addresses
LOST_AFTER = timedelta(minutes=10)  # without a word of progress: its task was lost with the machine


def new_name() -> str:
    return secrets.token_urlsafe(24)


class Import(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("state of an import", "Not started")
        RUNNING = "running", pgettext_lazy("state of an import", "Under way")
        DONE = "done", pgettext_lazy("state of an import", "Done")
        FAILED = "failed", pgettext_lazy("state of an import", "Failed")
        UNDOING = "undoing", pgettext_lazy("state of an import", "Being undone")
        UNDONE = "undone", pgettext_lazy("state of an import", "Undone")

    name = models.CharField(max_length=40)  # of the source
    format = models.CharField(max_length=12)
    file_name = models.CharField(max_length=120)
    stored = models.CharField(max_length=60, default=new_name)
    columns = models.JSONField(default=dict)  # column → field
    stages = models.JSONField(default=dict)  # their status → our stage
    area = models.ForeignKey(Place, models.SET_NULL, null=True, related_name="+")
    language = models.CharField(max_length=10, default="en")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    problem = models.CharField(max_length=500, blank=True)  # why it failed
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)  # of its progress

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "running", "done", "failed", "undoing", "undone"]),
                name="import_state_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name}: {self.state}"

    def get_absolute_url(self) -> str:
        return f"/desk/import-ideas/{self.pk}/"

    @property
    def path(self) -> Path:
        return Path(settings.IMPORT_ROOT) / self.stored

    @property
    def source(self) -> str:
        return f"{self.format}:{self.name}"

    @property
    def has_file(self) -> bool:
        return self.path.is_file()

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.RUNNING, self.State.UNDOING) and not self.is_lost

    @property
    def is_lost(self) -> bool:
        """It says that it is under way and has said nothing for long."""
        told = self.told_at or self.at
        return self.state in (self.State.RUNNING, self.State.UNDOING) and timezone.now() > told + LOST_AFTER

    @property
    def may_start(self) -> bool:
        return self.has_file and (self.state in (self.State.DRAFT, self.State.FAILED) or self.is_lost)

    @property
    def may_be_undone(self) -> bool:
        """What a run that failed has written too."""
        was_started = self.started_at is not None and self.state != self.State.UNDONE
        if not was_started or self.is_under_way:
            return False
        return self.state == self.State.UNDOING or brought(self.source, self.pk).exists()

    @property
    def percent(self) -> int:
        return min(self.done * 100 // self.total, 100) if self.total else 0

    @property
    def seconds_left(self) -> int | None:
        """At the speed so far; None before there is one."""
        if not self.done or self.started_at is None or self.told_at is None:
            return None
        spent = (self.told_at - self.started_at).total_seconds()
        return round(spent * (self.total - self.done) / self.done)

    def put(self, **fields: Any) -> None:
        """Change these fields, here and in the database."""
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=list(fields))


def brought(source: str, run: int = 0) -> ItemQuerySet:
    """The ideas that came from there; with `run`, those that this Import made."""
    ideas = Item.objects.filter(source=source, kind=Idea.KIND)
    told = Event.objects.filter(item=OuterRef("pk"), verb=VERB, detail__run=run)
    return ideas.filter(Exists(told)) if run else ideas
