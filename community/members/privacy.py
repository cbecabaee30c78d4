"""What a member can ask of us about themselves: a copy of everything, and to be forgotten."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, TypeAlias

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from community.lib.person_words import Person
from community.lib.slots import Slot
from community.members.models import Member

KEPT_FOR = timedelta(days=7)  # a zip that was asked for
CHANGE_OF_MIND = timedelta(days=7)
AGAIN_AFTER = timedelta(hours=1)  # for each costs as much as many pages
LOST_AFTER = timedelta(hours=1)  # its task was lost with the machine

Record: TypeAlias = Mapping[str, object]
# By the name of its file in the zip: everything of one sort that a member said or did.
exporters: Slot[Callable[[Member], Iterable[Record]]] = Slot("everything about a member")
# (name in the zip, how to open it) of what a member uploaded.
exported_files: Slot[Callable[[Member], Iterable[tuple[str, Callable[[], IO[bytes]]]]]] = Slot("files of a member")


@dataclass(frozen=True)
class Leaver:
    """Somebody whose account is being deleted."""

    member: Member
    person: Person
    erases: bool  # their words go too; else only their name


# First of all: lock what will change, in the order in which everybody locks it.
preparers: Slot[Callable[[Leaver], None]] = Slot("locking what changes when a member leaves")
# While all words are there: take what will be erased out of counts and lists, and keep the places of others' answers.
withdrawers: Slot[Callable[[Leaver], None]] = Slot("taking the words of a member out of counts")
# Then, and for those too who leave their words: take the person out of whatever the room keeps.
erasers: Slot[Callable[[Leaver], None]] = Slot("forgetting a member")


def new_name() -> str:
    return f"{secrets.token_urlsafe(24)}.zip"


class Export(models.Model):
    """A zip with everything about a member, made by a task, for the member alone."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="export")
    asked_at = models.DateTimeField(default=timezone.now)
    name = models.CharField(max_length=60, default=new_name)
    records = models.PositiveIntegerField(default=0)  # collected so far
    size = models.PositiveBigIntegerField(default=0)  # bytes
    made_at: datetime | None = models.DateTimeField(null=True)  # type: ignore[assignment]
    failed_at: datetime | None = models.DateTimeField(null=True)  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"export of {self.member_id}"

    def get_absolute_url(self) -> str:
        return f"/me/privacy/export/{self.pk}/"

    @property
    def path(self) -> Path:
        return Path(settings.EXPORT_ROOT) / self.name

    @property
    def ends_at(self) -> datetime:
        return (self.made_at or self.asked_at) + KEPT_FOR

    @property
    def is_ready(self) -> bool:
        return self.made_at is not None and timezone.now() < self.ends_at

    @property
    def has_failed(self) -> bool:
        return self.failed_at is not None or (not self.made_at and timezone.now() > self.asked_at + LOST_AFTER)

    @property
    def is_under_way(self) -> bool:
        return self.made_at is None and not self.has_failed

    @property
    def may_be_asked_again(self) -> bool:
        return self.has_failed or (not self.is_under_way and timezone.now() > self.asked_at + AGAIN_AFTER)


class Deletion(models.Model):
    """That an account is to be deleted, how, and from when; the row goes with the member."""

    class Kind(models.TextChoices):
        ANONYMISE = (
            "anonymise",
            pgettext_lazy("my posts when I leave", "They stay, without my name. Documents that I attached go."),
        )
        ERASE = (
            "erase",
            pgettext_lazy("my posts when I leave", "They go. Where others answered, an empty place stays."),
        )

    member = models.OneToOneField(Member, models.CASCADE, related_name="deletion")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=("anonymise", "erase")), name="deletion_kind_known")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.member_id}"

    @property
    def due_at(self) -> datetime:
        return self.asked_at + CHANGE_OF_MIND
