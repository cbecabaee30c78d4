"""What a page of results tells of itself once somebody sees it, and the searches a member had lately."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from community.lib.answers import back
from community.members.requests import MemberRequest, Request
from community.search import recent
from community.search.learned import note, opened


@csrf_exempt  # the seal is the right to tell it: a page of ours made it for this visitor, and a guest has no token
@require_POST
def seen(request: Request) -> HttpResponse:
    """Somebody saw these results; `clicked` one; or `reformulated` the search. Twice is once."""
    viewer = request.user if request.user.is_authenticated else None
    row = opened(request.POST.get("search", ""), viewer.pk if viewer else None)
    if row is not None:
        query = row.pop("query", "")
        ends: dict[str, Any] = {f"is_{end}": True for end in ("clicked", "reformulated") if end in request.POST}
        if viewer and not ends:
            recent.remember(viewer, query)
        if not viewer or not viewer.is_staff:  # who works here looks for other things
            note(row, **ends)
    return HttpResponse(status=204)


@require_POST
@login_required
def clear(request: MemberRequest) -> HttpResponse:
    recent.clear(request.user)
    return back(request, "/search/")


@require_POST
@login_required
def keeping(request: MemberRequest) -> HttpResponse:
    """Whether searches of this member are kept for them."""
    recent.keep(request.user, request.POST.get("keep") == "1")
    return back(request, "/search/")
