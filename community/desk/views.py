from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.desk.patterns import patterns_context
from community.desk.waiting import waiting
from community.lib.answers import refuse
from community.lib.times import moment
from community.members.outgoing import OutgoingMail
from community.members.requests import MemberRequest
from community.moderation.queue import to_decide
from community.notifications.models import Suppression


def staff_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    @login_required
    def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.may("read the desk"):
            refuse(_("The desk is for staff."))
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@staff_only
def desk(request: MemberRequest) -> HttpResponse:
    """What waits for staff: held for approval, private questions, questions without an answer."""
    context = {"queues": waiting(request.user), "to_moderate": to_decide(request.user)}
    return render(request, "desk/desk.html", context)


@require_safe
@staff_only
def mail(request: MemberRequest, pk: int | None = None) -> HttpResponse:
    """The mails that wait or failed, and addresses that take none; out of production also what went out, as text."""
    mails = [(one, moment(one.created_at)) for one in OutgoingMail.objects.all()[:100]]
    chosen = get_object_or_404(OutgoingMail, pk=pk) if pk else None
    stopped = [(one, moment(one.at)) for one in Suppression.objects.all()[:100]]
    context = {"mails": mails, "chosen": chosen, "stopped": stopped, "shows_text": not settings.IS_PRODUCTION}
    return render(request, "desk/mail.html", context)


@require_safe
@staff_only
def patterns(request: MemberRequest) -> HttpResponse:
    """Every component of the design system on one page."""
    return render(request, "desk/patterns.html", patterns_context())
