"""The survey in somebody else's page: asked for, shown, answered. Whoever looks is a guest, and no cookie is set.

A ticket is the right to be shown it, a token the right to answer (`surveys.embed.tokens`).
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import SELF
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.lib import markdown
from community.members.limits import LimitReached
from community.members.requests import Request
from community.search.framed import framed
from community.search.loader import answer as answer_with
from surveys.campaigns.models import Campaign
from surveys.embed import identity, page, show
from surveys.embed.answer import Asked, Closed, Elsewhere, Unknown, answer, answered, asked_by
from surveys.embed.loader import loader_for
from surveys.embed.models import Widget
from surveys.responses.forms import ScoreForm
from surveys.responses.glad import may_offer
from surveys.responses.glad import offer as put_offer
from surveys.responses.page import further_form
from surveys.responses.respond import Changed, say

METHODS = ["GET", "HEAD", "POST"]
LONGEST_BODY = 10_000


@require_safe
def loader(request: Request) -> HttpResponse:
    """The script, the same for every survey and everybody."""
    return answer_with(request, loader_for(request.site), seconds=3600)


def of_widget(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a guest, with the widget that the address names, and for frames of its own sites."""

    @framed
    @wraps(view)
    def shown(request: Request, key: str) -> HttpResponse:
        widgets = Widget.objects.select_related("campaign__product", "campaign__audience")
        widget = get_object_or_404(widgets, key=key)
        try:
            response = view(request, widget)
        except Closed:
            response = page.closed(request, "over", 410)
        except Elsewhere:
            response = page.closed(request, "elsewhere", 410)
        except Unknown:
            response = page.closed(request, "unknown", 404)
        response._csp_replace = {"frame-ancestors": [SELF, *widget.framers]}  # type: ignore[attr-defined]
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return shown


@of_widget
@require_http_methods(METHODS)
def ask(request: Request, widget: Widget) -> HttpResponse:
    """GET: the empty page that asks, for the rules of the page around it may forbid that. POST: whether to show."""
    if request.method != "POST":
        response = render(request, "surveys/embed/gate.html", {"widget": widget})
        response.headers["Cache-Control"] = "public, max-age=300"
        return response
    if widget.campaign.state != Campaign.State.RUNNING:  # its script may stand in pages for long
        return JsonResponse({})
    try:
        person = identity.named(widget, _said(request), request.LANGUAGE_CODE)
    except identity.Unproven:
        return JsonResponse({})
    return JsonResponse(show.offer(widget, person, request.LANGUAGE_CODE))


@of_widget
@require_POST
def shown(request: Request, widget: Widget) -> HttpResponse:
    """It is shown now: noted, and answered with the address of the question, or with nothing if it must not be."""
    try:
        ticket = str(_said(request).get("ticket", ""))
    except identity.Unproven:
        return JsonResponse({})
    token = show.show(widget, ticket, page.wording_for(widget, request))
    return JsonResponse({"at": page.address(widget, request, t=token)} if token else {})


@of_widget
@require_http_methods(METHODS)
def survey(request: Request, widget: Widget) -> HttpResponse:
    """The question; once answered, what follows. Without a token it is a page for somebody whom nobody named."""
    if "try" in request.GET:
        return _trial(request, widget)
    asked = _asked(request, widget)
    form = ScoreForm(request.POST or None, campaign=asked.campaign)
    if request.method == "POST":
        return _answer(request, widget, asked, form)
    there = answered(asked)
    if there and "change" not in request.GET:
        return page.further(request, asked, there, further_form(there, asked.wording.language))
    return page.question(request, asked, form, there.score if there else None, is_change=there is not None)


def _answer(request: Request, widget: Widget, asked: Asked, form: ScoreForm) -> HttpResponse:
    status, chosen = 422, form.cleaned_data["score"] if form.is_valid() else None
    if chosen is not None:
        try:
            answer(asked, chosen, request)
            return redirect(page.address(widget, request, t=asked.token))
        except LimitReached as reached:
            form.add_error("score", str(reached))
            status = 429
    return page.question(request, asked, form, chosen, is_change=False, status=status)


@of_widget
@require_POST
def comment(request: Request, widget: Widget) -> HttpResponse:
    """What they say besides the number."""
    asked = asked_by(widget, request.GET.get("t", ""))
    there = answered(asked)
    if there is None:
        raise Unknown
    form = further_form(there, asked.wording.language, request.POST)
    if form.is_valid():
        try:
            say(there, form.said)
            return page.thanks(request, asked, there)
        except (markdown.MarkdownRefused, Changed) as refused:
            form.add_error("comment", str(refused))
    return page.further(request, asked, there, form, status=422)


@of_widget
@require_POST
def offer(request: Request, widget: Widget) -> HttpResponse:
    """A promoter says that staff may ask them for more, or takes it back."""
    asked = asked_by(widget, request.GET.get("t", ""))
    there = answered(asked)
    if there is None or not may_offer(there, asked.campaign):
        raise Unknown
    put_offer(there, offers=bool(request.POST.get("offers")))
    return page.thanks(request, asked, there)


def _asked(request: Request, widget: Widget) -> Asked:
    if "t" in request.GET or request.method == "POST":
        return asked_by(widget, request.GET.get("t", ""))
    fresh = page.unasked(widget, request)
    if fresh is None:
        raise Elsewhere
    return fresh


def _trial(request: Request, widget: Widget) -> HttpResponse:
    """As staff try it before it starts: nothing that is sent is written."""
    form = ScoreForm(request.POST or None, campaign=widget.campaign)
    return page.trial(request, widget, form)


def _said(request: Request) -> dict[str, Any]:
    """What the frame's script sent. Raises Unproven where that is no such thing."""
    try:
        said = json.loads(request.body[:LONGEST_BODY])
        json.dumps(said, ensure_ascii=False).encode()  # half a character is none
    except (ValueError, RecursionError) as no:
        raise identity.Unproven from no
    if not isinstance(said, dict):
        raise identity.Unproven
    return said
