"""Where staff write the questions of a survey's own, that follow the number."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.knowledge.languages import name_of
from community.members.requests import MemberRequest
from surveys.campaigns.models import Campaign
from surveys.campaigns.posed import Posed, posed
from surveys.campaigns.question_forms import QuestionForm, QuestionWordsForm
from surveys.campaigns.question_page import listed, spoken
from surveys.campaigns.questions import Question
from surveys.campaigns.views import METHODS, one_of, surveyors_only
from surveys.campaigns.words import latest
from surveys.campaigns.write_questions import Refused, ask_again, move, remove, reword_question, rewrite, write


@require_http_methods(METHODS)
@surveyors_only
def questions(request: MemberRequest, pk: int) -> HttpResponse:
    """All of them in their order; `up` and `down` move one by one place."""
    campaign = one_of(pk)
    for by, step in (("up", -1), ("down", 1)):
        if by in request.POST:
            question = _question(campaign, _number(request.POST[by]))
            _tried(request, partial(move, question, step))
            return redirect(f"{request.path}?moved={question.pk}&by={by}")
    moved = (_number(request.GET.get("moved", "")), request.GET.get("by", ""))
    context = {"campaign": campaign, "moved": moved[0], "by": moved[1], **listed(campaign, request.LANGUAGE_CODE)}
    return render(request, "surveys/questions.html", context)


@require_http_methods(METHODS)
@surveyors_only
def new(request: MemberRequest, pk: int) -> HttpResponse:
    campaign = one_of(pk)
    form = QuestionForm(request.POST or None, campaign=campaign)
    if form.is_valid():
        try:
            write(campaign, form.written, language=_first_language(request, campaign), by=request.user)
            return redirect("desk-survey-questions", pk=pk)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {"form": form, "campaign": campaign}
    return render(request, "surveys/question.html", context, status=422 if form.errors else 200)


@require_http_methods(METHODS)
@surveyors_only
def question(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """Whom it asks and its words in the first language; the other languages, and removing it."""
    campaign = one_of(pk)
    one = _posed(campaign, number)
    form = QuestionForm(request.POST or None, campaign=campaign, posed=one)
    if form.is_valid():
        try:
            rewrite(one.question, form.written, by=request.user)
            messages.success(request, _("It is asked like this from now on."))
            return redirect("desk-survey-questions", pk=pk)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {"form": form, "campaign": campaign, "posed": one, "languages": spoken(campaign, one.question)}
    return render(request, "surveys/question.html", context, status=422 if form.errors else 200)


@require_http_methods(METHODS)
@surveyors_only
def words(request: MemberRequest, pk: int, number: int, language: str) -> HttpResponse:
    campaign = one_of(pk)
    first = _posed(campaign, number)
    if language not in latest(campaign) or language == first.question.language:
        raise Http404
    there = _posed(campaign, number, language)
    form = QuestionWordsForm(
        request.POST or None, first=first, there=there if there.wording.language == language else None
    )
    if form.is_valid():
        reword_question(first.question, language, form.cleaned_data["text"], form.options, by=request.user)
        messages.success(request, _("It is asked like this from now on."))
        return redirect("desk-survey-question", pk=pk, number=number)
    context = {"form": form, "campaign": campaign, "posed": first, "language_name": name_of(language)}
    return render(request, "surveys/question_words.html", context, status=422 if form.errors else 200)


@require_POST
@surveyors_only
def removal(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    one = _question(one_of(pk), number)
    _tried(request, lambda: messages.success(request, _removed(remove(one, by=request.user))))
    return redirect("desk-survey-questions", pk=pk)


@require_POST
@surveyors_only
def removal_withdrawal(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """A closed question is asked again."""
    one = _question(one_of(pk), number)
    _tried(request, partial(ask_again, one))
    return redirect("desk-survey-questions", pk=pk)


def _removed(is_gone: bool) -> str:
    return _("The question is gone.") if is_gone else _("It is not asked any more. What was answered stays.")


def _tried(request: MemberRequest, act: Callable[[], object]) -> None:
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))


def _question(campaign: Campaign, number: int) -> Question:
    rows = Question.objects.select_related("campaign", "only_if__question")
    return get_object_or_404(rows, pk=number, campaign=campaign)


def _posed(campaign: Campaign, number: int, language: str = "") -> Posed:
    found = next((one for one in posed(campaign, language) if one.question.pk == number), None)
    if found is None:
        raise Http404
    found.question.campaign = campaign
    return found


def _first_language(request: MemberRequest, campaign: Campaign) -> str:
    language = request.site.language[:2]
    return language if language in latest(campaign) else "en"


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 16 else 0
