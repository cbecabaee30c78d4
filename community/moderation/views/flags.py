from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.feedback.access import open_item
from community.feedback.models import Item
from community.lib.answers import back
from community.members.limits import LimitReached
from community.members.requests import MemberRequest
from community.moderation.flag import FlagRefused, flag, why_not
from community.moderation.forms import FlagForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: MemberRequest, pk: int) -> HttpResponse:
    """Report a post, with a reason. A refusal keeps what was typed."""
    item = open_item(request.user, pk, Item.objects.select_related("author"))
    form = FlagForm(request.POST if request.method == "POST" else None)
    refusal = "" if request.method == "POST" else why_not(item, request.user)
    if form.is_valid():
        try:
            flag(item, by=request.user, reason=form.cleaned_data["reason"], words=form.cleaned_data["words"])
            messages.success(request, _("Thank you. Staff will look at it."))
            return back(request, item.get_absolute_url())
        except (FlagRefused, LimitReached) as refused:
            refusal = str(refused)
    status = 422 if request.method == "POST" else 200
    return render(request, "moderation/flag.html", {"item": item, "form": form, "refusal": refusal}, status=status)
