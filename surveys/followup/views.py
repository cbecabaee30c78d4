"""The list of those who want to be contacted."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.lib.times import moment
from community.members.requests import MemberRequest
from surveys.campaigns.views import surveyors_only
from surveys.followup import contacts
from surveys.responses.models import ContactRequest

PATH = "/desk/surveys/contacts/"
MOST = 100


@require_safe
@surveyors_only
def waiting(request: MemberRequest) -> HttpResponse:
    """Who waits, the longest due first; then whom somebody contacted lately."""
    rows = ContactRequest.objects.select_related("response__campaign", "response__item", "contacted_by")
    done = rows.filter(contacted_at__isnull=False).order_by("-contacted_at")[:20]
    context = {
        "waiting": [(one, moment(one.due_at)) for one in rows.filter(contacted_at=None)[:MOST]],
        "done": [(one, moment(one.contacted_at)) for one in done if one.contacted_at],
    }
    return render(request, "surveys/contacts.html", context)


@require_POST
@surveyors_only
def contacted(request: MemberRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(ContactRequest.objects.select_related("response__item"), pk=pk)
    if contacts.contacted(asked, by=request.user):
        messages.success(request, _("Noted: you contacted them."))
    else:
        messages.info(request, _("Somebody contacted them already."))
    return redirect(PATH)


@require_POST
@surveyors_only
def take_back(request: MemberRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(ContactRequest.objects.select_related("response__item"), pk=pk)
    contacts.take_back(asked, by=request.user)
    return redirect(PATH)
