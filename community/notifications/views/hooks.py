"""Where providers of mail report. A hook reads no session and no cookie: the secret alone says who speaks."""

import logging

from anymail.exceptions import AnymailConfigurationError, AnymailError, AnymailWebhookValidationFailure
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

from community.members.requests import Request
from community.notifications import hook_bodies, hooks

log = logging.getLogger(__name__)
METHODS = ["HEAD", "POST"]
# What anymail stumbles over in a body that is not what its provider writes.
_MALFORMED = (AnymailError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


# Without CSRF: a page of another site cannot know the secret, and no browser holds it, for no person logs in with it.
@csrf_exempt
def tracking(request: Request, provider: str) -> HttpResponse:
    """Bounces, complaints and whoever unsubscribed at the provider."""
    return _answer(request, provider, hooks.tracking(provider))


@csrf_exempt  # as above
def inbound(request: Request, provider: str) -> HttpResponse:
    """Mails that came to the provider for us."""
    return _answer(request, provider, hooks.inbound(provider))


def _answer(request: Request, provider: str, view: hooks.View | None) -> HttpResponse:
    if view is None:
        raise Http404
    if request.method not in METHODS:
        return HttpResponseNotAllowed(METHODS)
    if request.method == "HEAD":  # some providers ask whether anybody is there before they take the address
        return HttpResponse()
    if not hooks.knows_secret(request):
        return _challenge(request, provider)
    try:
        hook_bodies.read(request)
        return view(request)
    except hook_bodies.TooLarge:
        return _refused(provider, 413, "too large")
    except AnymailWebhookValidationFailure:  # its words may hold the whole address, and the secret in it
        return _refused(provider, 403, "wrong signature")
    except AnymailConfigurationError as wrong:
        return _refused(provider, 400, str(wrong))
    except _MALFORMED as wrong:
        return _refused(provider, 400, type(wrong).__name__)


def _challenge(request: Request, provider: str) -> HttpResponse:
    """Amazon sends the secret only when it was asked for it; all others send it at once."""
    if provider == "ses" and "Authorization" not in request.headers:
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Basic realm="hooks"'})
    return _refused(provider, 403, "wrong secret")


def _refused(provider: str, status: int, why: str) -> HttpResponse:
    log.warning("a hook of %s is refused with %s: %s", provider, status, why)
    return HttpResponse(status=status)
