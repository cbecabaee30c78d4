from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.conversations.talk import talk_below
from community.feedback import directory
from community.feedback.guestpages import keep
from community.feedback.viewing import count_view
from community.lib.markdown import excerpt
from community.members import live
from community.members.requests import Request
from community.notifications.follow import level_of
from community.notifications.follow_button import follow_button
from community.notifications.models import Level
from community.notifications.reading import seen
from roadmap.ideas.models import AREA
from roadmap.ideas.permissions import may_move
from roadmap.releases.page import changelog, drafts, shown, visible_release
from roadmap.releases.structured import structured

PATH = "/changelog/"


@require_safe
def index(request: Request) -> HttpResponse:
    """What shipped, newest first; of one product area with `?area=`."""
    keep(request)
    areas = directory.visible_places(request.site, request.user, AREA)
    area = next((one for one in areas if one.slug == request.GET.get("area")), None)
    page = changelog(request, area=area, after=request.GET.get("after", ""))
    kept = f"area={area.slug}&" if area else ""
    staff = may_move(request.user)
    context = {
        "releases": shown(page.rows, request.user, request.site, wanted=Q(area=area) if area else None),
        "drafts": drafts() if staff else [],
        "tabs": [(one.local_name, f"{PATH}?area={one.slug}", one == area) for one in areas],
        "all_url": PATH,
        "area": area,
        "next_url": f"{PATH}?{kept}after={page.after}" if page.after else "",
        "feed": f"/feeds/changelog.atom{f'?area={area.slug}' if area else ''}",
        "may_write": staff,
        "canonical": f"{settings.SITE_URL}{PATH}",
    }
    return render(request, "roadmap/changelog.html", context)


@require_safe
def release(request: Request, slug: str) -> HttpResponse:
    release = visible_release(request.user, slug)
    if release is None:
        raise Http404
    item = release.item
    if item.is_public:
        keep(request, item.place, viewed=item.pk)
    count_view(request, item.pk)
    level = Level.NORMAL
    if request.user.is_authenticated:
        seen(request.user, [item.pk])
        level = level_of(request.user, item)  # type: ignore[assignment]
    one = shown([release], request.user, request.site)[0]
    talk = talk_below(request, item, is_open=release.is_published and item.is_visible)
    context = {
        "release": release,
        "item": item,
        "shown": one,
        "structured": structured(one, request.site.name, settings.SITE_URL) if item.is_public else None,
        "talk": talk,
        "follow": follow_button(item, level),
        "may_write": may_move(request.user),
        "live": live.token(request.user.pk, item.pk, talk.number),
        "description": excerpt(item.body, 200),
        "canonical": f"{settings.SITE_URL}{item.path}",
    }
    return render(request, "roadmap/release.html", context)
