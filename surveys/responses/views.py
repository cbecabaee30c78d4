"""The page that the links of a mail lead to: its address is the right to answer. GET counts nothing."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from community.feedback.models import Item
from community.lib import markdown
from community.members.limits import LimitReached
from community.members.requests import Request
from surveys.campaigns.scale import marks, on_scale
from surveys.people.models import Person
from surveys.responses import links, page
from surveys.responses.forms import CommentForm, ScoreForm
from surveys.responses.glad import glad, may_offer
from surveys.responses.glad import offer as put_offer
from surveys.responses.models import Invitation, Response
from surveys.responses.page import further_form, on_its_way
from surveys.responses.respond import Changed, count_try, note_intent, respond, response_to, say

METHODS = ["GET", "HEAD", "POST"]


@csrf_exempt  # the token is the right to answer, and no session counts here
@require_http_methods(METHODS)
def survey(request: Request, token: str) -> HttpResponse:
    """The question with the number chosen that the mail's link names; once answered, what follows."""
    invitation = links.invited_by(token)
    if invitation is None or not _is_open(invitation):
        return _closed(request, invitation)
    form = ScoreForm(request.POST if request.method == "POST" else None, campaign=invitation.campaign)
    if form.is_valid():
        try:
            count_try(request, invitation)
            respond(invitation, form.cleaned_data["score"])
            return redirect(links.path_of(invitation))
        except LimitReached as reached:
            form.add_error("score", str(reached))
    there = response_to(invitation)
    linked = on_scale(invitation.campaign, request.GET.get("score", ""))
    if request.method == "GET" and linked is not None and there is None:
        note_intent(invitation, linked)
    is_done = there is not None and (linked is None or linked == there.score) and "change" not in request.GET
    if there and is_done and request.method != "POST":
        return _further(request, invitation, there, further_form(there, _language(invitation)))
    chosen = linked if linked is not None else there.score if there else None
    context = {"form": form, "marks": marks(invitation.campaign, chosen), "chosen": chosen, "there": there}
    return _answer(request, invitation, "surveys/survey.html", context, status=422 if form.errors else 200)


@csrf_exempt
@require_POST
def comment(request: Request, token: str) -> HttpResponse:
    """What they say besides the number."""
    invitation = links.invited_by(token)
    there = response_to(invitation) if invitation and _is_open(invitation) else None
    if invitation is None or there is None:
        return _closed(request, invitation)
    form = further_form(there, _language(invitation), request.POST)
    if form.is_valid():
        try:
            count_try(request, invitation)
            say(there, form.said)
            return _thanks(request, invitation, there, on_its_way(request, form.said.words))
        except (markdown.MarkdownRefused, LimitReached, Changed) as refused:
            form.add_error("comment", str(refused))
    return _further(request, invitation, there, form, status=422)


@csrf_exempt
@require_POST
def offer(request: Request, token: str) -> HttpResponse:
    """A promoter says that staff may ask them for more, or takes it back."""
    invitation = links.invited_by(token)
    there = response_to(invitation) if invitation and _is_open(invitation) else None
    if invitation is None or there is None or not may_offer(there, invitation.campaign):
        return _closed(request, invitation)
    put_offer(there, offers=bool(request.POST.get("offers")))
    return _thanks(request, invitation, there)


@csrf_exempt  # mail programs that stop it with one click have no cookie of ours (RFC 8058)
@require_http_methods(METHODS)
def end(request: Request, token: str) -> HttpResponse:
    """No more surveys to this person. GET asks, POST does it."""
    person = Person.objects.filter(pk=links.ended_by(token) or 0).first()
    if person and request.method == "POST":
        person.unsubscribe()
    context = {"person": person, "is_done": person is not None and person.unsubscribed_at is not None}
    return _show(request, "surveys/end.html", context, person.language if person else "", 200 if person else 404)


def _is_open(invitation: Invitation) -> bool:
    return invitation.campaign.is_open and invitation.asked_at is not None and not invitation.is_expired


def _closed(request: Request, invitation: Invitation | None) -> HttpResponse:
    """A clear page for a link that is damaged, forged, too old, or of a survey that has ended."""
    language = _language(invitation) if invitation else ""
    return _show(request, "surveys/closed.html", {"invitation": invitation}, language, 410 if invitation else 404)


def _further(request: Request, invitation: Invitation, there: Response, form: CommentForm, status: int = 200) -> Any:
    why = page.why(invitation.wording, invitation.campaign, there.score, _language(invitation))
    context = {"there": there, "form": form, "why": why, "band": there.band}
    return _answer(request, invitation, "surveys/further.html", context, status)


def _thanks(request: Request, invitation: Invitation, there: Response, near: Sequence[Item] = ()) -> HttpResponse:
    found = glad(there, invitation.campaign, request.site, _language(invitation))
    context = {"there": there, "near": near, "glad": found, "offer_path": f"{links.path_of(invitation)}offer/"}
    return _answer(request, invitation, "surveys/thanks.html", context)


def _answer(
    request: Request, invitation: Invitation, name: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    context |= {"campaign": invitation.campaign, "wording": invitation.wording, "path": links.path_of(invitation)}
    context["end_url"] = links.end_path_of(invitation)
    return _show(request, name, context, _language(invitation), status)


def _language(invitation: Invitation) -> str:
    return invitation.wording.language if invitation.wording else invitation.person.language


def _show(request: Request, name: str, context: dict[str, Any], language: str, status: int) -> HttpResponse:
    """In the language of the question; the address of the page is told to no other site."""
    request.LANGUAGE_CODE = language or request.LANGUAGE_CODE
    with translation.override(request.LANGUAGE_CODE):
        response = render(request, name, context, status=status)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
