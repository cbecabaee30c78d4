"""Every model of surveys, for Django to find; rooms import each other's models from the rooms."""

from surveys.campaigns.models import Campaign, Wording
from surveys.campaigns.questions import Option, Question, QuestionWording
from surveys.embed.models import Widget
from surveys.followup.models import ContactAnswer, ContactMail
from surveys.mailing.models import Audience, Clocks
from surveys.people.models import Person
from surveys.responses.models import Ambassador, Answer, ContactRequest, Invitation, Quote, Response
from surveys.tallies.models import Outdated, Tallied, Tally

__all__ = [
    "Ambassador", "Answer", "Audience", "Campaign", "Clocks", "ContactAnswer", "ContactMail", "ContactRequest",
    "Invitation", "Option", "Outdated", "Person", "Question", "QuestionWording", "Quote", "Response", "Tallied",
    "Tally", "Widget", "Wording",
]  # fmt: skip
