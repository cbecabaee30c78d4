from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from community.feedback.models import Item
from community.lib.answers import back, refuse
from community.members.requests import MemberRequest
from roadmap.ideas.bulk import MOST, BulkRefused
from roadmap.ideas.bulk_forms import ACTS, BulkForm
from roadmap.ideas.models import Idea
from roadmap.ideas.permissions import may_move


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: MemberRequest) -> HttpResponse:
    """Several ideas at once: GET shows which they are and asks for what the act needs, POST acts."""
    if not may_move(request.user):
        refuse(_("Only staff change several ideas at once."))
    said = request.POST if request.method == "POST" else request.GET
    items = _chosen(request, said.getlist("idea"))
    name = said.get("act", "")
    label, kind = ACTS.get(name, ACTS["stage"])
    if not items:
        messages.info(request, _("Choose the ideas first: each has a box beside its title."))
        return back(request, "/ideas/?view=list")
    form = kind(request.POST if request.method == "POST" else None, items=items, request=request)
    if form.is_valid() and _act(request, items, form):
        return back(request, "/ideas/?view=list")
    context = {"items": items, "form": form, "act": name if name in ACTS else "stage", "label": label}
    return render(request, "roadmap/bulk.html", context, status=422 if form.errors else 200)


def _chosen(request: MemberRequest, said: list[str]) -> list[Item]:
    """One that is none, or may not be read, refuses them all (ABUSE B37)."""
    ids = {int(one) for one in said if one.isascii() and one.isdigit() and len(one) <= 18}
    if len(ids) != len(set(said)):
        raise Http404
    if len(ids) > MOST:
        refuse(_("Choose %(most)d ideas at most.") % {"most": MOST})
    items = list(Item.objects.visible_to(request.user).listed().filter(kind=Idea.KIND, pk__in=ids).order_by("pk"))
    if len(items) != len(ids):
        raise Http404
    return items


def _act(request: MemberRequest, items: list[Item], form: BulkForm) -> bool:
    try:
        done = form.act(items, request.user)
    except BulkRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    words = ngettext("%(n)d idea is changed.", "%(n)d ideas are changed.", done)
    messages.success(request, words % {"n": done})
    return True
