"""What machines read of the ideas, always as a guest sees it."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from community.discussions.views.feeds import SIZE, ItemFeed, sitemap_of, sitemap_pages, sitemaps
from community.feedback.models import Item, ItemQuerySet
from community.feedback.places import GUEST, Place
from community.members.requests import Request
from roadmap.ideas.models import AREA, Idea


def public_ideas() -> ItemQuerySet:
    return Item.objects.visible_to(GUEST).listed().filter(kind=Idea.KIND)


class IdeaFeed(ItemFeed):
    """The newest ideas, of one product area where the address names it."""

    def get_object(self, request: Request) -> Place | None:  # type: ignore[override]
        slug = request.GET.get("area", "")
        return get_object_or_404(Place.objects.visible_to(GUEST), kind=AREA, slug=slug) if slug else None

    def title(self, area: Place | None) -> str:
        return f"{self.site.name}: {area.local_name if area else _('Ideas')}"

    def link(self, area: Place | None) -> str:
        return settings.SITE_URL + (area.get_absolute_url() if area else "/ideas/")

    def items(self, area: Place | None) -> list[Item]:
        rows = public_ideas().filter(place=area) if area else public_ideas()
        return list(rows.select_related("author").order_by("-created_at", "-pk")[:SIZE])


def sitemap(request: Request, page: int) -> HttpResponse:
    return sitemap_of(request, public_ideas(), page)


def _pages() -> list[str]:
    return sitemap_pages("ideas", Idea.objects.order_by("-pk").values_list("pk", flat=True).first())


sitemaps.fill("ideas", _pages)
