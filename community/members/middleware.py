"""What every request knows: the site, and the reader's language, zone and theme."""

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from community.members.models import Site
from community.members.preferences import OFFERED, language_of, theme_of
from community.members.requests import Request

Answer = Callable[[Request], HttpResponseBase]


def _has_nul(request: Request) -> bool:
    """PostgreSQL takes no NUL, wherever it is compared: no address, query or session of ours has one (ABUSE A14)."""
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return "\0" in request.path or "%00" in request.META.get("QUERY_STRING", "") or "\0" in session


class Preferences:
    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        if _has_nul(request):
            raise BadRequest("NUL")
        request.site = Site.current()
        member = request.user if request.user.is_authenticated else None
        wanted = member.language if member else language_of(request)
        language = wanted if wanted in (request.site.languages or OFFERED) else ""
        request.theme = member.theme if member else theme_of(request)
        translation.activate(language or request.site.language)
        request.LANGUAGE_CODE = translation.get_language()
        try:
            timezone.activate(zoneinfo.ZoneInfo(member.time_zone if member else "UTC"))
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            timezone.deactivate()
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(response, ("Cookie", "Accept-Language"))
        return response


class FirstRun:
    """Until the site is set up, pages lead to the set-up."""

    OPEN = ("/setup/", "/static/", "/media/", "/preferences/", "/brand.", "/api/", "/feeds/", "/healthz")

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        if request.site.set_up_at is None and not request.path.startswith(self.OPEN):
            return redirect("/setup/")
        return self.get_response(request)
