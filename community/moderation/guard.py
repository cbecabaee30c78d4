"""The door of the pages for staff."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _

from community.lib.answers import refuse
from community.members.requests import MemberRequest


def moderators_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    @login_required
    def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.may("moderate"):
            refuse(_("Moderation is for staff."))
        return view(request, *args, **kwargs)

    return guarded
