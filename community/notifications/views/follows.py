from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.feedback.access import open_item
from community.feedback.models import Item, Label
from community.feedback.places import Place
from community.lib.answers import back
from community.members.requests import MemberRequest
from community.notifications.follow import Target, level_of, levels_for, set_level
from community.notifications.follow_button import follow_menu

METHODS = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(METHODS)
def item(request: MemberRequest, pk: int) -> HttpResponse:
    return _follow(request, open_item(request.user, pk, Item.objects.without_words()))


@login_required
@require_http_methods(METHODS)
def place(request: MemberRequest, pk: int) -> HttpResponse:
    return _follow(request, get_object_or_404(Place.objects.visible_to(request.user), pk=pk))


@login_required
@require_http_methods(METHODS)
def label(request: MemberRequest, slug: str) -> HttpResponse:
    return _follow(request, get_object_or_404(Label, slug=slug))


def _follow(request: MemberRequest, target: Target) -> HttpResponse:
    """GET shows the levels, with the one that holds; POST sets one."""
    levels = levels_for(target)
    level = request.POST.get("level", "")
    if request.method == "POST" and level in levels:
        set_level(request.user, target, level)
        messages.success(request, levels[level])  # type: ignore[index]
        return back(request, target.get_absolute_url())
    if request.htmx and request.method != "POST":
        menu = follow_menu(target, level_of(request.user, target))
        return render(request, "components/follow_menu.html", {"menu": menu})
    error = _("Choose one of these.") if request.method == "POST" else ""
    context = {"target": target, "levels": levels, "level": level_of(request.user, target), "error": error}
    return render(request, "notifications/follow.html", context, status=422 if error else 200)
