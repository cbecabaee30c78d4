"""Whom a survey asks, and how often anybody is asked at all."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.feedback.models import Label
from community.members.models import Product
from surveys.campaigns.models import Campaign

_PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


class Audience(models.Model):
    """Whom one survey asks: conditions that all hold, and how many of those who meet them, how fast."""

    campaign = models.OneToOneField(Campaign, models.CASCADE, primary_key=True, related_name="audience")
    by_mail = models.BooleanField(
        _("ask by e-mail"), default=True, help_text=_("Without it, people are asked in your product alone.")
    )
    plan = models.CharField(_("plan"), max_length=60, blank=True, help_text=_("Empty: any, or none."))
    least_revenue = models.DecimalField(
        _("least monthly revenue"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    product = models.ForeignKey(
        Product, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("product"),
        help_text=_("Those whose company has it."),
    )  # fmt: skip
    language = models.CharField(_("language"), max_length=10, blank=True)
    known_days = models.PositiveSmallIntegerField(
        _("days since they came"), default=0, help_text=_("Whoever came later waits for their turn.")
    )
    asked_question = models.BooleanField(_("who asked a question here"), default=False)
    wish_shipped = models.BooleanField(
        _("whose wish shipped"), default=False, help_text=_("They suggested it, or voted for it.")
    )
    label = models.ForeignKey(
        Label, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("label"),
        help_text=_("Those who wrote something that bears it."),
    )  # fmt: skip
    sample = models.PositiveSmallIntegerField(
        _("of a hundred who fit, ask"), default=100, validators=_PERCENT,
        help_text=_("Always the same people of one survey, chosen by chance."),
    )  # fmt: skip
    holdout = models.PositiveSmallIntegerField(
        _("of a hundred who fit, never ask"), default=0, validators=_PERCENT,
        help_text=_("To compare with later; chosen by chance, the same in every survey."),
    )  # fmt: skip
    a_day = models.PositiveIntegerField(
        _("at most a day"), null=True, blank=True, help_text=_("Empty: everybody at once.")
    )
    in_hours = models.BooleanField(
        _("in working hours"), default=True, help_text=_("Monday to Friday, 9 to 17 o'clock where the person is.")
    )
    reminder_days = models.PositiveSmallIntegerField(
        _("days to a reminder"), default=0, validators=[MaxValueValidator(60)],
        help_text=_("Whoever has not answered by then is reminded, once. 0: nobody is."),
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sample__lte=100, holdout__lte=100), name="audience_percents"),
        ]
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def looks_at_person(self) -> bool:
        """Whether it holds or not depends on who somebody is, beyond their language."""
        asks = self.plan or self.least_revenue is not None or self.product_id or self.known_days
        return bool(asks or self.looks_at_behaviour)

    @property
    def looks_at_behaviour(self) -> bool:
        return bool(self.asked_question or self.wish_shipped or self.label_id)


class Clocks(models.Model):
    """The one row that says how long nobody is asked again: counted from when they were asked, not from an answer."""

    any_days = models.PositiveSmallIntegerField(
        _("days between any two surveys"), default=30, validators=[MaxValueValidator(730)]
    )
    kind_days = models.PositiveSmallIntegerField(
        _("days between two of one kind"), default=90, validators=[MaxValueValidator(730)]
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="clocks_are_one")]
        verbose_name = _("how often people are asked")
        verbose_name_plural = _("how often people are asked")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)

    @classmethod
    def current(cls) -> "Clocks":
        return cls.objects.filter(pk=1).first() or cls()
