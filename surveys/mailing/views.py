"""Whom a survey asks, and why somebody was asked or was not."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.members.requests import MemberRequest
from surveys.campaigns.models import Campaign
from surveys.campaigns.views import METHODS, one_of, surveyors_only
from surveys.mailing.draw import queue
from surveys.mailing.explain import explained, found
from surveys.mailing.forms import AudienceForm, PersonForm
from surveys.mailing.models import Audience, Clocks


@require_http_methods(METHODS)
@surveyors_only
def audience(request: MemberRequest, pk: int) -> HttpResponse:
    campaign = one_of(pk)
    there = Audience.objects.filter(pk=pk).first() or Audience(campaign=campaign)
    form = AudienceForm(request.POST or None, instance=there)
    if form.is_valid():
        form.save()
        if campaign.state == Campaign.State.RUNNING:
            queue(campaign)
        messages.success(request, _("Kept."))
        return redirect(campaign)
    context = {"form": form, "campaign": campaign, "clocks": Clocks.current()}
    return render(request, "surveys/audience.html", context, status=422 if form.errors else 200)


@require_safe
@surveyors_only
def why(request: MemberRequest, pk: int) -> HttpResponse:
    """Why was this person asked, or not?"""
    campaign = one_of(pk)
    form = PersonForm(request.GET if "who" in request.GET else None)
    people = found(form.cleaned_data["who"]) if form.is_valid() else []
    context = {"form": form, "campaign": campaign, "people": [explained(campaign, one) for one in people]}
    return render(request, "surveys/why.html", context, status=422 if form.errors else 200)
