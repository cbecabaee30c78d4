from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.lib import paging
from community.lib.answers import back
from community.members.models import Member
from community.members.requests import MemberRequest
from community.notifications import reading
from community.notifications.centre import centre
from community.notifications.forms import PreferenceForm
from community.notifications.models import Follow, Preference
from community.notifications.pace import change_pace
from community.notifications.suppressions import suppression_of, try_again

FOLLOWS = 30  # on a page


@login_required
@require_safe
def notifications(request: MemberRequest) -> HttpResponse:
    page = centre(request.user, request.GET.get("after", ""))
    next_url = f"{request.path}?after={page.after}" if page.after else ""
    return render(request, "notifications/centre.html", {"centre": page, "next_url": next_url})


@require_POST
@login_required
def read(request: MemberRequest, up_to: int) -> HttpResponse:
    """Everything that the page showed is read."""
    reading.read_all(request.user, up_to)
    return back(request, "/me/notifications/")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: MemberRequest) -> HttpResponse:
    """Pace, what is followed by itself, and everything that the member follows."""
    member = Member.objects.get(pk=request.user.pk)
    form = PreferenceForm(request.POST if request.method == "POST" else None, instance=Preference.of(member))
    if form.is_valid():
        form.save()
        change_pace(member)
        messages.success(request, _("Your settings are saved."))
        return redirect(request.path)
    follows = Follow.objects.filter(member=member).select_related("item", "place", "label")
    follows = follows.defer("item__body", "item__html")
    page = paging.page(follows, [("id", int)], request.GET.get("after", ""), FOLLOWS)
    next_url = f"{request.path}?after={page.after}" if page.after else ""
    context = {"form": form, "follows": page.rows, "next_url": next_url, "stopped": suppression_of(member)}
    return render(request, "notifications/preferences.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def mail_again(request: MemberRequest) -> HttpResponse:
    """The member says that their address works again."""
    member = get_object_or_404(Member, pk=request.user.pk)
    try_again(member)
    messages.success(request, _("Mail comes again."))
    return back(request, "/me/notifications/settings/")
