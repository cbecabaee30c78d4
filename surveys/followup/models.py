"""What staff and somebody who asked to be contacted write to each other, by mail."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from community.members.models import Member
from community.notifications.sending import Sending
from surveys.responses.models import ContactRequest


class ContactMail(Sending):
    """A mail that somebody of staff wrote to them."""

    request = models.ForeignKey(ContactRequest, models.CASCADE, related_name="mails")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    to = models.EmailField()  # in small letters
    title = models.CharField(max_length=200)
    body = models.TextField()  # Markdown
    key = models.CharField(max_length=32, unique=True)  # of the form it was written in: sent twice it is one mail
    returned_at = models.DateTimeField(null=True)  # when it came back

    class Meta:
        indexes = [
            models.Index("due_at", "id", name="contactmail_due", condition=Q(state="waiting")),
            models.Index("to", "id", name="contactmail_to"),
        ]

    def __str__(self) -> str:
        return f"mail of {self.request_id}: {self.state}"


class ContactAnswer(models.Model):
    """A mail that they answered with."""

    request = models.ForeignKey(ContactRequest, models.CASCADE, related_name="answers")
    sender = models.EmailField()  # in small letters
    title = models.CharField(max_length=200)
    body = models.TextField()  # Markdown
    name = models.CharField(max_length=242, blank=True)  # its Message-ID, which the next mail answers
    files = models.JSONField(default=list)  # names of what came along, and was not kept
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"answer of {self.request_id}"
