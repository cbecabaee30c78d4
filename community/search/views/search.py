"""The page of the search, and what its box offers while somebody types."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.members.limits import LimitReached
from community.members.requests import Request
from community.search.form import FILTERS, filters_of
from community.search.grammar import parse
from community.search.learned import sealed
from community.search.limit import count_search
from community.search.recent import recent_of
from community.search.results import results
from community.search.suggestions import suggestions

LONGEST = 500  # characters of a query that are shown again


@require_safe
def search(request: Request) -> HttpResponse:
    query = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:LONGEST]
    given = {name: request.GET.get(name, "").replace("\0", "")[:60] for name in FILTERS}
    asked = parse(query).narrowed(given)
    context = {"query": query, "filters": filters_of(request, asked), "is_narrowed": bool(asked.filters)}
    viewer = request.user if request.user.is_authenticated else None
    if asked.text or asked.filters:
        try:
            count_search(request)
        except LimitReached as reached:
            return render(request, "search/search.html", context | {"refused": str(reached)}, status=429)
        page = int(request.GET["page"]) if request.GET.get("page") in ("1", "2") else 1
        context["found"] = found = results(request, asked, query, page)
        kept = [(name, value) for name, value in given.items() if value]
        if found.next_page:
            context["next_url"] = f"/search/?{urlencode([('q', query), *kept, ('page', found.next_page)])}"
        context["all_url"] = f"/search/?{urlencode({'q': asked.text})}"
        context["ask_url"] = f"/t/new/?{urlencode({'title': asked.text[:200], 'search': found.told['key']})}"
        if page == 1 and asked.text:
            told = found.told | ({"query": query} if viewer else {})
            context["seal"] = sealed(told, viewer.pk if viewer else None)
    elif viewer:
        context["recent"] = recent_of(viewer)
    return render(request, "search/search.html", context)


@require_safe
def suggest(request: Request) -> HttpResponse:
    """A fragment for the box: what answers best so far; nothing for a letter or two, or for too many requests."""
    text = request.GET.get("q", "").replace("\0", " ")[:200].strip()
    try:
        count_search(request, is_typing=True)
        found = suggestions(request, text)
    except LimitReached:
        found = []
    return render(request, "search/_suggestions.html", {"found": found, "query": text})
