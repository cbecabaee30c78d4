from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.desk import learning
from community.desk.help_box import help_box_context
from community.desk.links import desk_links
from community.desk.patterns import patterns_context
from community.desk.waiting import waiting
from community.lib.answers import back, refuse
from community.lib.times import moment
from community.members.outgoing import OutgoingMail
from community.members.requests import MemberRequest
from community.moderation.queue import to_decide
from community.notifications.inbound.attempt import try_again
from community.notifications.inbound.health import failing
from community.notifications.models import Suppression
from community.notifications.received import InboundMail


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
    links = [one for one in (link() for link in desk_links) if not one.act or request.user.may(one.act)]
    context = {"queues": waiting(request.user), "to_moderate": to_decide(request.user), "links": links}
    return render(request, "desk/desk.html", context)


@require_safe
@staff_only
def mail(request: MemberRequest, pk: int | None = None) -> HttpResponse:
    """The mails that wait or failed, and addresses that take none; out of production also what went out, as text."""
    mails = [(one, moment(one.created_at)) for one in OutgoingMail.objects.all()[:100]]
    chosen = get_object_or_404(OutgoingMail, pk=pk) if pk else None
    stopped = [(one, moment(one.at)) for one in Suppression.objects.all()[:100]]
    replies = [
        (one, moment(one.received_at)) for one in InboundMail.objects.select_related("member").defer("raw")[:100]
    ]
    context = {
        "mails": mails, "chosen": chosen, "stopped": stopped, "replies": replies, "failing": failing(),
        "shows_text": not settings.IS_PRODUCTION,
    }  # fmt: skip
    return render(request, "desk/mail.html", context)


@require_safe
@staff_only
def search(request: MemberRequest) -> HttpResponse:
    """What people look for and do not find, and how much of it need not be asked."""
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, learning.PERIODS) else 28
    shown = request.GET.get("show", "")
    shown = shown if shown in learning.LISTS else "empty"
    share, chart = learning.deflection(days)
    context = {
        "days": days, "periods": learning.PERIODS, "shown": shown, "counts": learning.counts(days), "share": share,
        "chart": chart, "themes": learning.themes(days, shown), "helpful": learning.helpful(days, request.user),
    }  # fmt: skip
    return render(request, "desk/search.html", context)


@require_POST
@staff_only
def attempt(request: MemberRequest, pk: int) -> HttpResponse:
    """A reply by mail that failed is tried again."""
    kept = get_object_or_404(InboundMail.objects.defer("raw"), pk=pk)
    if try_again(kept):
        messages.success(request, _("It is tried again now."))
    else:
        messages.info(request, _("There is nothing to try again: it has ended meanwhile."))
    return back(request, "/desk/mail/")


@require_safe
@staff_only
def help_box(request: MemberRequest) -> HttpResponse:
    """How the help box comes into one's own product; the page has it too, to try."""
    return render(request, "desk/help_box.html", help_box_context(request))


@require_safe
@staff_only
def patterns(request: MemberRequest) -> HttpResponse:
    """Every component of the design system on one page."""
    return render(request, "desk/patterns.html", patterns_context())
