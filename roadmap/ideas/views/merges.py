from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.lib.answers import back, refuse
from community.members.requests import MemberRequest
from roadmap.ideas.forms import MergeForm
from roadmap.ideas.merge import MergeRefused, coming, in_force, merge, stays, undo, why_no_merge
from roadmap.ideas.models import Idea
from roadmap.ideas.page import visible_idea
from roadmap.ideas.permissions import may_move
from roadmap.ideas.similar import similar_ideas
from roadmap.ideas.views.ideas import open_idea


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def merge_into(request: MemberRequest, pk: int) -> HttpResponse:
    """Choose the idea that stays, see what comes along, merge."""
    idea = open_idea(request, pk)
    if not may_move(request.user):
        refuse(_("Only staff merge ideas."))
    near = [row for row in similar_ideas(idea.item.title, request) if row.url != idea.item.path]
    said = request.POST if request.method == "POST" else None
    form = MergeForm(said, initial={"into": request.GET.get("into", "")[:300]}, near=near)
    preview = _preview(request, idea, form) if form.is_valid() else None
    if preview and "preview" not in request.POST and _merge(request, idea, form):
        return back(request, idea.item.path)
    context = {"idea": idea, "item": idea.item, "form": form, "near": near, "preview": None if form.errors else preview}
    return render(request, "roadmap/merge.html", context, status=422 if form.errors else 200)


def _target(request: MemberRequest, form: MergeForm) -> Idea | None:
    """The idea that the form names, or where that went."""
    named = visible_idea(request.user, form.cleaned_data["target"])
    return visible_idea(request.user, stays(named.item).pk) if named else None


def _preview(request: MemberRequest, idea: Idea, form: MergeForm) -> dict[str, Any] | None:
    target = _target(request, form)
    refusal = why_no_merge(idea.item, target.item) if target else _("There is no idea with this number.")
    if refusal or target is None:
        form.add_error("into", refusal)
        return None
    is_another = target.pk != form.cleaned_data["target"]
    return {"target": target, "coming": coming(idea.item, target.item), "is_another": is_another}


def _merge(request: MemberRequest, idea: Idea, form: MergeForm) -> bool:
    target = _target(request, form)
    try:
        if target:
            merge(idea.item, target.item, by=request.user)
    except MergeRefused as refusal:
        form.add_error("into", str(refusal))
        return False
    messages.success(request, _("The ideas are merged. You can undo it here."))
    return True


@require_POST
@login_required
def undo_merge(request: MemberRequest, pk: int) -> HttpResponse:
    idea = open_idea(request, pk)
    if not may_move(request.user):
        refuse(_("Only staff merge ideas."))
    merged = in_force(idea.item)
    try:
        if merged:
            undo(merged, by=request.user)
            messages.success(request, _("The ideas are two again."))
        else:
            messages.info(request, _("This has been undone already."))
    except MergeRefused as refusal:
        messages.error(request, str(refusal))
    return back(request, idea.item.path)
