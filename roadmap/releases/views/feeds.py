"""What machines read of the changelog, always as a guest sees it: Atom, and JSON Feed 1.1 (jsonfeed.org)."""

from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.discussions.views.feeds import SIZE, ItemFeed
from community.feedback.models import Item
from community.feedback.places import GUEST, Place
from community.lib.absolute import absolute
from community.members.requests import Request
from roadmap.ideas.models import AREA
from roadmap.releases.models import Release
from roadmap.releases.page import Shown, shown


def _area(request: Request) -> Place | None:
    slug = request.GET.get("area", "")
    return get_object_or_404(Place.objects.visible_to(GUEST), kind=AREA, slug=slug) if slug else None


def _released(area: Place | None) -> list[Release]:
    visible = Item.objects.visible_to(GUEST).listed()
    rows = Release.objects.filter(published_at__isnull=False, item__in=visible.values("pk")).select_related("item")
    rows = rows.filter(entries__area=area).distinct() if area else rows
    return list(rows.order_by("-published_at", "-pk")[:SIZE])


def _shown(releases: list[Release], request: Request, area: Place | None) -> list[Shown]:
    return shown(releases, GUEST, request.site, wanted=Q(area=area) if area else None)


class Asked(NamedTuple):
    """What one request wants: the feed itself serves many at once."""

    area: Place | None
    items: list[Item]


class ChangelogFeed(ItemFeed):
    """Releases with all their entries, of one product area where the address names it."""

    def get_object(self, request: Request) -> Asked:  # type: ignore[override]
        request.user = GUEST
        area = _area(request)
        releases = _released(area)
        for release, one in zip(releases, _shown(releases, request, area), strict=True):
            release.item.words = _words(one)  # type: ignore[attr-defined]
        return Asked(area, [one.item for one in releases])

    def title(self, asked: Asked) -> str:
        area = asked.area
        return f"{self.site.name}: {_('Changelog')}{f' · {area.local_name}' if area else ''}"

    def link(self, _asked: Asked) -> str:
        return f"{settings.SITE_URL}/changelog/"

    def items(self, asked: Asked) -> list[Item]:
        return asked.items

    def item_description(self, item: Item) -> str:
        return str(item.words)  # type: ignore[attr-defined]

    def item_author_name(self, item: Item) -> str:
        return self.site.name

    def item_updateddate(self, item: Item) -> datetime:
        return item.active_at


def _words(one: Shown) -> str:
    """The introduction and the entries, with whole addresses."""
    return absolute(f"{one.html}{render_to_string('roadmap/_lines.html', {'shown': one})}", settings.SITE_URL)


@require_safe
def json_feed(request: Request) -> HttpResponse:
    request.user = GUEST
    area = _area(request)
    rows = _shown(_released(area), request, area)
    items = [
        {
            "id": f"{settings.SITE_URL}/go/{one.release.pk}",
            "url": f"{settings.SITE_URL}{one.url}",
            "title": one.title,
            "language": one.language,
            "date_published": one.at.iso if one.at else "",
            "content_html": _words(one),
            "tags": sorted({line.kind for line in one.lines}),
        }
        for one in rows
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{request.site.name}: {_('Changelog')}",
        "home_page_url": f"{settings.SITE_URL}/changelog/",
        "feed_url": f"{settings.SITE_URL}{request.get_full_path()}",
        "items": items,
    }
    return JsonResponse(feed, content_type="application/feed+json", headers={"Cache-Control": "public, max-age=300"})
