from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from community.members.requests import Request
from community.notifications import unsubscribe as links


@csrf_exempt  # the token is the right to do it, and mail programs have no cookie of ours (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: Request, token: str) -> HttpResponse:
    """GET shows the page and changes nothing; POST stops mail about one thing, or all of it."""
    stop = links.read(token)
    if stop is None:
        raise Http404
    target = stop.target
    done = ""
    if request.method == "POST":
        target = None if "all" in request.POST else target
        links.stop(stop.member, target)
        done = "one" if target else "all"
    with override(stop.member.language):
        context = {"stop": stop, "target": target, "done": done, "noindex": True}
        response = render(request, "notifications/unsubscribe.html", context)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
