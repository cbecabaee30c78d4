"""Whether an article helped: for guests too, without signing in."""

from allauth.core.internal import ratelimit
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.knowledge.forms import ReasonForm
from community.knowledge.models import Article, Verdict
from community.knowledge.page import visible_article
from community.knowledge.verdict import explain, judge, voter
from community.lib.markdown import MarkdownRefused
from community.members.limits import LimitReached
from community.members.requests import Request

METHODS = ["GET", "HEAD", "POST"]
RATE = {"verdict": "30/m/ip"}  # each is cheap; more is nobody who reads


@require_http_methods(METHODS)
def helpful(request: Request, pk: int) -> HttpResponse:
    """GET is the step with the buttons, which script presses for whoever came by one; POST counts."""
    article = _article(request, pk)
    said = request.POST.get("is") or request.GET.get("is", "")
    if request.method != "POST" or said not in ("yes", "no"):
        return _answer(request, article, "asked", said=said if said in ("yes", "no") else "")
    if not ratelimit.consume(request, app="community", action="verdict", config=RATE):
        return _answer(request, article, "asked", said="", error=_("That was quick. Wait a moment, then say it again."))
    verdict = judge(article, by=voter(request), is_helpful=said == "yes")
    if verdict.is_helpful:
        return _answer(request, article, "thanks")
    return _answer(request, article, "why", form=ReasonForm())


@require_http_methods(["POST"])
def reason(request: Request, pk: int) -> HttpResponse:
    """Why it did not help: for staff."""
    article = _article(request, pk)
    form = ReasonForm(request.POST)
    verdict = judge(article, by=voter(request), is_helpful=False)
    verdict.article = article
    if form.is_valid() and _explained(request, verdict, form):
        return _answer(request, article, "told")
    return _answer(request, article, "why", form=form, status=422)


def _explained(request: Request, verdict: Verdict, form: ReasonForm) -> bool:
    if not ratelimit.consume(request, app="community", action="verdict", config=RATE):
        form.add_error("words", _("That was quick. Wait a moment, then say it again."))
        return False
    by = request.user if request.user.is_authenticated else None
    try:
        explain(verdict, form.cleaned_data["reason"], form.cleaned_data["words"], by=by)
    except (MarkdownRefused, LimitReached) as refusal:
        form.add_error("words", str(refusal))
        return False
    return True


def _article(request: Request, pk: int) -> Article:
    article = visible_article(request.user, pk)
    if article is None or not article.item.is_visible:
        raise Http404
    return article


def _answer(request: Request, article: Article, step: str, status: int = 200, **context: object) -> HttpResponse:
    template = "knowledge/_helpful.html" if request.htmx else "knowledge/helpful.html"
    return render(request, template, {"article": article, "item": article.item, "step": step, **context}, status=status)
