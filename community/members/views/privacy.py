"""/me/privacy/: a copy of everything about me, and the end of my account."""

import time
from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.lib.slots import Slot
from community.lib.times import moment
from community.members.adapter import begun_as_guest
from community.members.export import ExportRefused, ask_export
from community.members.forms import DeletionForm
from community.members.leave import DeletionRefused, ask_deletion, withdraw_deletion
from community.members.models import Member
from community.members.privacy import Deletion, Export
from community.members.requests import MemberRequest

# Filled by higher rooms: a member → {"template": …, **context} of what they consent to.
consents: Slot[Callable[[Member], dict[str, Any]]] = Slot("what a member consents to")
FRESH = 15 * 60  # seconds that a log-in proves who somebody is, where there is no password to ask for


@login_required
@require_safe
def overview(request: MemberRequest) -> HttpResponse:
    export = Export.objects.filter(member=request.user).first()
    deletion = Deletion.objects.filter(member=request.user).first()
    context = {
        "export": export and _told(export), "deletion": deletion, "due": deletion and _day(deletion),
        "consents": [consent(request.user) for consent in consents],
    }  # fmt: skip
    return render(request, "members/privacy.html", context)


def _told(export: Export) -> dict[str, Any]:
    """The state of a copy in words."""
    records = ngettext("%(n)d record so far", "%(n)d records so far", export.records) % {"n": export.records}
    return {
        "url": export.get_absolute_url() if export.is_ready else "",
        "size": filesizeformat(export.size),
        "until": moment(export.ends_at),
        "records": records,
        "is_under_way": export.is_under_way,
        "has_failed": export.has_failed,
        "may_be_asked": export.may_be_asked_again,
    }


def _day(deletion: Deletion) -> str:
    return date_format(deletion.due_at, "DATE_FORMAT")


@require_POST
@login_required
def export(request: MemberRequest) -> HttpResponse:
    try:
        ask_export(request.user)
    except ExportRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("/me/privacy/")


@login_required
@require_safe
def download(request: MemberRequest, pk: int) -> HttpResponseBase:
    """The zip, for its owner alone: for anybody else it is not there (ABUSE B40)."""
    export = get_object_or_404(Export, pk=pk, member=request.user)
    if not export.is_ready:
        raise Http404
    try:
        file = export.path.open("rb")
    except OSError as error:
        raise Http404 from error
    name = f"hearback-{request.user.handle}-{export.asked_at:%Y-%m-%d}.zip"
    return FileResponse(file, as_attachment=True, filename=name, headers={"Cache-Control": "private, no-store"})


@login_required
@reauthentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def deletion(request: MemberRequest) -> HttpResponse:
    """Who has a password or a second step was just asked for it; who has none must have logged in just now."""
    if not _is_fresh(request):
        return _log_in_again(request)
    form = DeletionForm(request.POST or None, member=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            asked = ask_deletion(request.user, form.cleaned_data["kind"])
            logout(request)
            return render(request, "members/leaving.html", {"due": _day(asked)})
        except DeletionRefused as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "handle": request.user.handle}
    return render(request, "members/deletion.html", context, status=422 if form.errors else 200)


def _is_fresh(request: MemberRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < FRESH


def _log_in_again(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        logout(request)
        return redirect("/accounts/login/?next=/me/privacy/deletion/")
    return render(request, "members/again.html")


@require_POST
@login_required
def withdrawal(request: MemberRequest) -> HttpResponse:
    if withdraw_deletion(request.user):
        messages.success(request, _("Your account stays. Welcome back!"))
    return redirect("/me/privacy/")


@begun_as_guest.filler("deletion")
def lead_to_deletion(request: MemberRequest) -> str | None:
    """Whoever logs in to an account that is about to be deleted sees so first."""
    member: Member = request.user
    return "/me/privacy/" if Deletion.objects.filter(member=member).exists() else None
