"""The API: each room's part under one address, and what holds for all of it."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.renderers import JSONRenderer

from community.discussions.api import router as threads
from community.feedback.guestpages import keep
from community.knowledge.api import router as articles
from community.lib.problems import API, Problem, problem
from community.members.rates import RateReached, count_api
from community.members.requests import Request
from community.search.api import router as search
from config.api_docs import operations


class Renderer(JSONRenderer):
    """Words as they are: escaped, Thai and Korean are twice as long."""

    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title="Hearback", version="1", urls_namespace="api", openapi_url=None, docs_url=None, renderer=Renderer()
)
api.add_router("/search", search)
api.add_router("/articles", articles)
api.add_router("/threads", threads)
# What a program may read of an answer that came from another site.
EXPOSED = "RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Request-ID"
METHODS = "GET, HEAD, OPTIONS"


class Api:
    """Around every answer of the API: its rate, who may read it from elsewhere, and errors in one shape.

    Innermost of all middleware, for it asks who is asking.
    """

    def __init__(self, get_response: Callable[[Request], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        if not request.path.startswith(API):
            return self.get_response(request)
        answer = self.answer(request)
        # Others' pages may read what any guest may, and never what somebody reads here by their session.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            answer.headers["Access-Control-Allow-Origin"] = "*"
            answer.headers["Access-Control-Expose-Headers"] = EXPOSED
        return answer

    def answer(self, request: Request) -> HttpResponseBase:
        if request.method == "OPTIONS":
            asked = {"Access-Control-Allow-Methods": METHODS, "Access-Control-Allow-Headers": "*"}
            return HttpResponse(status=204, headers={"Allow": METHODS, "Access-Control-Max-Age": "86400", **asked})
        if request.method not in ("GET", "HEAD"):
            return problem(405, _("The API is for reading: use GET."), headers={"Allow": METHODS})
        try:
            allowance = count_api(request)
        except RateReached as reached:
            wait = reached.allowance.seconds
            headers = {"Retry-After": str(wait), **reached.allowance.headers}
            return problem(429, str(reached), headers=headers, retry_after=wait)
        answer = self.read(request)
        for name, value in allowance.headers.items() if allowance else ():
            answer.headers[name] = value
        return answer

    def read(self, request: Request) -> HttpResponseBase:
        """HEAD is GET without its words, which the server leaves out; ninja knows only what is listed."""
        method, request.method = request.method, "GET"
        try:
            return self.get_response(request)
        finally:
            request.method = method


@api.exception_handler(Problem)
def refused(request: HttpRequest, reason: Problem) -> HttpResponse:
    return problem(reason.status, reason.detail, **reason.further)


@api.exception_handler(Http404)
def missing(request: HttpRequest, reason: Http404) -> HttpResponse:
    """The same words for what is not there and for what this reader may not know of (ABUSE B34)."""
    return problem(404, _("Nothing is here, or nothing that you may read."))


@api.exception_handler(ValidationError)
def misunderstood(request: HttpRequest, reason: ValidationError) -> HttpResponse:
    errors = [{"parameter": str(one["loc"][-1]), "detail": _sentence(one)} for one in reason.errors]
    return problem(422, _("A parameter cannot be understood."), errors=errors)


def _sentence(error: dict[str, Any]) -> str:
    """What pydantic says of a parameter, in our words."""
    if error["type"] == "missing":
        return _("It is missing.")
    if error["type"] == "literal_error":
        return _("Use one of: %(values)s.") % {
            "values": error["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
        }
    if error["type"].startswith("int"):
        return _("Write a whole number.")
    if error["type"].startswith("datetime"):
        return _("Write a time as in 2026-01-31T12:00:00Z.")
    return _(error["msg"])


@cache
def described() -> dict[str, Any]:
    """The OpenAPI document."""
    told: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema()))
    return told


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    return HttpResponse(json.dumps(described(), ensure_ascii=False), content_type="application/json")


@require_safe
def docs(request: Request) -> HttpResponse:
    """The same document for people."""
    keep(request)
    context = {
        "name": "API",
        "operations": operations(described()),
        "rate": settings.API_RATE,
        "example": f"curl '{settings.SITE_URL}{API}search?q=export'",
        "document": f"{API}openapi.json",
    }
    return render(request, "api/docs.html", context)
