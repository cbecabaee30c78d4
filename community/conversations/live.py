"""`/live/<token>`: whether a page that stays open is out of date. Asked every few seconds by every page.

So it is answered ahead of sessions and templates, with one query of four numbers and an ETag. A page that finds
them changed fetches itself again the ordinary way, where its rights are asked.
"""

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from community.conversations.models import PAGE_SIZE
from community.members import live

PREFIX = "/live/"
_HEADERS = {"Cache-Control": "private, no-cache"}
_SQL = """
SELECT i.reply_serial, i.reply_count,
    i.vote_count + COALESCE((
        SELECT SUM(a.vote_count) FROM community_reply r JOIN community_item a ON a.id = r.item_id
        WHERE r.about_id = i.id AND r.number > %s AND r.number <= %s AND a.state = 'visible'
    ), 0),
    COALESCE((SELECT unread_count FROM community_member WHERE id = %s), 0)
FROM community_item i WHERE i.id = %s
"""
_BELL = "SELECT 0, 0, 0, unread_count FROM community_member WHERE id = %s"


class Live:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method == "GET" and request.path.startswith(PREFIX):
            return answer(request, request.path[len(PREFIX) :])
        return self.get_response(request)


def answer(request: HttpRequest, token: str) -> HttpResponse:
    """{replies, changes, unread}, 304 when they are what the page knows, 410 when it need not ask again."""
    asked = live.read(token)
    numbers = _numbers(*asked) if asked else None
    if numbers is None:
        return HttpResponse(status=410, headers=_HEADERS)
    serial, count, votes, unread = numbers
    etag = f'"{serial}-{count}-{votes}-{unread}"'
    headers = {**_HEADERS, "ETag": etag}
    if request.META.get("HTTP_IF_NONE_MATCH") == etag:
        return HttpResponse(status=304, headers=headers)
    return JsonResponse({"page": f"{serial}-{count}-{votes}", "unread": unread}, headers=headers)


def _numbers(member: int, item: int, page: int) -> tuple[int, int, int, int] | None:
    with connection.cursor() as cursor:
        if item:
            low = (page - 1) * PAGE_SIZE
            cursor.execute(_SQL, [low, low + PAGE_SIZE, member, item])
        else:
            cursor.execute(_BELL, [member])
        row = cursor.fetchone()
    return (int(row[0]), int(row[1]), int(row[2]), int(row[3])) if row else None
