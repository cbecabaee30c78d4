"""Mails that came in for us, and what became of each."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from community.feedback.models import Item
from community.members.models import Member


class InboundMailQuerySet(models.QuerySet["InboundMail"]):
    def waiting(self) -> "InboundMailQuerySet":
        return self.filter(state=InboundMail.State.WAITING)

    def failed(self) -> "InboundMailQuerySet":
        return self.filter(state=InboundMail.State.FAILED)

    def give_up(self) -> None:
        """Nobody tries them any more. Their bytes stay for a while; those of reports, which nobody misses, do not."""
        failed = InboundMail.State.FAILED
        self.filter(member=None, answers=None).update(state=failed, raw=b"", ended_at=timezone.now())
        self.waiting().update(state=failed)


class InboundMail(models.Model):
    """One mail to one reply address. Its bytes are kept only until it has ended."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("state of a reply by mail", "Waiting")
        POSTED = "posted", pgettext_lazy("state of a reply by mail", "Posted")
        REFUSED = "refused", pgettext_lazy("state of a reply by mail", "Refused")
        FAILED = "failed", pgettext_lazy("state of a reply by mail", "Failed")

    class Reason(models.TextChoices):
        TOKEN = "token", pgettext_lazy("why a mail was not posted", "Its reply address is not one of ours")
        SENDER = "sender", pgettext_lazy("why a mail was not posted", "Sent from another address than the member's")
        FORGED = "forged", pgettext_lazy("why a mail was not posted", "Its sender is forged")
        AUTOMATIC = "automatic", pgettext_lazy("why a mail was not posted", "An automatic answer")
        LOOP = "loop", pgettext_lazy("why a mail was not posted", "A mail of our own that came back")
        BOUNCE = "bounce", pgettext_lazy("why a mail was not posted", "A report that a mail could not be delivered")
        SIZE = "size", pgettext_lazy("why a mail was not posted", "Too large")
        BROKEN = "broken", pgettext_lazy("why a mail was not posted", "It cannot be read")
        EMPTY = "empty", pgettext_lazy("why a mail was not posted", "Nothing was written")
        GONE = "gone", pgettext_lazy("why a mail was not posted", "The member may not read this any more")
        CLOSED = "closed", pgettext_lazy("why a mail was not posted", "The member may not reply there")
        AWAY = "away", pgettext_lazy("why a mail was not posted", "The account is suspended or closed")
        SILENCED = "silenced", pgettext_lazy("why a mail was not posted", "The member is silenced")
        LIMIT = "limit", pgettext_lazy("why a mail was not posted", "A limit was reached")
        WORDS = "words", pgettext_lazy("why a mail was not posted", "The text cannot be shown")

    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="+")
    answers = models.ForeignKey(Item, models.SET_NULL, null=True, related_name="+")
    item = models.ForeignKey(Item, models.SET_NULL, null=True, related_name="+")  # what it became
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=10, choices=Reason.choices, blank=True)
    via = models.CharField(max_length=20)  # "imap", or the provider whose hook brought it
    digest = models.CharField(max_length=64, unique=True)
    size = models.PositiveIntegerField()  # bytes of the whole, of which `raw` may hold the headers alone
    raw = models.BinaryField(default=b"")
    attempts = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField(default=timezone.now)
    ended_at: datetime | None = models.DateTimeField(null=True)  # type: ignore[assignment]
    told_at: datetime | None = models.DateTimeField(null=True)  # type: ignore[assignment]

    objects = InboundMailQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index("received_at", name="inboundmail_open", condition=Q(state__in=("waiting", "failed"))),
            models.Index("ended_at", name="inboundmail_ended"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "posted", "refused", "failed")), name="inboundmail_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "failed")) | Q(raw=b"", ended_at__isnull=False),
                name="inboundmail_kept_until_its_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.reason}".strip()

    @property
    def is_from_outside(self) -> bool:
        """Whether somebody without an account answers; reports of mails that came back answer nothing."""
        return self.member_id is None and self.answers_id is not None  # type: ignore[attr-defined]

    @property
    def may_be_tried_again(self) -> bool:
        return self.state == self.State.FAILED and self.ended_at is None

    @property
    def content(self) -> bytes:
        """PostgreSQL gives a memoryview."""
        kept: Any = self.raw
        return kept if isinstance(kept, bytes) else kept.tobytes()

    def end(self, state: str, reason: str = "", item: Item | None = None) -> None:
        """Say what became of it, and keep nothing of its words."""
        self.state, self.reason, self.item = state, reason, item
        self.raw, self.ended_at = b"", timezone.now()
        self.save(update_fields=["state", "reason", "item", "raw", "ended_at"])
