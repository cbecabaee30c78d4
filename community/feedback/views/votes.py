from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.feedback.access import open_item
from community.feedback.begun import begin
from community.feedback.models import Item
from community.feedback.vote import VoteRefused, budgets, vote, withdraw
from community.feedback.vote_button import vote_button
from community.lib.answers import back
from community.members.limits import LimitReached
from community.members.requests import Request


@require_http_methods(["GET", "HEAD", "POST"])
def vote_for(request: Request, pk: int) -> HttpResponse:
    """GET is the step that leads a guest to a form; POST votes."""
    item = open_item(request.user, pk)
    if request.method != "POST":
        return render(request, "feedback/vote.html", {"item": item})
    if not request.user.is_authenticated:
        return begin(request, "vote", item=item)
    try:
        vote(item, by=request.user)
    except (VoteRefused, LimitReached) as refusal:
        return _refused(request, item, str(refusal))
    return _answer(request, item, voted=True)


@require_POST
def withdraw_vote(request: Request, pk: int) -> HttpResponse:
    item = open_item(request.user, pk)
    if request.user.is_authenticated:
        withdraw(item, by=request.user)
    return _answer(request, item, voted=False)


def _answer(request: Request, item: Item, *, voted: bool) -> HttpResponse:
    if not request.htmx:
        return back(request, item.get_absolute_url())
    about = item.title or _("this reply")
    ask = budgets.get(item.kind)
    budget = ask(request.user) if ask and request.user.is_authenticated else None
    flat = request.POST.get("flat") != ""
    button = vote_button(item, request.user, voted, about=about, flat=flat, budget=budget)
    return render(request, "components/vote.html", {"vote": button})


def _refused(request: Request, item: Item, reason: str) -> HttpResponse:
    if request.htmx:
        return HttpResponse(reason, status=422, content_type="text/plain; charset=utf-8")
    messages.error(request, reason)
    return back(request, item.get_absolute_url())
