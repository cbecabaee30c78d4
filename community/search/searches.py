"""What was looked for and how it ended, without who it was; and the last searches of members, for themselves."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from community.feedback.models import Item
from community.members.models import Member


def new_key() -> int:
    """Drawn, not counted: whoever does not know it cannot say how this search ended."""
    return secrets.randbits(59) + 1


class Search(models.Model):
    """One search: a day, masked words and what came of them. Nobody, no address, no hour; deleted after 90 days."""

    class Source(models.TextChoices):
        PAGE = "page", pgettext_lazy("where somebody searched", "Search page")
        ASKING = "asking", pgettext_lazy("where somebody searched", "While asking")
        BOX = "box", pgettext_lazy("where somebody searched", "Help box")

    class End(models.TextChoices):
        NONE = "", pgettext_lazy("how a search ended", "Not known")
        SOLVED = "solved", pgettext_lazy("how a search ended", "Solved")
        ASKED = "asked", pgettext_lazy("how a search ended", "Asked after all")

    key = models.BigIntegerField(primary_key=True, default=new_key)
    on = models.DateField(default=timezone.localdate)
    source = models.CharField(max_length=6, choices=Source.choices)
    text = models.CharField(max_length=100)  # search.masking
    theme = models.CharField(max_length=100)  # its telling stems: searches with the same are about the same
    language = models.CharField(max_length=10)
    results = models.PositiveSmallIntegerField(default=0)
    is_clicked = models.BooleanField(default=False)
    is_reformulated = models.BooleanField(default=False)
    end = models.CharField(max_length=6, choices=End.choices, blank=True, default=End.NONE)
    solved_by = models.ForeignKey(Item, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["on", "theme", "language"], name="search_by_theme")]
        constraints = [models.CheckConstraint(condition=Q(end__in=("", "solved", "asked")), name="search_end_known")]

    def __str__(self) -> str:
        return self.text


class Recent(models.Model):
    """The last searches of a member, newest first; without a row they are kept and there are none."""

    MOST = 8

    member = models.OneToOneField(Member, models.CASCADE, primary_key=True, related_name="recent_searches")
    is_kept = models.BooleanField(default=True)
    searches = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"recent searches of {self.member_id}"
