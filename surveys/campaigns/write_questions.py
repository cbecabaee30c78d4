"""Writing, moving and closing the questions of a survey's own. Words that were asked never change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from community.lib.isolate import isolated
from community.members.models import Member
from surveys.campaigns.models import Campaign
from surveys.campaigns.posed import Posed, posed
from surveys.campaigns.questions import Option, Question, QuestionWording

MOST = 10  # questions that one survey asks besides the number


class Refused(ValueError):
    """Carries a sentence that says why it cannot be, and what to do."""


@dataclass(frozen=True)
class Written:
    """A question as staff write it in its first language."""

    text: str
    kind: str = Question.Kind.TEXT
    bands: Sequence[str] = ()
    only_if: int | None = None  # an option of an earlier question
    options: Mapping[int, str] = field(default_factory=dict)  # those that stay
    added: Sequence[str] = ()


@transaction.atomic
def write(campaign: Campaign, told: Written, *, language: str, by: Member) -> Question:
    """A new question, after all others. Raises Refused."""
    campaign = _locked(campaign)
    place = _next_place(campaign)
    question = Question.objects.create(
        campaign=campaign,
        kind=told.kind,
        bands=list(told.bands),
        only_if_id=told.only_if,
        language=language,
        place=place,
    )
    _put_options(question, told)
    reword_question(question, language, told.text, _labels(question, told), by=by)
    return question


def rewrite(question: Question, told: Written, *, by: Member) -> None:
    """Other words in its first language, other options, other people. Raises Refused."""
    try:
        _rewrite(question, told, by=by)
    except IntegrityError:  # somebody chose what was being removed: now that is seen
        _rewrite(question, told, by=by)


@transaction.atomic
def _rewrite(question: Question, told: Written, *, by: Member) -> None:
    _locked(question.campaign)
    if told.only_if != question.only_if_id:
        _refuse_if_answered(question)
    question.bands, question.only_if_id = list(told.bands), told.only_if
    question.save(update_fields=["bands", "only_if"])
    _put_options(question, told)
    reword_question(question, question.language, told.text, _labels(question, told), by=by)


def _put_options(question: Question, told: Written) -> None:
    """Closes what is not named any more and was chosen once, forgets what nobody chose."""
    for option in question.options.filter(closed_at=None):
        if option.pk not in told.options:
            _refuse_if_needed(Question.objects.filter(only_if=option))
            _drop(option)
    last = max(question.options.values_list("place", flat=True), default=0)
    for place, _label in enumerate(told.added, last + 1):
        Option.objects.create(question=question, place=place)


def _labels(question: Question, told: Written) -> dict[str, str]:
    """By number, as a wording keeps them: those that stay first, then the new ones in their order."""
    there = question.options.filter(closed_at=None).order_by("place", "pk").values_list("pk", flat=True)
    added = iter(told.added)
    return {str(pk): told.options[pk] if pk in told.options else next(added) for pk in there}


@transaction.atomic
def reword_question(question: Question, language: str, text: str, options: Mapping[str, str], *, by: Member) -> None:
    """In place while the survey is a draft; else as a new version."""
    state = _locked(question.campaign).state
    now = QuestionWording.objects.filter(question=question, language=language).order_by("-version").first()
    said = {"text": text, "options": dict(options)}
    if now and (now.text, now.options) == (text, said["options"]):
        return
    if now and state == Campaign.State.DRAFT:
        QuestionWording.objects.filter(pk=now.pk).update(**said, by=by, at=timezone.now())
        return
    version = now.version + 1 if now else 1
    QuestionWording.objects.create(question=question, language=language, version=version, by=by, **said)


@transaction.atomic
def move(question: Question, step: int) -> None:
    """One place up (-1) or down (1). Raises Refused where it would come before what it depends on."""
    rows = list(Question.objects.filter(campaign=_locked(question.campaign), closed_at=None).select_related("only_if"))
    at = next((at for at, one in enumerate(rows) if one.pk == question.pk), -1)
    if at < 0 or not 0 <= at + step < len(rows):
        return
    earlier, later = rows[min(at, at + step)], rows[max(at, at + step)]
    if later.only_if and later.only_if.question_id == earlier.pk:
        raise Refused(_("It stays where it is: the one is asked only after an answer to the other."))
    rows[at], rows[at + step] = rows[at + step], rows[at]
    for place, one in enumerate(rows, 1):
        Question.objects.filter(pk=one.pk).update(place=place)


def remove(question: Question, *, by: Member) -> bool:
    """Whether it is gone; with answers it is closed, and they stay. Raises Refused while others depend on it."""
    try:
        with transaction.atomic():
            _locked(question.campaign)
            _refuse_if_needed(Question.objects.filter(only_if__question=question))
            Question.objects.get(pk=question.pk).delete()
    except IntegrityError:  # there are answers, or one came in the same moment
        Question.objects.filter(pk=question.pk).update(closed_at=timezone.now(), closed_by=by)
        return False
    return True


@transaction.atomic
def ask_again(question: Question) -> None:
    """A closed question, after all others. Raises Refused."""
    _locked(question.campaign)
    place = _next_place(question.campaign)
    needed = question.only_if
    if needed and (needed.closed_at or needed.question.closed_at):
        raise Refused(_("What it depends on is not asked any more: ask that again first, or write a new question."))
    Question.objects.filter(pk=question.pk).update(closed_at=None, closed_by=None, place=place)


def conditions(campaign: Campaign, question: Question | None) -> list[Posed]:
    """What a question may depend on: those with options that come before it."""
    there = posed(campaign, question.language if question else "")
    if question:
        there = list(takewhile(lambda one: one.question.pk != question.pk, there))
    return [one for one in there if one.question.has_options]


def _next_place(campaign: Campaign) -> int:
    """Behind all others. Raises Refused where there are enough."""
    there = list(Question.objects.filter(campaign=campaign))
    if sum(one.closed_at is None for one in there) >= MOST:
        raise Refused(_("A survey asks at most %(most)d questions of its own: remove one first.") % {"most": MOST})
    return max((one.place for one in there), default=0) + 1


def _drop(option: Option) -> None:
    try:
        with transaction.atomic():
            option.delete()
    except IntegrityError:
        Option.objects.filter(pk=option.pk).update(closed_at=timezone.now())


def _refuse_if_needed(questions: QuerySet[Question]) -> None:
    needs = questions.filter(closed_at=None).first()
    if needs is None:
        return
    words = QuestionWording.objects.filter(question=needs, language=needs.language).order_by("-version").first()
    told = {"question": isolated(words.text if words else "")}
    raise Refused(_("“%(question)s” is asked only after this answer: change that first.") % told)


def _refuse_if_answered(question: Question) -> None:
    """Answers were given under the condition that stands: under none they would tell of an earlier choice."""
    if question.answers.exists():
        told = _(
            "People have answered this where its condition held. For another one, remove it and write a new question."
        )
        raise Refused(told)


def _locked(campaign: Campaign) -> Campaign:
    return Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
