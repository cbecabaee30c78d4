from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from community.feedback.access import open_item
from community.feedback.models import Item, Revision
from community.lib import paging
from community.lib.line_changes import lines_changed
from community.lib.times import moment
from community.members.requests import Request

EDITS = 20  # on a page


@require_safe
def go(request: Request, pk: int) -> HttpResponse:
    """The permalink of any item."""
    item = open_item(request.user, pk, Item.objects.without_words())
    return redirect(item.path or "/")


@require_safe
def history(request: Request, pk: int) -> HttpResponse:
    """The edits of an item, newest first, each with what it changed."""
    item = open_item(request.user, pk, Item.objects.select_related("author"))
    revisions = item.revisions.select_related("by")
    page = paging.page(revisions, [("number", int)], request.GET.get("after", ""), EDITS)
    # What an edit made is what the next one found, or what the item says now.
    newer: Revision | None = None
    if page.rows:
        newer = revisions.filter(number=page.rows[0].number + 1).first()
    edits = []
    for revision in page.rows:
        edits.append(_edit(revision, item, newer))
        newer = revision
    next_url = f"{request.path}?after={page.after}" if page.after else ""
    return render(request, "feedback/history.html", {"item": item, "edits": edits, "next_url": next_url})


def _edit(before: Revision, item: Item, after: Revision | None) -> dict[str, Any]:
    made: Revision | Item = after or item
    return {
        "by": before.by,
        "at": moment(after.at if after else item.edited_at or item.created_at),
        "title": made.title if made.title != before.title else "",
        "lines": lines_changed(before.body, made.body),
    }
