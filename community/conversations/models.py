"""Replies, which hang on any item and are numbered inside it, and how far each member has read."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from community.feedback.models import Item, Listed, parents, parents_of_many
from community.members.models import Member
from community.notifications.audience import addressees

PAGE_SIZE = 20


def page_of(number: int) -> int:
    """The page on which reply `number` stands: the same arithmetic anywhere in a conversation."""
    return max(1, -(-number // PAGE_SIZE))


class Reply(Listed):
    KIND = "reply"

    about = models.ForeignKey(Item, models.CASCADE, related_name="replies", db_index=False)
    number = models.PositiveIntegerField()
    in_reply_to = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    is_official = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["about", "number"], name="reply_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="reply_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"#{self.number} of {self.about_id}"


class ReadMark(models.Model):
    """The number of the last reply that a member has seen of an item; 0 is the item alone."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="+", db_index=False)
    item = models.ForeignKey(Item, models.CASCADE, related_name="read_marks")
    number = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "item"], name="readmark_once")]

    def __str__(self) -> str:
        return f"{self.member_id} read {self.item_id} to {self.number}"


def about_of(item: Item) -> int | None:
    return Reply.objects.filter(pk=item.pk).values_list("about_id", flat=True).first()


def abouts_of(ids: list[int]) -> dict[int, Item]:
    replies = Reply.objects.filter(pk__in=ids).select_related("about").defer("about__body", "about__html")
    return {reply.pk: reply.about for reply in replies}


def answered_by(item: Item) -> list[tuple[int, str]]:
    """Whose reply this one answers, for those who tell people."""
    answered = Reply.objects.filter(pk=item.pk).values_list("in_reply_to__item__author", flat=True).first()
    return [(answered, "replied")] if answered else []


parents.fill(Reply.KIND, about_of)
parents_of_many.fill(Reply.KIND, abouts_of)
addressees.fill(Reply.KIND, answered_by)
