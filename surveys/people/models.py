"""Whom surveys may ask: members, and customers who have no account here."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.members.models import Company, Member


class PersonQuerySet(models.QuerySet["Person"]):
    def askable(self) -> "PersonQuerySet":
        """Those who have an address and have not said that they want no surveys."""
        return self.filter(unsubscribed_at=None).exclude(address="")


class Person(models.Model):
    """One person, known by an e-mail address or by the number that the company's own product has for them."""

    address = models.EmailField(_("e-mail address"), blank=True)
    external_id = models.CharField(_("number in your product"), max_length=120, blank=True)
    member = models.OneToOneField(Member, models.CASCADE, null=True, blank=True, related_name="person")
    name = models.CharField(_("name"), max_length=80, blank=True)
    company = models.ForeignKey(Company, models.SET_NULL, null=True, blank=True, related_name="people")
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    created_at = models.DateTimeField(default=timezone.now)
    unsubscribed_at = models.DateTimeField(_("wants no surveys since"), null=True, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("address", name="person_address_once", condition=Q(address__gt="")),
            models.UniqueConstraint("external_id", name="person_external_once", condition=Q(external_id__gt="")),
        ]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name or self.address or self.external_id or f"{self._meta.verbose_name} {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.address = self.address.lower()
        super().save(*args, **kwargs)

    def unsubscribe(self) -> None:
        """No survey reaches them any more; the first time stays."""
        if self.unsubscribed_at is None:
            self.unsubscribed_at = timezone.now()
            self.save(update_fields=["unsubscribed_at"])
