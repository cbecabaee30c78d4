from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from community.desk.views import staff_only
from community.feedback.models import Item
from community.lib.answers import back
from community.members.requests import MemberRequest
from roadmap.ideas.duplicates import possible, settled
from roadmap.ideas.models import Apart, Idea

PATH = "/desk/duplicates/"


@require_safe
@staff_only
def index(request: MemberRequest) -> HttpResponse:
    """Pairs of open ideas that may be one, and those of which somebody said that they are not."""
    is_settled = request.GET.get("show") == "apart"
    pairs = settled(request) if is_settled else possible(request)
    kept = "show=apart&" if is_settled else ""
    context = {
        "pairs": pairs.rows,
        "is_settled": is_settled,
        "tabs": [
            (pgettext("pairs of ideas", "Possible duplicates"), PATH, not is_settled),
            (pgettext("pairs of ideas", "Not duplicates"), f"{PATH}?show=apart", is_settled),
        ],
        "next_url": f"{PATH}?{kept}after={pairs.after}" if pairs.after else "",
    }
    return render(request, "roadmap/duplicates.html", context)


@require_POST
@staff_only
def apart(request: MemberRequest, one: int, other: int) -> HttpResponse:
    """That two ideas are not the same, remembered with who said it."""
    _readable(request, one, other)
    with transaction.atomic():
        Apart.objects.get_or_create(one_id=one, other_id=other, defaults={"by": request.user})
    messages.success(request, _("They are two, and are not shown any more."))
    return back(request, PATH)


@require_POST
@staff_only
def undo_apart(request: MemberRequest, one: int, other: int) -> HttpResponse:
    _readable(request, one, other)
    Apart.objects.filter(one=one, other=other).delete()
    messages.success(request, _("They may be one again."))
    return back(request, f"{PATH}?show=apart")


def _readable(request: MemberRequest, one: int, other: int) -> None:
    """Both, the older one first."""
    found = Item.objects.visible_to(request.user).listed().filter(kind=Idea.KIND, pk__in=(one, other))
    if one >= other or found.count() != 2:
        raise Http404
