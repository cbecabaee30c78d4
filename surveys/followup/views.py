"""Those who want to be contacted: the list, and what is written with each of them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.lib.markdown import MarkdownRefused
from community.lib.times import moment
from community.members.requests import MemberRequest
from community.notifications.inbound import addresses
from surveys.campaigns.views import METHODS, surveyors_only
from surveys.followup import contacts, page
from surveys.followup.ambassadors import page_of_ambassadors
from surveys.followup.forms import MailForm
from surveys.followup.letter import answers_to
from surveys.followup.reach import address_of, why_not
from surveys.followup.write import Unreachable, write
from surveys.responses.models import ContactRequest

MOST = 100


@require_safe
@surveyors_only
def waiting(request: MemberRequest) -> HttpResponse:
    """Who waits, the longest due first; then whom somebody contacted lately."""
    done = contacts.with_all().filter(contacted_at__isnull=False).order_by("-contacted_at")[:20]
    context = {
        "waiting": [(one, moment(one.due_at)) for one in contacts.with_all().filter(contacted_at=None)[:MOST]],
        "done": [(one, moment(one.contacted_at)) for one in done if one.contacted_at],
    }
    return render(request, "surveys/contacts.html", context)


@require_http_methods(METHODS)
@surveyors_only
def contact(request: MemberRequest, key: str) -> HttpResponse:
    """How they want to be reached, and what was written. POST notes that somebody contacted them."""
    asked = _one(key)
    if request.method != "POST":
        return _show(request, asked)
    if contacts.contacted(asked, by=request.user):
        messages.success(request, _("Noted: you contacted them."))
    else:
        messages.info(request, _("Somebody contacted them already."))
    return redirect(asked)


@require_POST
@surveyors_only
def mail(request: MemberRequest, key: str) -> HttpResponse:
    """Write to them."""
    asked, form = _one(key), MailForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            write(asked, said["title"], said["body"], by=request.user, key=said["key"])
            messages.success(request, _("Your mail is on its way."))
            return redirect(asked)
        except (MarkdownRefused, Unreachable) as refused:
            form.add_error("body", str(refused))
    return _show(request, asked, form)


@require_POST
@surveyors_only
def take_back(request: MemberRequest, key: str) -> HttpResponse:
    asked = _one(key)
    contacts.take_back(asked, by=request.user)
    return redirect(asked)


@require_safe
@surveyors_only
def ambassadors(request: MemberRequest) -> HttpResponse:
    """Who offered to be asked for more, the latest first."""
    found = page_of_ambassadors(request.GET.get("after", ""))
    context = {"ambassadors": [(one, moment(one.at)) for one in found.rows], "after": found.after}
    return render(request, "surveys/ambassadors.html", context)


def _one(key: str) -> ContactRequest:
    return get_object_or_404(contacts.with_all(), key=key)


def _show(request: MemberRequest, asked: ContactRequest, form: MailForm | None = None) -> HttpResponse:
    said, to = page.conversation(asked), address_of(asked)
    context = {
        "one": asked,
        "due": moment(asked.due_at),
        "done": moment(asked.contacted_at) if asked.contacted_at else None,
        "said": said,
        "to": to,
        "why_not": why_not(to),
        "form": form or MailForm(initial={"title": page.next_title(asked, said)}),
        "comes_back": addresses.is_on(),
        "answers_to": answers_to(asked.pk, request.user),
    }
    return render(request, "surveys/contact.html", context, status=422 if form else 200)
