"""Who was asked, by what way and when, and what they answered."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import get_random_string

from community.feedback.models import Listed
from community.members.models import Company, Member
from community.notifications.sending import Sending
from surveys.campaigns.models import Campaign, Wording
from surveys.campaigns.questions import Option, Question, QuestionWording
from surveys.people.models import Person


class Channel(models.TextChoices):
    MAIL = "mail"
    EMBED = "embed"
    LINK = "link"
    IMPORT = "import"


class Invitation(Sending):
    """That a person is asked by a survey: the mail on its way, then the link in it, once for each of them."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="invitations", db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="invitations", db_index=False)
    channel = models.CharField(max_length=6, choices=Channel.choices, default=Channel.MAIL)
    wording = models.ForeignKey(Wording, models.PROTECT, null=True, related_name="+")  # as it was asked
    asked_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)  # when a second mail was put on its way: there is no third
    # What a link in the mail was opened with. It counts nothing: mail programs and scanners open links too.
    intent = models.PositiveSmallIntegerField(null=True)
    answered_on = models.DateField(null=True)  # the day alone, so that it leads to no anonymous answer

    class Meta:
        indexes = [
            models.Index("due_at", "id", name="invitation_due", condition=Q(state="waiting")),
            models.Index("campaign", "asked_at", name="invitation_asked"),
            models.Index("person", "asked_at", name="invitation_person"),
            # As many as have answered. SQLite counts in an index alone only where that holds each column asked for.
            models.Index(
                "campaign",
                "asked_at",
                "answered_on",
                name="invitation_answered",
                condition=Q(answered_on__isnull=False, asked_at__isnull=False),
            ),
            # As many as opened a number of their mail and never confirmed it.
            models.Index(
                "campaign",
                "asked_at",
                "answered_on",
                "intent",
                name="invitation_unconfirmed",
                condition=Q(intent__isnull=False, answered_on__isnull=True, asked_at__isnull=False),
            ),
            # As many as no mail reached.
            models.Index(
                "campaign",
                "asked_at",
                "state",
                "answered_on",
                "reminded_at",
                name="invitation_undelivered",
                condition=Q(state="failed", answered_on__isnull=True, reminded_at__isnull=True, asked_at__isnull=False),
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["campaign", "person"], name="invitation_once")]

    def __str__(self) -> str:
        return f"{self.campaign_id} to {self.person_id}: {self.state}"

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()


class Response(Listed):
    """One answer to the question of a survey. What was said besides is the item's text.

    Plan, revenue and company are those of the moment: who is with another company later was not when they answered.
    """

    KIND = "answer"

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="responses", db_index=False)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="responses", db_index=False)
    # What an answer is found again by, whose person is not kept: nobody gets from it to the invitation.
    key = models.CharField(max_length=64, unique=True)
    score = models.PositiveSmallIntegerField()
    wording = models.ForeignKey(Wording, models.PROTECT, null=True, related_name="+")
    colours = models.CharField(max_length=7, choices=Campaign.Colours.choices)
    channel = models.CharField(max_length=6, choices=Channel.choices)
    company = models.ForeignKey(Company, models.SET_NULL, null=True, related_name="+")
    plan = models.CharField(max_length=60, blank=True)
    revenue = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    answered_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index("campaign", "answered_at", "item", name="response_latest"),
            models.Index("person", "answered_at", name="response_person"),
        ]
        constraints = [models.CheckConstraint(condition=Q(score__lte=10), name="response_on_scale")]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.score}"

    @property
    def band(self) -> str:
        """What decides what is asked next; "any" where there are no bands."""
        return self.campaign.band_of(self.score)

    @staticmethod
    def path_for(pk: int) -> str:
        return f"/desk/surveys/answers/{pk}/"


def new_key() -> str:
    return get_random_string(16, "abcdefghijklmnopqrstuvwxyz0123456789")


class ContactRequest(models.Model):
    """That somebody who answered wants to hear from a person; who has done so, and when."""

    response = models.OneToOneField(Response, models.CASCADE, primary_key=True, related_name="contact")
    # Its page has an address of its own: a number would lead from whoever waits to a confidential answer.
    key = models.CharField(max_length=16, unique=True, default=new_key, editable=False)
    how = models.CharField(max_length=200)  # in their words: an address, a number, a good time
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    contacted_at = models.DateTimeField(null=True)
    contacted_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField(null=True)  # since the first mail it is a conversation, and stays

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [models.Index("due_at", "response", name="contact_open", condition=Q(contacted_at=None))]

    def __str__(self) -> str:
        return f"contact {self.response_id}"

    def get_absolute_url(self) -> str:
        return f"/desk/surveys/contacts/{self.key}/"

    @property
    def tells_answer(self) -> bool:
        """Whether staff may know what they answered besides how they want to be reached."""
        return self.response.campaign.privacy == Campaign.Privacy.IDENTIFIED

    @property
    def is_late(self) -> bool:
        return self.contacted_at is None and self.due_at < timezone.now()


class Quote(models.Model):
    """That somebody lets the company show what they said, under the name that they chose."""

    response = models.OneToOneField(Response, models.CASCADE, primary_key=True, related_name="quote")
    name = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"quote {self.response_id}"


class Answer(models.Model):
    """What somebody answered to a question of one's own: their words, or one row for each option that they chose."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="answers", db_index=False)
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers", db_index=False)
    option = models.ForeignKey(Option, models.PROTECT, null=True, related_name="+", db_index=False)
    wording = models.ForeignKey(QuestionWording, models.PROTECT, related_name="+", db_index=False)  # as it was asked
    text = models.TextField()  # in their words; of an option in ours, as they stood there

    class Meta:
        indexes = [models.Index("question", "option", "response", name="answer_question")]
        constraints = [
            models.UniqueConstraint(fields=["response", "question", "option"], name="answer_option_once"),
            models.UniqueConstraint(
                fields=["response", "question"], condition=Q(option=None), name="answer_words_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.response_id}: {self.question_id}"


class Ambassador(models.Model):
    """That somebody who is glad may be asked for more, such as a reference, and since when; gone once taken back."""

    response = models.OneToOneField(Response, models.CASCADE, primary_key=True, related_name="ambassador")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index("at", "response", name="ambassador_latest")]

    def __str__(self) -> str:
        return f"ambassador {self.response_id}"
