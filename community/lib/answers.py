"""Answers that views share: a fragment for htmx or a redirect, and addresses that stay on this site."""

from typing import NoReturn

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.encoding import iri_to_uri
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme


def safe_next(request: HttpRequest, default: str = "/") -> str:
    """The `next` of the request when it is an address of this site, else the default (ABUSE D57)."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    clean = address.isprintable() and "\\" not in address and address.startswith("/")
    if clean and url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return address
    return default


def back(request: HttpRequest, address: str) -> HttpResponse:
    """Send the browser to an address; htmx follows by script, with the fragment kept."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(status=204, headers={"HX-Redirect": iri_to_uri(address)})
    return HttpResponseRedirect(address)


def refuse(reason: str | Promise) -> NoReturn:
    """403 with a sentence that says why."""
    raise PermissionDenied(str(reason))
