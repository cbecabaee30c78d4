"""What everybody sees of how the company answers, and who lets themselves be named in it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from community.members.models import Member


class Thanked(models.Model):
    """That a member wants to be named where a release thanks those who asked; without a row nobody is."""

    member = models.OneToOneField(Member, models.CASCADE, primary_key=True, related_name="thanked")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.member_id} since {self.at}"


class Figures(models.Model):
    """The numbers of /open/ as they were counted last: one row, made anew by a task. It names nobody."""

    counted = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="figures_one_row")]

    def __str__(self) -> str:
        return f"figures of {self.at}"
