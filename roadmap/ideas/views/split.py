from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from community.feedback.attach_button import attached
from community.lib.answers import back, refuse
from community.lib.markdown import MarkdownRefused
from community.members.limits import LimitReached
from community.members.requests import MemberRequest
from roadmap.ideas.forms import IdeaForm
from roadmap.ideas.models import Idea
from roadmap.ideas.permissions import may_move, why_ended
from roadmap.ideas.split import SplitRefused
from roadmap.ideas.split import split as split_idea
from roadmap.ideas.views.ideas import open_idea


class SplitForm(IdeaForm):
    with_votes = forms.BooleanField(
        required=False,
        initial=True,
        label=gettext_lazy("Its votes count for the further idea too"),
        help_text=gettext_lazy("Whoever voted is told, and can take the vote for the further one back."),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def split(request: MemberRequest, pk: int) -> HttpResponse:
    """A further idea of a part of one."""
    idea = open_idea(request, pk)
    if not may_move(request.user):
        refuse(_("Only staff split ideas."))
    if why_ended(idea.stage):
        refuse(why_ended(idea.stage))
    said = request.POST if request.method == "POST" else None
    form = SplitForm(said, request=request, idea=idea, initial={"title": "", "body": ""})
    made = _split(request, idea, form) if not attached(request, form) and form.is_valid() else None
    if made:
        messages.success(request, _("There are two ideas now."))
        return back(request, made.item.path)
    context: dict[str, Any] = {"item": idea.item, "form": form}
    return render(request, "roadmap/split.html", context, status=422 if form.errors else 200)


def _split(request: MemberRequest, idea: Idea, form: SplitForm) -> Idea | None:
    try:
        return split_idea(idea, form.suggestion(), by=request.user, with_votes=form.cleaned_data["with_votes"])
    except (SplitRefused, MarkdownRefused, LimitReached) as refusal:
        form.add_error(None, str(refusal))
        return None
