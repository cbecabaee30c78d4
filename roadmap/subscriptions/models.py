"""Who gets the changelog by e-mail, with or without an account, and the mails that go to them."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.feedback.places import Place
from community.notifications.sending import Sending
from roadmap.releases.models import Release


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def confirmed(self) -> "SubscriptionQuerySet":
        return self.filter(confirmed_at__isnull=False)

    def unconfirmed(self) -> "SubscriptionQuerySet":
        return self.filter(confirmed_at=None)


class Subscription(models.Model):
    """That somebody asked for the changelog at an address; no mail but the first one goes there until they confirm."""

    address = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=10)
    areas = models.ManyToManyField(Place, blank=True, related_name="+", verbose_name=_("product areas"))
    # Apart from the areas: were those that somebody chose deleted, they would get everything.
    is_of_areas = models.BooleanField(_("only about its product areas"), default=False, db_default=False)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    changed_by = models.BigIntegerField(null=True)  # id of the later one that changed it, whose link stays good

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("address", name="subscription_address"),
            models.Index("asked_at", name="subscription_unconfirmed", condition=Q(confirmed_at=None)),
        ]
        constraints = [
            models.UniqueConstraint("address", name="subscription_once", condition=Q(confirmed_at__isnull=False))
        ]
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.address = self.address.lower()
        super().save(*args, **kwargs)

    def choose(self, areas: Iterable[Place]) -> None:
        """What it is about; with none, everything. Save it afterwards."""
        some = list(areas)
        self.areas.set(some)
        self.is_of_areas = bool(some)


class Delivery(Sending):
    """One release on its way to one subscriber: the row is what keeps it from going twice."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="deliveries", db_index=False)
    release = models.ForeignKey(Release, models.CASCADE, related_name="deliveries")

    class Meta:
        indexes = [models.Index("due_at", "id", name="delivery_due", condition=Q(state="waiting"))]
        constraints = [models.UniqueConstraint(fields=["subscription", "release"], name="delivery_once")]

    def __str__(self) -> str:
        return f"{self.release_id} to {self.subscription_id}: {self.state}"
