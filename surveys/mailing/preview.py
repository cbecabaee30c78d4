"""A survey as people will see it, before anybody is asked: page and mail in each language, on a phone and a desktop."""

from collections.abc import Callable
from functools import wraps

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from community.knowledge.languages import name_of
from community.members.requests import MemberRequest
from surveys.campaigns.models import Campaign, Wording
from surveys.campaigns.scale import marks
from surveys.campaigns.views import one_of, surveyors_only
from surveys.campaigns.words import latest
from surveys.mailing.compose import shown


@require_safe
@surveyors_only
def preview(request: MemberRequest, pk: int) -> HttpResponse:
    """Frames of both, as wide as a phone and as a desktop."""
    campaign, wording = _asked(request, pk)
    languages = [(name_of(code), f"?language={code}", code == wording.language) for code in latest(campaign)]
    context = {"campaign": campaign, "wording": wording, "languages": languages}
    return render(request, "surveys/preview.html", context)


def in_frame(view: Callable[[MemberRequest, Campaign, Wording], HttpResponse]) -> Callable[..., HttpResponseBase]:
    """For a frame of our own desk, in the language of the question."""

    @require_safe
    @surveyors_only
    @xframe_options_sameorigin
    @wraps(view)
    def shown_in(request: MemberRequest, pk: int) -> HttpResponse:
        campaign, wording = _asked(request, pk)
        request.LANGUAGE_CODE = wording.language
        with translation.override(wording.language):
            response = view(request, campaign, wording)
        given = getattr(response, "_csp_replace", {})
        response._csp_replace = {**given, "frame-ancestors": [SELF]}  # type: ignore[attr-defined]
        return response

    return shown_in


@in_frame
def page(request: MemberRequest, campaign: Campaign, wording: Wording) -> HttpResponse:
    context = {"campaign": campaign, "wording": wording, "marks": marks(campaign), "form": None, "chosen": None}
    return render(request, "surveys/survey.html", context)


@in_frame
def letter(request: MemberRequest, campaign: Campaign, wording: Wording) -> HttpResponse:
    """The mail carries its styles within, as mail programs want them: this page alone allows that."""
    context = shown(campaign, wording, request.site, name="", url="#", stop="#")
    response = render(request, "surveys/mail.html", context)
    response._csp_replace = {"default-src": [NONE], "img-src": [SELF], "style-src": [UNSAFE_INLINE]}  # type: ignore[attr-defined]
    return response


def _asked(request: MemberRequest, pk: int) -> tuple[Campaign, Wording]:
    """The survey, and what it asks in the language that the address says, else in the reader's, else in the first."""
    campaign = one_of(pk)
    words = latest(campaign)
    said = request.GET.get("language", "")
    wording = words.get(said) or words.get(request.LANGUAGE_CODE) or next(iter(words.values()), None)
    if wording is None or (said and said not in words):
        raise Http404
    return campaign, wording
