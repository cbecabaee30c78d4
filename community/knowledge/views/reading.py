"""What readers see: the help page, sections, articles."""

from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from community.feedback import directory
from community.feedback.guestpages import keep
from community.feedback.places import Place
from community.feedback.viewing import count_view
from community.knowledge.dressing import FRAMES, summary
from community.knowledge.lists import featured, in_section
from community.knowledge.models import Section
from community.knowledge.page import ArticlePage, article_page, visible_article
from community.knowledge.permissions import may_write
from community.knowledge.structured import of_article, of_section
from community.members.requests import Request
from community.notifications.follow import held_level
from community.notifications.follow_button import follow_button


@require_safe
def index(request: Request) -> HttpResponse:
    """The help page: search first, then what is featured, then all sections."""
    keep(request)
    places = directory.visible_places(request.site, request.user, Section.KIND)
    context = {
        "sections": _with_children(places),
        "featured": featured(request),
        "may_write": may_write(request.user),
    }
    return render(request, "knowledge/index.html", context)


def _with_children(places: list[Place]) -> list[tuple[Place, list[Place]]]:
    """A section below one that the reader may not see stands by itself."""
    seen = {place.pk for place in places}
    top = [place for place in places if place.parent_id not in seen]
    return [(place, [one for one in places if one.parent_id == place.pk]) for place in top]


@require_safe
def section(request: Request, slug: str) -> HttpResponse:
    places = directory.visible_places(request.site, request.user, Section.KIND)
    place = next((one for one in places if one.slug == slug), None)
    if place is None:
        raise Http404
    keep(request)
    found = in_section(request, place, request.GET.get("after", ""))
    context = {
        "place": place,
        "parent": next((one for one in places if one.pk == place.parent_id), None),
        "children": [one for one in places if one.parent_id == place.pk],
        "rows": found.rows,
        "next_url": f"{request.path}?after={found.after}" if found.after else "",
        "structured": None if request.user.is_authenticated else of_section(found.rows, settings.SITE_URL),
        "canonical": f"{settings.SITE_URL}{request.path}",
        "may_write": may_write(request.user),
    }
    return render(request, "knowledge/section.html", context)


@csp_update({"frame-src": FRAMES})  # type: ignore[arg-type]
@require_safe
def article(request: Request, pk: int, slug: str) -> HttpResponse:
    article = visible_article(request.user, pk)
    if article is None:
        raise Http404
    item = article.item
    if request.path != item.path:
        return redirect(item.path, permanent=True)
    if item.is_public:
        keep(request, item.place, viewed=pk)
    count_view(request, pk)
    return render(request, "knowledge/article.html", _shown(request, article_page(request, article)))


def _shown(request: Request, page: ArticlePage) -> dict[str, Any]:
    article, item = page.article, page.article.item
    places = {one.pk: one for one in directory.places(request.site)}
    place = places.get(item.place_id or 0, item.place)
    return {
        "page": page,
        "article": article,
        "item": item,
        "place": place,
        "parent": places.get(place.parent_id or 0) if place else None,
        "follow": follow_button(item, held_level(item, request.user, getattr(article, "followed", None))),
        "structured": of_article(page, request.site.name, settings.SITE_URL) if item.is_public else None,
        "description": summary(item.html, 200),
        "site_url": settings.SITE_URL,
        "may_write": may_write(request.user),
    }
