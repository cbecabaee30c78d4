from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.conversations.post import ReplyRefused
from community.lib import markdown
from community.lib.answers import back, refuse
from community.members.limits import LimitReached
from community.members.requests import MemberRequest
from roadmap.ideas.permissions import may_move
from roadmap.ideas.views.ideas import open_idea
from roadmap.stages import tell
from roadmap.stages.forms import MoveForm
from roadmap.stages.move import MoveRefused, move


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def stage(request: MemberRequest, pk: int) -> HttpResponse:
    """Move an idea to another stage: the form, then what those who support it will read, then the move."""
    idea = open_idea(request, pk)
    if not may_move(request.user):
        refuse(_("Only staff move ideas."))
    to = request.GET.get("to", "")
    form = MoveForm(request.POST if request.method == "POST" else None, now=idea.stage.slug, to=to)
    is_checked = form.is_valid()
    if is_checked and "preview" not in request.POST and _move(request, idea.item.pk, form):
        return back(request, idea.item.path)
    context = {
        "item": idea.item,
        "stage": idea.stage,
        "form": form,
        "people": tell.how_many(idea.item, by=request.user),
        "preview": form.preview() if is_checked and not form.errors else None,
    }
    return render(request, "roadmap/stage.html", context, status=422 if form.errors else 200)


def _move(request: MemberRequest, pk: int, form: MoveForm) -> bool:
    idea = open_idea(request, pk)
    try:
        move(idea.item, form.step(), by=request.user)
    except (MoveRefused, markdown.MarkdownRefused, LimitReached, ReplyRefused) as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("“%(title)s” has moved.") % {"title": idea.item.title})
    return True
