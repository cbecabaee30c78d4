from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.lib.answers import refuse
from community.members.models import Site
from community.members.requests import MemberRequest
from community.moderation.forms import RulesForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: MemberRequest) -> HttpResponse:
    """What is held and hidden by itself, what is public, and how one becomes a champion."""
    if not request.user.may("set rules"):
        refuse(_("Managers and administrators set the rules."))
    form = RulesForm(request.POST if request.method == "POST" else None, instance=Site.current())
    if form.is_valid():
        form.save()
        Site.touch()
        messages.success(request, _("The rules are saved."))
        return redirect("/desk/moderation/rules/")
    return render(request, "moderation/rules.html", {"form": form}, status=422 if form.errors else 200)
