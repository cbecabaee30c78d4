"""Warnings, silences and suspensions: each a row with a reason, a who, a when and an end."""

from datetime import UTC, datetime
from typing import Any

from django.core import signing
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from community.lib.times import moment
from community.members.models import Member, Site

# Until when somebody is silenced or suspended for good: a time that both databases compare, so that no query
# has to ask for "no end" as well.
FOR_GOOD = datetime(9000, 1, 1, tzinfo=UTC)


APPEAL_SALT = "appeal against a suspension"
APPEAL_SECONDS = 24 * 60 * 60


class SanctionQuerySet(models.QuerySet["Sanction"]):
    def in_force(self) -> "SanctionQuerySet":
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now()), lifted_at=None)


class Sanction(models.Model):
    """What staff decided about a member, in words that the member reads."""

    class Kind(models.TextChoices):
        WARNING = "warning", pgettext_lazy("sanction", "Warning")
        SILENCE = "silence", pgettext_lazy("sanction", "Silence")
        SUSPENSION = "suspension", pgettext_lazy("sanction", "Suspension")

    member = models.ForeignKey(Member, models.CASCADE, related_name="sanctions", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.CharField(gettext_lazy("reason"), max_length=500)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)  # none: for good
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")

    objects = SanctionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index("member", "kind", "id", name="sanction_of_member")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at=None) | ~Q(kind="warning"), name="sanction_warning_without_end"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=models.F("at")), name="sanction_ends_later"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=False) | Q(lifted_by__isnull=True), name="sanction_lifted_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.member_id}"

    @property
    def is_in_force(self) -> bool:
        return self.lifted_at is None and (self.ends_at is None or self.ends_at > timezone.now())

    @property
    def sentence(self) -> str:
        """What it means for its member, until when and why; for whoever may know that."""
        until = moment(self.ends_at).text if self.ends_at else ""
        words: dict[str, Any] = {"until": until, "reason": self.reason}
        if self.kind == self.Kind.WARNING:
            return _("Staff warned you. Reason: %(reason)s") % words
        if self.kind == self.Kind.SILENCE:
            if until:
                return (
                    _("You are silenced until %(until)s: you cannot post, vote or report. Reason: %(reason)s") % words
                )
            return _("You are silenced: you cannot post, vote or report. Reason: %(reason)s") % words
        if until:
            return _("This account is suspended until %(until)s. Reason: %(reason)s") % words
        return _("This account is suspended. Reason: %(reason)s") % words


def in_force(member: Member, kind: str) -> Sanction | None:
    """The one of this kind that lasts longest."""
    found = list(Sanction.objects.in_force().filter(member=member, kind=kind))
    return max(found, key=lambda one: one.ends_at or FOR_GOOD, default=None)


@transaction.atomic
def impose(member: Member, kind: str, *, by: Member, reason: str, ends_at: datetime | None = None) -> Sanction:
    """Warn, silence or suspend. A suspension ends every session of the member."""
    sanction = Sanction.objects.create(member=member, kind=kind, by=by, reason=reason, ends_at=ends_at)
    if kind == Sanction.Kind.SUSPENSION:
        member.sessions_ended_at = timezone.now()
        member.save(update_fields=["sessions_ended_at"])
    _keep_in_step(member)
    return sanction


@transaction.atomic
def lift(sanction: Sanction, *, by: Member) -> bool:
    """End it before its time; False when it had ended already."""
    if not Sanction.objects.in_force().filter(pk=sanction.pk).update(lifted_at=timezone.now(), lifted_by=by):
        return False
    _keep_in_step(sanction.member)
    return True


def _keep_in_step(member: Member) -> None:
    """The member's own row says until when, so that no page needs a query to know that nothing is the matter."""
    silence, suspension = in_force(member, Sanction.Kind.SILENCE), in_force(member, Sanction.Kind.SUSPENSION)
    member.silenced_until = (silence.ends_at or FOR_GOOD) if silence else None
    member.suspended_until = (suspension.ends_at or FOR_GOOD) if suspension else None
    member.save(update_fields=["silenced_until", "suspended_until"])
    Site.touch()  # whoever is away is named on fewer pages


def appeal_address(sanction: Sanction) -> str:
    """Where its member, who cannot log in, writes to staff: the address is the proof of who they are."""
    return f"/appeals/by/{signing.dumps(sanction.pk, salt=APPEAL_SALT)}/"


def sanction_behind(token: str) -> Sanction | None:
    """The sanction that such an address is about, for a day."""
    try:
        pk = signing.loads(token, salt=APPEAL_SALT, max_age=APPEAL_SECONDS)
    except signing.BadSignature:
        return None
    return Sanction.objects.select_related("member").filter(pk=pk).first()


def why_silenced(member: Member) -> str:
    """The sentence that a silenced member reads; empty for everybody else, without a query."""
    if not member.is_silenced:
        return ""
    silence = in_force(member, Sanction.Kind.SILENCE)
    return silence.sentence if silence else ""
