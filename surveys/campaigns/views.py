"""Where staff make surveys and say what these ask."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.knowledge.languages import name_of
from community.lib.answers import refuse
from community.members.requests import MemberRequest
from surveys.campaigns import run
from surveys.campaigns.forms import CampaignForm, WordingForm
from surveys.campaigns.models import Campaign
from surveys.campaigns.scale import marks
from surveys.campaigns.words import first_words, latest, reword, reword_anew

METHODS = ["GET", "HEAD", "POST"]


def surveyors_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    @login_required
    def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.may("run surveys"):
            refuse(_("Surveys are run by staff."))
        return view(request, *args, **kwargs)

    return guarded


def one_of(pk: int) -> Campaign:
    return get_object_or_404(Campaign.objects.select_related("product", "owner"), pk=pk)


@require_safe
@surveyors_only
def surveys(request: MemberRequest) -> HttpResponse:
    return render(request, "surveys/list.html", {"surveys": Campaign.objects.select_related("product", "owner")})


@require_http_methods(METHODS)
@surveyors_only
def new(request: MemberRequest) -> HttpResponse:
    form = CampaignForm(request.POST or None, initial={"owner": request.user.pk})
    if form.is_valid():
        with transaction.atomic():
            campaign = form.save()
            first_words(campaign, request.site)
        return redirect(campaign)
    return render(request, "surveys/edit.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(METHODS)
@surveyors_only
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    with transaction.atomic():
        if request.method == "POST":
            _hold(pk)
        campaign = one_of(pk)
        form = CampaignForm(request.POST or None, instance=campaign)
        if form.is_valid():
            form.save()
            if campaign.state == Campaign.State.DRAFT:
                reword_anew(campaign, request.site)
            return redirect(campaign)
    context = {"form": form, "campaign": one_of(pk)}
    return render(request, "surveys/edit.html", context, status=422 if form.errors else 200)


def _hold(pk: int) -> None:
    """Whoever starts or ends it in the same moment waits, or has done so before it is read."""
    get_object_or_404(Campaign.objects.select_for_update(no_key=True), pk=pk)


@require_http_methods(METHODS)
@surveyors_only
def wording(request: MemberRequest, pk: int, language: str) -> HttpResponse:
    """What is asked in one language, and how it looks there."""
    campaign = one_of(pk)
    now = latest(campaign).get(language)
    if now is None:
        raise Http404
    form = WordingForm(request.POST or None, campaign=campaign, wording=now)
    if form.is_valid():
        reword(campaign, language, form.words, form.reasons, by=request.user)
        messages.success(request, _("It is asked like this from now on."))
        return redirect(campaign)
    with translation.override(language):
        direction = "rtl" if translation.get_language_bidi() else "ltr"
    context = {
        "form": form, "campaign": campaign, "wording": now, "marks": marks(campaign), "direction": direction,
        "language_name": name_of(language),
    }  # fmt: skip
    return render(request, "surveys/wording.html", context, status=422 if form.errors else 200)


@require_POST
@surveyors_only
def state(request: MemberRequest, pk: int) -> HttpResponse:
    """Start, pause, go on, end."""
    campaign, asked = one_of(pk), request.POST.get("state", "")
    if asked not in (Campaign.State.RUNNING, Campaign.State.PAUSED, Campaign.State.ENDED):
        raise Http404
    if not run.put(campaign, Campaign.State(asked)):
        messages.info(request, _("It stands elsewhere by now: somebody was quicker."))
    return redirect(campaign)
