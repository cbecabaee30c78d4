"""Where a survey is asked in the company's own product: on whose pages, and when."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from surveys.campaigns.models import Campaign
from surveys.mailing.models import Audience

KEY_LENGTH = 20


def new_key() -> str:
    return get_random_string(KEY_LENGTH, "abcdefghijklmnopqrstuvwxyz0123456789")


def new_secret() -> str:
    return get_random_string(40)


class Widget(models.Model):
    """The window of one survey in pages of the company's own."""

    class Side(models.TextChoices):
        END = "end", pgettext_lazy("corner of the screen", "Bottom right (left in Arabic)")
        START = "start", pgettext_lazy("corner of the screen", "Bottom left (right in Arabic)")

    campaign = models.OneToOneField(Campaign, models.CASCADE, primary_key=True, related_name="widget")
    key = models.CharField(max_length=KEY_LENGTH, unique=True, default=new_key, editable=False)  # public
    secret = models.CharField(max_length=64, default=new_secret, editable=False)
    origins = models.TextField(
        _("your sites"), blank=True,
        help_text=_("Addresses like https://app.example, one a line. The survey shows nowhere else."),
    )  # fmt: skip
    only_known = models.BooleanField(
        _("only people whom your product names"), default=False,
        help_text=_("With a signature. Then nobody answers twice, or for another."),
    )  # fmt: skip
    on_front = models.BooleanField(
        _("on the front page of this community too"), default=False,
        help_text=_("To members with a proved address, as if your product named them."),
    )  # fmt: skip
    page = models.CharField(max_length=200, blank=True)  # a pattern of the path, such as /app/*
    event = models.CharField(max_length=60, blank=True)  # told by the page: Hearback.event("…")
    scroll = models.PositiveSmallIntegerField(
        _("after scrolling to, in percent of the page"), default=0, validators=[MaxValueValidator(100)]
    )
    delay = models.PositiveSmallIntegerField(
        _("after so many seconds"),
        default=5,
        validators=[MaxValueValidator(3600)],
        help_text=_("Counted once all else fits."),
    )
    side = models.CharField(_("corner"), max_length=5, choices=Side.choices, default=Side.END)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(scroll__lte=100, delay__lte=3600), name="widget_triggers"),
        ]
        verbose_name = _("survey in a product")
        verbose_name_plural = _("surveys in a product")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def path(self) -> str:
        return f"/embed/{self.key}/"

    @property
    def framers(self) -> list[str]:
        """The origins whose pages may show it."""
        return self.origins.split()

    @property
    def audience(self) -> Audience:
        """Whom the survey asks; everybody while nobody has said."""
        return getattr(self.campaign, "audience", None) or Audience(campaign=self.campaign)
