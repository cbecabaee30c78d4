"""Pages of ours that other sites may show in a frame. Whoever looks at them there is a guest.

A frame on a site with the same registered domain is sent the session of whoever is logged in. It counts for nothing
here: what stands in a frame can be clicked by people who think that they click on something else (ABUSE H96).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from csp.constants import SELF
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt

from community.members.preferences import OFFERED
from community.members.requests import Request

THEMES = ("light", "dark")


def framed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a guest, in the language and theme that the address says, and for the sites that may show it."""

    @csrf_exempt  # no session counts, so there is none to be ridden; what is counted takes a seal or a key of ours
    @xframe_options_exempt
    @wraps(view)
    def shown(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        request.user = AnonymousUser()
        chosen = look(request)
        request.theme = chosen.get("theme", "system")
        request.LANGUAGE_CODE = chosen.get("language", request.LANGUAGE_CODE)
        with translation.override(request.LANGUAGE_CODE):
            response = view(request, *args, **kwargs)
        if not hasattr(response, "_csp_replace"):  # unless the page is for other sites than these
            response._csp_replace = {"frame-ancestors": [SELF, *request.site.embedders]}  # type: ignore[attr-defined]
        return response

    return shown


def look(request: Request) -> dict[str, str]:
    """What the address says of language and theme, to be handed on to the next page."""
    said = {"language": request.GET.get("language", "")[:2].lower(), "theme": request.GET.get("theme", "")}
    offered = request.site.languages or OFFERED
    fits = {"language": said["language"] in offered, "theme": said["theme"] in THEMES}
    return {name: value for name, value in said.items() if fits[name]}


def address(request: Request, path: str, **said: Any) -> str:
    query = urlencode({**look(request), **{name: value for name, value in said.items() if value}})
    return f"/embed/help/{path}?{query}" if query else f"/embed/help/{path}"
