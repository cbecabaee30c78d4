"""What stands in the frame: the question, the question why, thanks, or that nothing can be answered."""

import secrets
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.http import urlencode

from community.members.requests import Request
from community.search.framed import look
from surveys.campaigns.models import Campaign, Wording
from surveys.campaigns.scale import marks
from surveys.campaigns.words import for_language, latest
from surveys.embed.answer import Asked
from surveys.embed.models import Widget
from surveys.embed.tokens import token_for
from surveys.responses import links
from surveys.responses import page as responses
from surveys.responses.forms import CommentForm, ScoreForm
from surveys.responses.glad import glad
from surveys.responses.models import Channel, Response


def wording_for(widget: Widget, request: Request) -> Wording:
    """In the language of the page around it, else of the reader, else of the site."""
    return for_language(latest(widget.campaign), request.LANGUAGE_CODE, request.site.language)


def unasked(widget: Widget, request: Request) -> Asked | None:
    """Somebody who came by the link or its code on paper, if the survey takes answers of people whom nobody named."""
    campaign = widget.campaign
    if campaign.state != Campaign.State.RUNNING or widget.only_known:
        return None
    wording, nonce = wording_for(widget, request), secrets.token_hex(16)
    return Asked(campaign, wording, token_for(campaign, nonce, wording.pk, Channel.LINK), nonce=nonce)


def address(widget: Widget, request: Request, path: str = "", **query: Any) -> str:
    """Of a page of this survey; the theme goes along, the language is that of the question."""
    theme = look(request).get("theme")
    return f"{widget.path}{path}?{urlencode({**query, **({'theme': theme} if theme else {})})}"


def question(
    request: Request, asked: Asked, form: ScoreForm, chosen: int | None, *, is_change: bool, status: int = 200
) -> HttpResponse:
    context = {"form": form, "marks": marks(asked.campaign, chosen), "is_change": is_change}
    return _show(request, asked, "question", context, status)


def further(request: Request, asked: Asked, there: Response, form: CommentForm, status: int = 200) -> HttpResponse:
    why = responses.why(asked.wording, asked.campaign, there.score, asked.wording.language)
    return _show(request, asked, "further", {"there": there, "form": form, "why": why}, status)


def thanks(request: Request, asked: Asked, there: Response) -> HttpResponse:
    found = glad(there, asked.campaign, request.site, asked.wording.language)
    offer_path = address(asked.campaign.widget, request, "offer/", t=asked.token)
    return _show(request, asked, "thanks", {"there": there, "glad": found, "offer_path": offer_path}, 200)


def trial(request: Request, widget: Widget, form: ScoreForm) -> HttpResponse:
    """The question as it would be asked; what is sent is not written, and the page says so."""
    asked = Asked(widget.campaign, wording_for(widget, request), "")
    score = form.cleaned_data["score"] if form.is_valid() else None
    context = {"form": form, "marks": marks(widget.campaign, score), "is_trial": True, "score": score}
    status = 422 if form.errors else 200
    return _show(request, asked, "question" if score is None else "tried", context, status)


def closed(request: Request, why: str, status: int) -> HttpResponse:
    """A clear page for whoever can answer nothing here."""
    return _render(request, "closed", {"why": why}, status)


def _show(request: Request, asked: Asked, name: str, context: dict[str, Any], status: int) -> HttpResponse:
    widget = asked.campaign.widget
    request.LANGUAGE_CODE = asked.wording.language
    to = {"t": asked.token} if asked.token else {"try": 1, "language": asked.wording.language}
    context |= {
        "campaign": asked.campaign,
        "wording": asked.wording,
        "path": address(widget, request, **to),
        "comment_path": address(widget, request, "comment/", **to),
        "end_url": links.end_of(asked.invitation) if asked.invitation else "",
        # The page around it may know who looks: it is told no number that we promised to keep from everybody.
        "tells_score": asked.campaign.privacy == Campaign.Privacy.IDENTIFIED,
    }
    with translation.override(asked.wording.language):
        return _render(request, name, context, status)


def _render(request: Request, name: str, context: dict[str, Any], status: int) -> HttpResponse:
    context["is_page"] = request.headers.get("Sec-Fetch-Dest") == "document"
    return render(request, f"surveys/embed/{name}.html", context, status=status)
