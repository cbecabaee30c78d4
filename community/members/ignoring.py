"""Ignoring a member: their words are folded, and nothing of theirs is told to whoever ignores them."""

from collections.abc import Iterable

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from community.members.models import Member

MOST = 500


class Ignore(models.Model):
    member = models.ForeignKey(Member, models.CASCADE, related_name="ignores", db_index=False)
    ignored = models.ForeignKey(Member, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["member", "ignored"], name="ignore_once"),
            models.CheckConstraint(condition=~Q(member=F("ignored")), name="ignore_another"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} ignores {self.ignored_id}"


class IgnoreRefused(Exception):
    """Carries a sentence that says why."""


def why_not_ignore(member: Member, whom: Member) -> str:
    """Why the member may not ignore the other one; empty when they may."""
    if member.pk == whom.pk:
        return _("You cannot ignore yourself.")
    if whom.is_staff:
        return _("Staff cannot be ignored: what they say concerns everybody. You can report what is wrong.")
    return ""


@transaction.atomic
def ignore(whom: Member, *, by: Member) -> None:
    """Raises IgnoreRefused."""
    reason = why_not_ignore(by, whom)
    if not reason and by.ignores.count() >= MOST:
        reason = _("You ignore very many members already. Take somebody off the list first.")
    if reason:
        raise IgnoreRefused(reason)
    Ignore.objects.get_or_create(member=by, ignored=whom)
    Member.objects.filter(pk=by.pk).update(is_ignoring=True)


@transaction.atomic
def heed(whom: Member, *, by: Member) -> None:
    """The end of ignoring."""
    Ignore.objects.filter(member=by, ignored=whom).delete()
    Member.objects.filter(pk=by.pk).update(is_ignoring=by.ignores.exists())


def ignored_ids(member: Member) -> frozenset[int]:
    """Whom the member ignores; no query for those who ignore nobody, who are nearly all."""
    if not member.is_ignoring:
        return frozenset()
    return frozenset(Ignore.objects.filter(member=member).values_list("ignored_id", flat=True))


def ignorers_of(author_id: int | None, recipients: Iterable[int]) -> frozenset[int]:
    """Those of the recipients, by id, who ignore the author: none of them hears of what the author does."""
    asked = Ignore.objects.filter(ignored=author_id or 0, member__in=list(recipients))
    return frozenset(asked.values_list("member_id", flat=True))
