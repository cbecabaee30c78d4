"""What a survey found out."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.feedback.loop import chain
from community.feedback.models import Item
from community.lib.answers import refuse
from community.members.requests import MemberRequest
from surveys.campaigns.gating import gates
from surveys.campaigns.models import Campaign
from surveys.campaigns.views import one_of, surveyors_only
from surveys.campaigns.words import latest as latest_words
from surveys.nps import FEWEST
from surveys.reports import answers as found_answers
from surveys.reports.besides import besides
from surveys.reports.choices import choices as choices_of
from surveys.reports.export import MEDIA, export_of
from surveys.reports.figures import figures
from surveys.reports.forms import EARLIEST, LATEST, MonthsForm, PeriodsForm
from surveys.reports.guard import is_guarded
from surveys.reports.measure import name_of
from surveys.reports.page import charts, method, tabs
from surveys.reports.periods import compare, latest_two
from surveys.reports.segments import segments as segments_of
from surveys.reports.trend import open_months, ways
from surveys.reports.trend import trend as trend_of
from surveys.reports.windows import BY
from surveys.responses.models import Response


def _show(request: MemberRequest, name: str, campaign: Campaign, tab: str, status: int = 200, **more: Any) -> Any:
    context = {
        "campaign": campaign, "tabs": tabs(campaign, tab), "tab": tab, "score_name": name_of(campaign),
        "is_guarded": is_guarded(campaign), "fewest": FEWEST, **more,
    }  # fmt: skip
    return render(request, name, context, status=status)


@require_safe
@surveyors_only
def report(request: MemberRequest, pk: int) -> HttpResponse:
    """The score with all that belongs to it, the latest answers, and what the survey asks of whom."""
    campaign = get_object_or_404(Campaign.objects.select_related("product", "owner", "audience"), pk=pk)
    found = figures(campaign)
    is_open = not is_guarded(campaign) or found.n >= FEWEST
    wordings = latest_words(campaign).values()
    return _show(
        request, "surveys/report.html", campaign, "",
        figures=found,
        charts=charts(campaign, found) if is_open else [],
        method=method(campaign, found),
        found=found_answers.latest(campaign) if is_open else None,
        why_not=found_answers.too_few(),
        wordings=wordings,
        gates=gates(campaign, wordings),
        audience=getattr(campaign, "audience", None),
        State=Campaign.State,
    )  # fmt: skip


@require_safe
@surveyors_only
def trend(request: MemberRequest, pk: int) -> HttpResponse:
    """How the score went, by stretches of time that are chosen."""
    campaign = one_of(pk)
    found = trend_of(campaign, request.GET.get("by", ""), _day(request.GET.get("until", "")))
    choices = [(BY[by], f"?by={by}", by == found.by) for by in ways(campaign)]
    return _show(request, "surveys/trend.html", campaign, "trend/", trend=found, choices=choices)


@require_safe
@surveyors_only
def segments(request: MemberRequest, pk: int) -> HttpResponse:
    """The score of each group of people."""
    campaign = one_of(pk)
    return _show(request, "surveys/segments.html", campaign, "segments/", segments=segments_of(campaign))


@require_safe
@surveyors_only
def periods(request: MemberRequest, pk: int) -> HttpResponse:
    """Two periods beside each other: the last 30 days and those before, or what was asked for."""
    campaign = one_of(pk)
    form: PeriodsForm | MonthsForm
    if is_guarded(campaign):
        months = open_months(campaign)
        two = {"before_since": months[1].begin.isoformat(), "since": months[0].begin.isoformat()} if months[1:] else {}
        form = MonthsForm(request.GET or two, months=months)
    else:
        before, after = latest_two()
        two = {f"before_{name}": value for name, value in before.query.items()} | after.query
        form = PeriodsForm(request.GET or two)
    is_ready = form.is_valid()
    comparison = compare(campaign, *form.windows) if is_ready else None
    return _show(
        request, "surveys/periods.html", campaign, "periods/", 200 if is_ready or not request.GET else 422,
        form=form, comparison=comparison, has_months=bool(two),
    )  # fmt: skip


@require_safe
@surveyors_only
def choices(request: MemberRequest, pk: int) -> HttpResponse:
    """What was answered to the questions of the survey's own, which no score counts."""
    campaign = one_of(pk)
    return _show(
        request, "surveys/choices.html", campaign, "choices/", questions=choices_of(campaign, request.LANGUAGE_CODE)
    )


@require_safe
@surveyors_only
def answers(request: MemberRequest, pk: int) -> HttpResponse:
    """The answers behind a number: all of them, or what the address narrows them to."""
    campaign = one_of(pk)
    form = found_answers.filters_of(campaign, request.GET)
    is_ready = form.is_valid()
    found = found_answers.answers(form, request.GET.get("after", "")) if is_ready else None
    query = request.GET.copy()
    query.pop("after", None)
    return _show(
        request, "surveys/answers.html", campaign, "answers/", 200 if is_ready else 422,
        form=form, found=found, query=query.urlencode(), may_export=request.user.may("export answers"),
        is_narrowed=any(query.values()), most=found_answers.MOST_COUNTED, formats=list(MEDIA),
    )  # fmt: skip


@require_safe
@surveyors_only
def answer(request: MemberRequest, pk: int) -> HttpResponse:
    """One answer: what was asked, what was said, and what became of it."""
    visible = Response.objects.filter(item__in=Item.objects.visible_to(request.user))
    found = get_object_or_404(found_answers.with_all(visible), pk=pk)
    if why_not := found_answers.why_not(found.campaign):
        refuse(why_not)
    one = found_answers.shown(found.campaign, found)
    own = besides(found.campaign, found)
    context = {"answer": one, "one": found, "besides": own, "chain": chain(pk, request.user)}
    return render(request, "surveys/answer.html", context)


@require_safe
@surveyors_only
def export(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Every answer as a file, written while it is sent."""
    campaign = one_of(pk)
    if not request.user.may("export answers"):
        refuse(_("Only managers and administrators export answers: the file holds addresses of people."))
    format = request.GET.get("format", "csv")
    if format not in MEDIA:
        raise Http404
    if why_not := found_answers.why_not(campaign):
        refuse(why_not)
    response = StreamingHttpResponse(export_of(campaign, format), content_type=MEDIA[format])
    name = f"survey-{campaign.pk}-{timezone.now():%Y-%m-%d}.{format}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _day(said: str) -> date | None:
    """A day that an address names, if it is one that answers may have."""
    try:
        found = parse_date(said)
    except ValueError:  # well written, and no day
        return None
    return found if found and EARLIEST.replace(year=1995) <= found <= LATEST else None
