"""A mail on its way, whoever it goes to: what waits for its hour, and what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db import models
from django.utils import timezone

from community.lib.literals import Literal
from community.lib.slots import Slot


class SendingQuerySet(models.QuerySet[Any]):
    def due(self) -> "SendingQuerySet":
        """Those that wait and whose hour has come; a partial index holds exactly those that wait."""
        return self.filter(state=Literal(Sending.State.WAITING), due_at__lte=timezone.now())


class Sending(models.Model):
    """One mail, without its words: they are made when it is tried."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        DROPPED = "dropped"  # nothing was left to say when its hour came
        FAILED = "failed"

    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)  # when it was first tried
    claimed_until = models.DateTimeField(null=True)  # whoever sends it is believed dead afterwards
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=120, blank=True)  # the kind of failure, without addresses
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = SendingQuerySet.as_manager()

    class Meta:
        abstract = True


@dataclass(frozen=True)
class Outbox:
    """A table of mails: how their words are made, and what follows when an address takes none."""

    model: type[Sending]
    letter: Callable[[Any], EmailMultiAlternatives | None]  # None when nothing is left to say
    refused: Callable[[str], None]


# Those that one task empties, in this order.
outboxes: Slot[Outbox] = Slot("tables of mails on their way")
