"""The scripts that a company puts into its product: a button, and a frame with a page of ours."""

import json
from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from community.members.models import Site
from community.members.requests import Request

OURS = "#0e6d7f"  # where the site has no colour of its own: --brand


def loader_for(site: Site) -> str:
    """That of the help box."""
    return script_for(site, "search/help.js", "help", "HearbackHelp", _words)


def script_for(site: Site, template: str, at: str, name: str, words: Callable[[Site], list[str]], **known: Any) -> str:
    """It knows the name, colour and languages of the site, so that it asks for nothing before somebody presses it.

    `at` is its name in our addresses, `name` that in other people's pages; the words are those of the button, of
    closing, and the title of the frame.
    """
    codes = site.languages or [code for code, _name in settings.LANGUAGES]
    everything = {
        "name": site.name,
        "brand": site.brand_colour or OURS,
        "own": site.language,
        "embedders": site.embedders,
        "words": {code: _in(code, words, site) for code in codes},
        **known,
    }
    script = json.dumps(everything, ensure_ascii=False, separators=(",", ":"))
    return render_to_string(template, {"known": script, "at": at, "global": name}).strip() + "\n"


def _in(code: str, words: Callable[[Site], list[str]], site: Site) -> list[str]:
    with translation.override(code):
        return words(site)


def _words(site: Site) -> list[str]:
    title = _("Help from %(name)s") % {"name": site.name}
    return [pgettext("opens the help box", "Help"), pgettext("a window", "Close"), title]


def answer(request: Request, script: str, *, seconds: int) -> HttpResponse:
    """The script, the same for everybody, kept by browsers for some time."""
    body = script.encode()
    etag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    is_known = request.headers.get("If-None-Match") == etag
    response = HttpResponse(
        b"" if is_known else body, "text/javascript; charset=utf-8", status=304 if is_known else 200
    )
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
