"""Pages for guests, made once and answered from memory until something they show has changed.

A page is kept under its address, language, theme and keys, with two numbers read *before* its content:
the site's change number and its place's (or the sum over all places, for pages that mix them).
One query compares both. Whoever has a session cookie never comes here, and a response is kept only
if its view said so by `keep`, it sets no cookie, and the page was made for a guest.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch

from community.feedback.places import Place
from community.feedback.viewing import count_view
from community.lib.compress import accepts_gzip
from community.members.preferences import language_of, theme_of
from community.members.requests import Request

LARGEST = 300_000
# What our pages read from the query. Other names make no other page, but each would be kept as one:
# whoever invents names would push out the pages that people read.
_QUERY = frozenset(["page", "order", "kind", "label", "after"])
_LONGEST_ADDRESS = 500
_PLACE = "SELECT s.changes, p.changes FROM community_site s, community_place p WHERE s.id = 1 AND p.id = %s"
_ALL = "SELECT s.changes, (SELECT SUM(changes) FROM community_place) FROM community_site s WHERE s.id = 1"

Numbers = tuple[int, int]


@dataclass(frozen=True)
class Kept:
    place_id: int | None
    numbers: Numbers
    headers: list[tuple[str, str]]
    body: bytes
    etag: str
    viewed: int | None  # the item whose views this page counts
    route: ResolverMatch | None  # for those who count requests by it


_pages: OrderedDict[tuple, Kept] = OrderedDict()
_lock = Lock()


def forget() -> None:
    """Throw away what is kept: for tests, whose databases begin at the same numbers."""
    _pages.clear()


def current_numbers(place_id: int | None) -> Numbers | None:
    """(site, place) or (site, all places together) as they stand now; None where there is no such row."""
    with connection.cursor() as cursor:
        if place_id is None:
            cursor.execute(_ALL)
        else:
            cursor.execute(_PLACE, [place_id])
        row = cursor.fetchone()
    return (int(row[0]), int(row[1] or 0)) if row else None


def keep(request: Request, place: Place | None = None, *, viewed: int | None = None) -> None:
    """Allow this page to be kept while `place`, or every place, stays as it is.

    Call it before reading what the page shows. A place must come from the same query as the
    first thing shown, so that its number is not newer than that.
    """
    if request.user.is_authenticated:
        return
    numbers = (request.site.changes, place.changes) if place else current_numbers(None)
    request._kept = (place.pk if place else None, numbers, viewed)


def _store(key: tuple, kept: Kept) -> None:
    """Keep a page, and throw out what the site's number outdated: nobody is shown it, but it may name who left."""
    newest = next(reversed(_pages.values()), None)
    if newest and newest.numbers[0] != kept.numbers[0]:
        for old in [old for old, page in _pages.items() if page.numbers[0] < kept.numbers[0]]:
            del _pages[old]
    _pages[key] = kept
    _pages.move_to_end(key)
    while len(_pages) > settings.GUEST_PAGES:
        _pages.popitem(last=False)


class GuestPages:
    def __init__(self, get_response: Callable[[Request], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        is_guest = settings.SESSION_COOKIE_NAME not in request.COOKIES
        if not is_guest or request.method != "GET" or "HTTP_HX_REQUEST" in request.META:
            return self.get_response(request)
        request._is_guest_page = True
        key = (
            request.get_host(),
            request.get_full_path(),
            language_of(request),
            theme_of(request),
            request.COOKIES.get("keys") == "off",
            accepts_gzip(request),
        )
        kept = _pages.get(key)
        if kept and current_numbers(kept.place_id) == kept.numbers:
            return self.answer(request, key, kept)
        response = self.get_response(request)
        kept = self.page_from(request, response)
        if kept:
            with _lock:
                _store(key, kept)
            response.headers["ETag"] = kept.etag
        return response

    def page_from(self, request: Request, response: HttpResponseBase) -> Kept | None:
        marked = getattr(request, "_kept", None)
        if len(request.get_full_path()) > _LONGEST_ADDRESS or not _QUERY.issuperset(request.GET):
            return None
        if not marked or marked[1] is None or response.status_code != 200 or response.streaming:
            return None
        if response.cookies or ("_messages" in request.__dict__ and request._messages.used):
            return None
        if not isinstance(response, HttpResponse) or len(response.content) > LARGEST:
            return None
        place_id, numbers, viewed = marked
        etag = f'"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'
        headers = list(response.items())
        return Kept(place_id, numbers, headers, response.content, etag, viewed, request.resolver_match)

    def answer(self, request: Request, key: tuple, kept: Kept) -> HttpResponse:
        with _lock:
            if key in _pages:
                _pages.move_to_end(key)
        request.resolver_match = kept.route
        if kept.viewed is not None:
            count_view(request, kept.viewed)
        if request.META.get("HTTP_IF_NONE_MATCH") == kept.etag:
            response = HttpResponse(status=304)
        else:
            response = HttpResponse(kept.body)
            for name, value in kept.headers:
                response.headers[name] = value
        response.headers["ETag"] = kept.etag
        return response
