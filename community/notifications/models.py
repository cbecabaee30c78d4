"""Who wants to hear what, what they were told, and the mails that tell it."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from community.feedback.models import Item, Label
from community.feedback.places import Place
from community.members.models import Member
from community.notifications.sending import Sending


class Level(models.TextChoices):
    """How much a member wants to hear of something, from nothing to everything."""

    MUTED = "muted", pgettext_lazy("level of following", "Muted")
    NORMAL = "normal", pgettext_lazy("level of following", "Normal")
    FIRST = "first", pgettext_lazy("level of following", "New threads")
    TRACKING = "tracking", pgettext_lazy("level of following", "Tracking")
    WATCHING = "watching", pgettext_lazy("level of following", "Watching")


class Pace(models.TextChoices):
    """How often mail may come."""

    AT_ONCE = "at_once", pgettext_lazy("how often mail comes", "At once")
    HOURLY = "hourly", pgettext_lazy("how often mail comes", "Once an hour")
    DAILY = "daily", pgettext_lazy("how often mail comes", "Once a day, in the morning")
    WEEKLY = "weekly", pgettext_lazy("how often mail comes", "Once a week, on Monday morning")
    NEVER = "never", pgettext_lazy("how often mail comes", "Never")


class Follow(models.Model):
    """How much a member wants to hear of one item, place or label; without a row it is what they set for all."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="follows", db_index=False)
    item = models.ForeignKey(Item, models.CASCADE, null=True, related_name="follows", db_index=False)
    place = models.ForeignKey(Place, models.CASCADE, null=True, related_name="follows", db_index=False)
    label = models.ForeignKey(Label, models.CASCADE, null=True, related_name="follows", db_index=False)
    level = models.CharField(max_length=8, choices=Level.choices)
    is_chosen = models.BooleanField(default=True)  # False: because they wrote something there
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index("member", "id", name="follow_member")]
        constraints = [
            # The followed first: whoever is told of something is looked up by it.
            models.UniqueConstraint("item", "member", name="follow_item_once", condition=Q(item__isnull=False)),
            models.UniqueConstraint("place", "member", name="follow_place_once", condition=Q(place__isnull=False)),
            models.UniqueConstraint("label", "member", name="follow_label_once", condition=Q(label__isnull=False)),
            models.CheckConstraint(
                condition=Q(item__isnull=False, place__isnull=True, label__isnull=True)
                | Q(item__isnull=True, place__isnull=False, label__isnull=True)
                | Q(item__isnull=True, place__isnull=True, label__isnull=False),
                name="follow_one_thing",
            ),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="follow_level_known"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.level} {self.item_id or self.place_id or self.label_id}"

    @property
    def target(self) -> Item | Place | Label:
        return self.item or self.place or self.label  # type: ignore[return-value]


class Preference(models.Model):
    """What a member set about hearing back; without a row the defaults hold."""

    member = models.OneToOneField(Member, models.CASCADE, primary_key=True, related_name="hearing")
    pace = models.CharField(max_length=8, choices=Pace.choices, default=Pace.AT_ONCE)
    on_asking = models.CharField(max_length=8, choices=Level.choices, default=Level.WATCHING)
    on_replying = models.CharField(max_length=8, choices=Level.choices, default=Level.TRACKING)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pace__in=Pace.values), name="preference_pace_known")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.pace}"

    @classmethod
    def of(cls, member: Member) -> "Preference":
        return cls.objects.filter(pk=member.pk).first() or cls(member=member)


class Mailing(Sending):
    """One mail to one member. Notifications join it until it is closed, which is when it is first tried."""

    recipient = models.ForeignKey(Member, models.CASCADE, related_name="mailings", db_index=False)
    is_later = models.BooleanField(default=False)  # holds what was held back for another day: see ration
    # The day, where the reader is, whose one mail about moves and releases this is.
    rationed_on = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index("due_at", "id", name="mailing_due", condition=Q(state="waiting")),
            models.Index("recipient", "created_at", name="mailing_recipient"),
        ]
        constraints = [
            models.UniqueConstraint(
                "recipient", "is_later", name="mailing_one_open", condition=Q(state="waiting", closed_at__isnull=True)
            ),
            models.UniqueConstraint(fields=["recipient", "rationed_on"], name="mailing_ration_once"),
        ]

    def __str__(self) -> str:
        return f"to {self.recipient_id}: {self.state}"


class NotificationQuerySet(models.QuerySet["Notification"]):
    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)


class Notification(models.Model):
    """That a member was told of something, once."""

    recipient = models.ForeignKey(Member, models.CASCADE, related_name="notifications", db_index=False)
    topic = models.CharField(max_length=20)
    item = models.ForeignKey(Item, models.CASCADE, null=True, related_name="notifications")
    # The conversation it belongs to: the item itself, or what that hangs on.
    about = models.ForeignKey(Item, models.CASCADE, null=True, related_name="+")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    detail = models.JSONField(default=dict)  # ids and keys, never words of people
    # What happened to the item: of one occasion a member hears once, for however many reasons.
    occasion = models.CharField(max_length=40, null=True)
    mailing = models.ForeignKey(Mailing, models.SET_NULL, null=True, related_name="notifications")
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    # What its sentence needs beyond the row, for many at once by `topics.look_up`; not in the database.
    known: object

    objects = NotificationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("recipient", "id", name="notification_recipient"),
            models.Index("recipient", "item", name="notification_unread", condition=Q(read_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "item", "occasion"], name="notification_once"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id}: {self.topic} {self.item_id}"


class Suppression(models.Model):
    """An address that takes no mail of ours any more, and why; its owner sees it and may try again."""

    class Reason(models.TextChoices):
        BOUNCE = "bounce", pgettext_lazy("why an address gets no mail", "Mail to it came back")
        COMPLAINT = "complaint", pgettext_lazy("why an address gets no mail", "A mail was reported as spam")
        REFUSED = "refused", pgettext_lazy("why an address gets no mail", "Its server refused our mail")

    address = models.EmailField()
    reason = models.CharField(max_length=10, choices=Reason.choices)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address"], name="suppression_once")]
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.reason

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.address = self.address.lower()
        super().save(*args, **kwargs)
