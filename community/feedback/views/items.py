import difflib

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from community.feedback.access import open_item
from community.feedback.models import Item
from community.lib.times import moment
from community.members.requests import Request


@require_safe
def go(request: Request, pk: int) -> HttpResponse:
    """The permalink of any item."""
    item = open_item(request.user, pk, Item.objects.without_words())
    return redirect(item.path or "/")


@require_safe
def history(request: Request, pk: int) -> HttpResponse:
    """Each edit of an item with what it changed, newest first."""
    item = open_item(request.user, pk, Item.objects.select_related("author"))
    revisions = list(item.revisions.select_related("by"))
    states = [*((one.title, one.body) for one in revisions), (item.title, item.body)]
    times = [*(one.at for one in revisions), item.edited_at or item.created_at]
    edits = []
    for at in range(1, len(states)):
        edits.append(
            {
                "by": revisions[at - 1].by,
                "at": moment(times[at]),
                "title": states[at][0] if states[at][0] != states[at - 1][0] else "",
                "lines": lines_changed(states[at - 1][1], states[at][1]),
            }
        )
    return render(request, "feedback/history.html", {"item": item, "edits": edits[::-1]})


def lines_changed(before: str, after: str) -> list[tuple[str, str]]:
    """(sign, line) with sign "+", "-" or ""; of long stretches without change two lines are left on each side."""
    found: list[tuple[str, str]] = []
    for line in difflib.unified_diff(before.splitlines(), after.splitlines(), n=2, lineterm=""):
        if line.startswith(("---", "+++")):
            continue
        if line.startswith("@@"):
            if found:
                found.append(("", "…"))
            continue
        found.append((line[0].strip(), line[1:]))
    return found
