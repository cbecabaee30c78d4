"""A survey that a company runs: what it asks, how, and which words stood in the question when somebody answered."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.members.models import Member, Product, Site
from surveys.nps import SCALE, band


class Campaign(models.Model):
    class Kind(models.TextChoices):
        RELATIONSHIP = "relationship", pgettext_lazy("kind of survey", "NPS: the relationship as a whole")
        TRANSACTIONAL = "transactional", pgettext_lazy("kind of survey", "NPS: after something happened")
        CSAT = "csat", pgettext_lazy("kind of survey", "CSAT: how satisfied, 1 to 5")
        CES = "ces", pgettext_lazy("kind of survey", "CES: how easy, 1 to 7")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("state of a survey", "Draft")
        RUNNING = "running", pgettext_lazy("state of a survey", "Running")
        PAUSED = "paused", pgettext_lazy("state of a survey", "Paused")
        ENDED = "ended", pgettext_lazy("state of a survey", "Ended")

    class Colours(models.TextChoices):
        NEUTRAL = "neutral", pgettext_lazy("colours of a scale", "Neutral")
        TRAFFIC = "traffic", pgettext_lazy("colours of a scale", "Red, yellow and green")

    class Privacy(models.TextChoices):
        IDENTIFIED = "identified", pgettext_lazy("privacy of answers", "Identified: staff see who answered")
        CONFIDENTIAL = (
            "confidential",
            pgettext_lazy("privacy of answers", "Confidential: kept with the person, whom no page shows"),
        )
        ANONYMOUS = "anonymous", pgettext_lazy("privacy of answers", "Anonymous: not kept with the person")

    name = models.CharField(_("name"), max_length=80, help_text=_("For staff alone."))
    kind = models.CharField(_("what it asks"), max_length=13, choices=Kind.choices, default=Kind.RELATIONSHIP)
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product"),
        help_text=_("Without one, it asks about the company."),
    )  # fmt: skip
    brand = models.CharField(
        _("name in the question"), max_length=60, blank=True,
        help_text=_("As customers call it. Empty: the name of the product, or of this site."),
    )  # fmt: skip
    is_formal = models.BooleanField(
        _("formal address"), default=True, help_text=_("Where a language has two, such as Polish: “Pan/Pani”.")
    )
    colours = models.CharField(
        _("colours of the scale"), max_length=7, choices=Colours.choices, default=Colours.NEUTRAL
    )
    privacy = models.CharField(_("privacy"), max_length=12, choices=Privacy.choices, default=Privacy.IDENTIFIED)
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+", verbose_name=_("owner"))
    state = models.CharField(max_length=7, choices=State.choices, default=State.DRAFT)
    window_days = models.PositiveSmallIntegerField(
        _("days to answer"), default=30, help_text=_("As long as that a link counts, and an answer may be changed.")
    )
    review_url = models.URLField(
        _("public reviews"), blank=True,
        help_text=_("The address of your page at a review site. Everybody who answers is shown it, whatever they say."),
    )  # fmt: skip
    review_label = models.CharField(
        _("words of that link"), max_length=80, blank=True,
        help_text=_("Empty: “Write a public review”, in the language of whoever answers."),
    )  # fmt: skip
    has_invitation = models.BooleanField(
        _("promoters may invite a friend"), default=False,
        help_text=_("They get words and a link to pass on themselves. Nothing is sent from here, no address is kept."),
    )  # fmt: skip
    has_ambassadors = models.BooleanField(
        _("promoters may offer to be asked for more"), default=False,
        help_text=_("A reference, a case study. In identified surveys alone: who offers it is named to staff."),
    )  # fmt: skip
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(window_days__gte=1, window_days__lte=365), name="campaign_window"),
        ]
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/desk/surveys/{self.pk}/"

    @property
    def is_nps(self) -> bool:
        return self.kind in (self.Kind.RELATIONSHIP, self.Kind.TRANSACTIONAL)

    @property
    def scale(self) -> range:
        """The answers that it takes, lowest first."""
        return {self.Kind.CSAT: range(1, 6), self.Kind.CES: range(1, 8)}.get(self.Kind(self.kind), SCALE)

    @property
    def asks(self) -> str:
        """Its kind of question in `surveys.wording.shipped`."""
        return "nps" if self.is_nps else self.kind

    @property
    def is_open(self) -> bool:
        """Whether answers are taken: a survey that is paused invites nobody, and lets those answer who were invited."""
        return self.state in (self.State.RUNNING, self.State.PAUSED)

    def called(self, site: Site) -> str:
        """What the question is about, by its name."""
        return self.brand or (self.product.name if self.product else site.name)

    def band_of(self, answer: int) -> str:
        """The band that decides what is asked next; "any" where there are none."""
        return band(answer).value if self.is_nps else "any"


class Wording(models.Model):
    """The question of a survey in one language, as it stood from one moment on: words that were asked never change."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="wordings", db_index=False)
    language = models.CharField(_("language"), max_length=10)
    version = models.PositiveSmallIntegerField(default=1)
    question = models.CharField(_("question"), max_length=300)
    low = models.CharField(_("lowest answer"), max_length=80)
    high = models.CharField(_("highest answer"), max_length=80)
    reasons = models.JSONField(default=dict)  # by band, what is asked after the score
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["language", "-version"]
        constraints = [models.UniqueConstraint(fields=["campaign", "language", "version"], name="wording_version_once")]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.language} {self.version}"
