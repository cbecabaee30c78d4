import difflib
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from community.feedback.access import open_item
from community.feedback.models import Item, Revision
from community.lib import paging
from community.lib.times import moment
from community.members.requests import Request

EDITS = 20  # on a page
MOST_COMPARED = 500_000  # pairs of lines
MOST_LINES = 400  # shown of one edit


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


def lines_changed(before: str, after: str) -> list[tuple[str, str]]:
    """(sign, line) with sign "+", "-" or ""; of long stretches without change two lines are left on each side.

    Of a very long change only its beginning.
    """
    old, new = _without_ends(before.splitlines(), after.splitlines())
    if len(old) * len(new) > MOST_COMPARED:  # difflib takes seconds for lines that were made to be alike
        return _cut([*(("-", line) for line in old), *(("+", line) for line in new)])
    found: list[tuple[str, str]] = []
    for line in difflib.unified_diff(old, new, n=2, lineterm=""):
        if line.startswith(("---", "+++")):
            continue
        if line.startswith("@@"):
            if found:
                found.append(("", "…"))
            continue
        found.append((line[0].strip(), line[1:]))
    return _cut(found)


def _without_ends(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """Without what both begin and end with, but for two lines of it."""
    shorter = min(len(old), len(new))
    same = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    most = shorter - same
    end = next((at for at in range(most) if old[-1 - at] != new[-1 - at]), most)
    first, last = max(0, same - 2), max(0, end - 2)
    return old[first : len(old) - last], new[first : len(new) - last]


def _cut(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return lines if len(lines) <= MOST_LINES else [*lines[:MOST_LINES], ("", "…")]
