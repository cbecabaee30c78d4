"""What machines read: Atom feeds, the sitemap, robots.txt. Always as a guest sees it."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from community.conversations.posts import author_name
from community.discussions.models import Category, Thread
from community.feedback.models import Item, ItemQuerySet, Label
from community.feedback.places import GUEST, Place
from community.lib.absolute import absolute
from community.lib.isolate import isolated
from community.lib.slots import Slot
from community.members.requests import Request

SIZE = 30
SITEMAP_SIZE = 5_000
# The sitemaps of higher rooms, by their paths.
sitemaps: Slot[Callable[[], Iterable[str]]] = Slot("sitemaps")


def public_threads() -> ItemQuerySet:
    return Item.objects.visible_to(GUEST).listed().filter(kind=Thread.KIND)


class ItemFeed(Feed):
    """The newest items of something, with their words."""

    feed_type = Atom1Feed

    def __call__(self, request: Request, *args: object, **kwargs: object) -> HttpResponse:  # type: ignore[override]
        self.site = request.site
        response = super().__call__(request, *args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=300"
        return response

    def item_title(self, item: Item) -> str:
        return item.title

    def item_description(self, item: Item) -> str:
        return absolute(item.html, settings.SITE_URL)

    def item_link(self, item: Item) -> str:
        return settings.SITE_URL + item.path

    def item_guid(self, item: Item) -> str:
        return f"{settings.SITE_URL}/go/{item.pk}"

    def item_author_name(self, item: Item) -> str:
        return author_name(item.author)

    def item_pubdate(self, item: Item) -> datetime:
        return item.created_at

    def item_updateddate(self, item: Item) -> datetime:
        return item.edited_at or item.created_at


class SiteFeed(ItemFeed):
    def title(self) -> str:
        return f"{self.site.name}: {_('Discussions')}"

    def link(self) -> str:
        return f"{settings.SITE_URL}/discussions/"

    def items(self) -> list[Item]:
        return list(public_threads().select_related("author").order_by("-created_at", "-pk")[:SIZE])


class CategoryFeed(ItemFeed):
    def get_object(self, request: Request, slug: str) -> Place:  # type: ignore[override]
        return get_object_or_404(Place.objects.visible_to(GUEST), kind=Category.KIND, slug=slug)

    def title(self, place: Place) -> str:
        return f"{self.site.name}: {place.local_name}"

    def link(self, place: Place) -> str:
        return f"{settings.SITE_URL}/c/{place.slug}/"

    def items(self, place: Place) -> list[Item]:
        rows = public_threads().filter(place=place).select_related("author")
        return list(rows.order_by("-created_at", "-pk")[:SIZE])


class LabelFeed(ItemFeed):
    def get_object(self, request: Request, slug: str) -> Label:  # type: ignore[override]
        return get_object_or_404(Label, slug=slug)

    def title(self, label: Label) -> str:
        return f"{self.site.name}: {label.local_name}"

    def link(self, label: Label) -> str:
        return settings.SITE_URL + label.get_absolute_url()

    def items(self, label: Label) -> list[Item]:
        rows = public_threads().filter(labels=label).select_related("author")
        return list(rows.order_by("-created_at", "-pk")[:SIZE])


class ThreadFeed(ItemFeed):
    """The latest replies of one thread."""

    def get_object(self, request: Request, pk: int) -> Item:  # type: ignore[override]
        return get_object_or_404(public_threads(), pk=pk)

    def title(self, thread: Item) -> str:
        return thread.title

    def link(self, thread: Item) -> str:
        return settings.SITE_URL + thread.path

    def items(self, thread: Item) -> list[Item]:
        replies = Item.objects.visible_to(GUEST).filter(reply__about=thread)
        return list(replies.select_related("author").order_by("-reply__number")[:SIZE])

    def item_title(self, item: Item) -> str:
        return _("Reply by %(name)s") % {"name": isolated(author_name(item.author))}


def sitemap_index(request: Request) -> HttpResponse:
    """One sitemap for every 5,000 ids: pages of a fixed key range cost the same however many there are."""
    # The highest id, not the latest date: an import brings old threads under new ids.
    newest = Thread.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    pages = range(newest // SITEMAP_SIZE + 1)
    paths = [f"/sitemap-threads-{page}.xml" for page in pages] + [path for more in sitemaps for path in more()]
    urls = [settings.SITE_URL + path for path in paths]
    return render(request, "discussions/sitemap_index.xml", {"urls": urls}, content_type="application/xml")


def sitemap_threads(request: Request, page: int) -> HttpResponse:
    return sitemap_of(request, public_threads(), page)


def sitemap_of(request: Request, items: ItemQuerySet, page: int) -> HttpResponse:
    """One page of the sitemap of some items: those of a range of ids."""
    if page > 10_000_000:
        raise Http404
    low = page * SITEMAP_SIZE
    return sitemap_from(request, items.filter(pk__gte=low, pk__lt=low + SITEMAP_SIZE).values_list("path", "active_at"))


def sitemap_from(request: Request, rows: Iterable[tuple[str, datetime]]) -> HttpResponse:
    context = {"site_url": settings.SITE_URL, "rows": rows}
    return render(request, "discussions/sitemap.xml", context, content_type="application/xml")


def sitemap_pages(name: str, newest: int | None) -> list[str]:
    """The paths of such pages, up to the newest id; none where there is none."""
    return [] if newest is None else [f"/sitemap-{name}-{page}.xml" for page in range(newest // SITEMAP_SIZE + 1)]


def robots(request: Request) -> HttpResponse:
    closed = [
        "/desk/",
        "/admin/",
        "/articles/",
        "/accounts/",
        "/me/",
        "/items/",
        "/t/new/",
        "/drafts/",
        "/*?order=",
        "/*&after=",
    ]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), f"Sitemap: {settings.SITE_URL}/sitemap.xml"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
