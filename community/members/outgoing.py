"""Mails of accounts on their way: log-in codes, confirmations, links to one's own data."""

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MailQuerySet(models.QuerySet["OutgoingMail"]):
    def waiting(self) -> "MailQuerySet":
        return self.filter(sent_at=None).exclude(text="")

    def given_up(self) -> "MailQuerySet":
        """Those that could not be sent; their words are gone, for they may have held a log-in code."""
        return self.filter(sent_at=None, text="")

    def give_up(self) -> int:
        return self.update(text="", html="")


class OutgoingMail(models.Model):
    """A mail on its way. The task gets only its id; the row goes once the mail is handed over."""

    to = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("text"))
    html = models.TextField(blank=True)
    answers_mail = models.BooleanField(default=False)  # so that no robot answers it again
    created_at = models.DateTimeField(default=timezone.now)
    sent_at: datetime | None = models.DateTimeField(null=True, blank=True)  # type: ignore[assignment]

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("mail")
        verbose_name_plural = _("mails")

    def __str__(self) -> str:
        return self.subject

    @property
    def is_given_up(self) -> bool:
        return self.sent_at is None and not self.text
