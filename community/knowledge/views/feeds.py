"""What machines read of the knowledge base, always as a guest sees it."""

from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from community.discussions.views.feeds import SIZE, ItemFeed, sitemap_of, sitemap_pages, sitemaps
from community.feedback.models import Item, ItemQuerySet
from community.feedback.places import GUEST, Place
from community.knowledge.models import Article, Section
from community.members.requests import Request


def public_articles() -> ItemQuerySet:
    return Item.objects.visible_to(GUEST).listed().filter(kind=Article.KIND)


class ArticleFeed(ItemFeed):
    """The articles that were published or changed last: the company's, not one person's."""

    def item_author_name(self, item: Item) -> str:
        return self.site.name

    def item_updateddate(self, item: Item) -> datetime:
        return item.active_at


class HelpFeed(ArticleFeed):
    def title(self) -> str:
        return f"{self.site.name}: {_('Help')}"

    def link(self) -> str:
        return f"{settings.SITE_URL}/help/"

    def items(self) -> list[Item]:
        return list(public_articles().order_by("-active_at", "-pk")[:SIZE])


class SectionFeed(ArticleFeed):
    def get_object(self, request: Request, slug: str) -> Place:  # type: ignore[override]
        return get_object_or_404(Place.objects.visible_to(GUEST), kind=Section.KIND, slug=slug)

    def title(self, place: Place) -> str:
        return f"{self.site.name}: {place.local_name}"

    def link(self, place: Place) -> str:
        return settings.SITE_URL + place.get_absolute_url()

    def items(self, place: Place) -> list[Item]:
        return list(public_articles().filter(place=place).order_by("-active_at", "-pk")[:SIZE])


def sitemap(request: Request, page: int) -> HttpResponse:
    return sitemap_of(request, public_articles(), page)


def _pages() -> list[str]:
    return sitemap_pages("help", Article.objects.order_by("-pk").values_list("pk", flat=True).first())


sitemaps.fill("help", _pages)
