from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from community.members.limits import LimitReached
from community.members.requests import Request
from roadmap.subscriptions import links
from roadmap.subscriptions.forms import SubscriptionForm
from roadmap.subscriptions.models import Subscription
from roadmap.subscriptions.subscribe import ask
from roadmap.subscriptions.subscribe import confirm as confirm_subscription

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
def subscribe(request: Request) -> HttpResponse:
    """Where somebody asks for the changelog by e-mail."""
    begun = {"language": request.LANGUAGE_CODE, "address": getattr(request.user, "email", "")}
    form = SubscriptionForm(request.POST if request.method == "POST" else None, site=request.site, initial=begun)
    status = 200
    if form.is_valid():
        try:
            if not form.cleaned_data["homepage"]:
                ask(form.choice(), request)
            return render(request, "roadmap/subscription/asked.html", {"address": form.cleaned_data["address"]})
        except LimitReached as reached:
            form.add_error(None, str(reached))
            status = 429
    status = 422 if form.errors and status == 200 else status
    return render(request, "roadmap/subscription/subscribe.html", {"form": form}, status=status)


@csrf_exempt  # the token is the right to do it
@require_http_methods(METHODS)
def confirm(request: Request, token: str) -> HttpResponse:
    """GET shows the page and changes nothing, for mail programs follow links; POST confirms."""
    subscription = links.confirmed_by(token)
    if subscription and request.method == "POST":
        confirm_subscription(subscription)
    is_done = subscription is not None and (request.method == "POST" or subscription.confirmed_at is not None)
    return _answer(request, "roadmap/subscription/confirm.html", subscription, {"is_done": is_done})


@csrf_exempt  # mail programs that stop it with one click have no cookie of ours (RFC 8058)
@require_http_methods(METHODS)
def end(request: Request, token: str) -> HttpResponse:
    subscription = links.ended_by(token)
    is_done = subscription is None and links.is_ours(token)
    if subscription and request.method == "POST":
        subscription.delete()
        is_done = True
    return _answer(request, "roadmap/subscription/end.html", subscription, {"is_done": is_done})


def _answer(request: Request, name: str, there: Subscription | None, context: dict[str, bool]) -> HttpResponse:
    """In the language of the subscription; the address of the page is told to no other site."""
    status = 200 if there or context["is_done"] else 404
    request.LANGUAGE_CODE = there.language if there else request.LANGUAGE_CODE
    with override(request.LANGUAGE_CODE):
        response = render(request, name, {"subscription": there, "noindex": True, **context}, status=status)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
