"""What machines find of the roadmap and the changelog: features, releases and the page for everybody."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from community.discussions.views.feeds import sitemap_from, sitemap_of, sitemap_pages, sitemaps
from community.feedback.models import Item
from community.feedback.places import GUEST
from community.members.requests import Request
from roadmap.features.models import Feature
from roadmap.openness.models import Figures
from roadmap.releases.models import Release


@require_safe
def sitemap(request: Request, page: int) -> HttpResponse:
    """Features and releases that everybody may read."""
    items = Item.objects.visible_to(GUEST).listed().filter(kind__in=(Feature.KIND, Release.KIND))
    return sitemap_of(request, items, page)


@require_safe
def sitemap_open(request: Request) -> HttpResponse:
    row = Figures.objects.filter(pk=1).first()
    return sitemap_from(request, [("/open/", row.at if row else timezone.now())])


def _pages() -> list[str]:
    ids = [model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0 for model in (Feature, Release)]
    return ["/sitemap-open.xml", *sitemap_pages("roadmap", max(ids) or None)]


sitemaps.fill("roadmap", _pages)
