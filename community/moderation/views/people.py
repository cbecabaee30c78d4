from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from community.lib.answers import back, refuse
from community.members.models import Member
from community.members.requests import MemberRequest
from community.members.sanctions import Sanction
from community.moderation import champions, sweep
from community.moderation.champions import ChampionRefused
from community.moderation.forms import SanctionForm, ThanksForm
from community.moderation.guard import moderators_only
from community.moderation.models import Sweep
from community.moderation.people import dossier
from community.moderation.sanction import SanctionRefused, lift, sanction


def address(member: Member) -> str:
    return f"/desk/moderation/members/{member.handle}/"


def _member(handle: str) -> Member:
    return get_object_or_404(Member.objects.select_related("company"), handle=handle)


@require_safe
@moderators_only
def member(request: MemberRequest, handle: str) -> HttpResponse:
    """A member as a moderator sees them, with all that can be decided about them."""
    return _page(request, _member(handle))


def _page(request: MemberRequest, member: Member, form: SanctionForm | None = None, status: int = 200) -> HttpResponse:
    context = dossier(member, request.user)
    context |= {"form": form or SanctionForm(initial={"kind": "warning", "days": "7"}), "thanks": ThanksForm()}
    return render(request, "moderation/member.html", context, status=status)


@require_POST
@moderators_only
def impose(request: MemberRequest, handle: str) -> HttpResponse:
    about, form = _member(handle), SanctionForm(request.POST)
    if not form.is_valid():
        return _page(request, about, form, 422)
    said = form.cleaned_data
    _do(lambda: sanction(about, said["kind"], by=request.user, reason=said["reason"], days=form.length()))
    return _done(request, about, _("Done. The member has been told why."))


@require_POST
@moderators_only
def release(request: MemberRequest, pk: int) -> HttpResponse:
    """Lift a sanction before its end."""
    made = get_object_or_404(Sanction.objects.select_related("member"), pk=pk)
    _do(lambda: lift(made, by=request.user))
    return _done(request, made.member, _("The sanction is lifted."))


@require_POST
@moderators_only
def remove_everything(request: MemberRequest, handle: str) -> HttpResponse:
    """All that a member wrote and voted for; for spam, with a suspension by the same click."""
    about = _member(handle)
    _do(lambda: sweep.sweep(about, by=request.user))
    if request.POST.get("suspend"):
        with override(about.language):
            reason = _("Spam or advertising")
        _do(lambda: sanction(about, Sanction.Kind.SUSPENSION, by=request.user, reason=reason))
    return _done(request, about, _("Everything by this member is removed. You can undo it here."))


@require_POST
@moderators_only
def bring_back(request: MemberRequest, pk: int) -> HttpResponse:
    made = get_object_or_404(Sweep.objects.select_related("member"), pk=pk)
    _do(lambda: sweep.undo(made, by=request.user))
    return _done(request, made.member, _("Everything is back as it was."))


@require_POST
@moderators_only
def make_champion(request: MemberRequest, handle: str) -> HttpResponse:
    about, form = _member(handle), ThanksForm(request.POST)
    if not form.is_valid():
        return _page(request, about, status=422)
    thanks = form.cleaned_data["thanks"]
    _do(lambda: champions.make_champion(about, by=request.user, thanks=thanks))
    return _done(request, about, _("A champion! They have been told."))


@require_POST
@moderators_only
def unmake_champion(request: MemberRequest, handle: str) -> HttpResponse:
    about = _member(handle)
    champions.unmake_champion(about, by=request.user)
    return redirect(address(about))


def _do(verb: Callable[[], Any]) -> None:
    """Do it; what may not be done is a 403 with its sentence."""
    try:
        verb()
    except (SanctionRefused, ChampionRefused) as refusal:
        refuse(str(refusal))


def _done(request: MemberRequest, member: Member, words: str) -> HttpResponse:
    messages.success(request, words)
    return back(request, address(member))
