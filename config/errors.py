"""Error pages that look like the site, and that keep what was typed; for programs, the errors of the API."""

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _

from community.knowledge.old_addresses import led_to
from community.lib.problems import is_asked_by_program, problem


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFilesSent):
        words = _("This is more than we take at once. Go back: what you typed is there. Attach less, then send.")
        return HttpResponse(f"{words}\n", status=413, content_type="text/plain; charset=utf-8")
    if is_asked_by_program(request):
        return problem(400, _("This request cannot be understood."))
    return HttpResponse(_("This request cannot be understood.") + "\n", status=400, content_type="text/plain")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_asked_by_program(request):
        return problem(403, str(exception))
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Led on where an article of an imported help centre was found under this address."""
    if is_asked_by_program(request):
        return problem(404, _("Nothing is here, or nothing that you may read."))
    viewer = getattr(request, "user", None)
    address = led_to(request.path, viewer) if viewer is not None and request.method in ("GET", "HEAD") else ""
    if address:
        return HttpResponsePermanentRedirect(address)
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without any context: whatever broke may break there again."""
    if is_asked_by_program(request):
        return problem(500, "Something broke on our side. It is in the log; try again later.")
    return HttpResponse(loader.get_template("500.html").render({}), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long: its text is shown again, to be copied or sent from a fresh page."""
    typed = [value for name, value in request.POST.items() if name in ("title", "body") and value]
    return render(request, "403_csrf.html", {"typed": typed, "back": request.path}, status=403)
