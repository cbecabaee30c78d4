from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.lib.answers import back, refuse, safe_next
from community.lib.isolate import isolated
from community.lib.times import moment
from community.members.ignoring import IgnoreRefused, heed, ignore
from community.members.models import Member
from community.members.requests import MemberRequest


@require_POST
@login_required
def ignore_member(request: MemberRequest, handle: str) -> HttpResponse:
    whom = get_object_or_404(Member, handle=handle, is_active=True)
    try:
        ignore(whom, by=request.user)
    except IgnoreRefused as refusal:
        refuse(str(refusal))
    words = _("You ignore %(name)s from now on: their words are folded, and you hear nothing of them.")
    messages.info(request, words % {"name": isolated(whom.display_name)})
    return back(request, safe_next(request, whom.get_absolute_url()))


@require_POST
@login_required
def heed_member(request: MemberRequest, handle: str) -> HttpResponse:
    """The end of ignoring."""
    whom = get_object_or_404(Member, handle=handle)
    heed(whom, by=request.user)
    return back(request, safe_next(request, whom.get_absolute_url()))


@login_required
@require_safe
def ignored(request: MemberRequest) -> HttpResponse:
    """Whom I ignore, with a way to end it."""
    rows = [(one.ignored, moment(one.at)) for one in request.user.ignores.select_related("ignored")]
    return render(request, "members/ignored.html", {"rows": rows})
