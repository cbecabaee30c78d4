"""One log line and one measurement for each request, by the name of its route: never by its address."""

import re
import secrets
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from config import metrics
from config.logs import REQUESTS, request_id

log = structlog.stdlib.get_logger(REQUESTS)
METHODS = frozenset(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
_ID = re.compile(r"[A-Za-z0-9-]{8,64}\Z")


class Watch:
    """Before all others but the probes, so that it sees static files and the pages kept for guests too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.measures = bool(settings.METRICS_TOKEN)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        number = _number(request)
        request_id.set(number)
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        route, status = route_of(request), response.status_code
        method = request.method if request.method in METHODS else "OTHER"
        log.info("answered", method=method, route=route, status=status, ms=round(seconds * 1000, 1))
        if self.measures:
            metrics.observe(route, status, seconds)
        response.headers["X-Request-ID"] = number
        return response


def _number(request: HttpRequest) -> str:
    """What a proxy of ours calls the request, else a name of our own: it joins the lines of one request."""
    given = request.META.get("HTTP_X_REQUEST_ID", "") if settings.TRUSTED_PROXIES else ""
    return given if _ID.match(given) else secrets.token_hex(8)


def route_of(request: HttpRequest) -> str:
    match = request.resolver_match
    if match:
        return match.view_name
    return "static" if request.path.startswith(settings.STATIC_URL) else "none"
