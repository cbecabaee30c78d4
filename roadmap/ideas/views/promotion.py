from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.conversations.models import Reply
from community.conversations.posts import author_name
from community.discussions.models import Thread
from community.feedback.access import open_item
from community.feedback.attach_button import attached
from community.feedback.models import Item
from community.lib.answers import back, refuse
from community.lib.markdown import MarkdownRefused
from community.members.limits import LimitReached
from community.members.requests import MemberRequest
from roadmap.ideas.forms import IdeaForm
from roadmap.ideas.permissions import may_move
from roadmap.ideas.promote import PromotionRefused, begun_from, is_private, promote
from roadmap.ideas.similar import similar_ideas

MOST_SIMILAR = 3


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def promotion(request: MemberRequest, pk: int) -> HttpResponse:
    """An idea of what somebody wrote."""
    item = open_item(request.user, pk, Item.objects.select_related("author", "place", "reply__about__place"))
    if item.kind not in (Thread.KIND, Reply.KIND) or not item.is_visible:
        raise Http404
    if not may_move(request.user):
        refuse(_("Only staff make ideas of what others wrote."))
    said = request.POST if request.method == "POST" else None
    form = IdeaForm(said, request=request, initial=begun_from(item))
    _explain_private(form, is_private(item))
    answer = _promote(request, item, form) if not attached(request, form) and form.is_valid() else None
    return answer or render(request, "roadmap/promote.html", _context(request, item, form), status=_status(form))


def _explain_private(form: IdeaForm, is_private: bool) -> None:
    field = form.fields["is_private"]
    field.disabled = is_private
    field.help_text = _("Only its author, their company and staff can read it.")
    if is_private:
        field.help_text = _("What was not said to everybody stays private: the same people read it.")


def _context(request: MemberRequest, item: Item, form: IdeaForm) -> dict[str, Any]:
    title = str(form.initial["title"])
    similar = similar_ideas(title[:200], request)[:MOST_SIMILAR] if not form.is_bound else []
    return {"form": form, "item": item, "author_name": author_name(item.author), "similar": similar, "title": ""}


def _status(form: IdeaForm) -> int:
    return 422 if form.errors else 200


def _promote(request: MemberRequest, item: Item, form: IdeaForm) -> HttpResponse | None:
    try:
        idea = promote(item, form.suggestion(), by=request.user)
    except (MarkdownRefused, LimitReached) as refusal:
        form.add_error("body", str(refusal))
    except PromotionRefused as refusal:
        form.add_error("area", str(refusal))
    else:
        messages.success(request, _("It is an idea now, and whoever wrote it is told."))
        return back(request, idea.item.path)
    return None
