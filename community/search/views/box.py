"""The help box in other people's products: what answers a question, shown while it is typed, in a frame of theirs."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from community.feedback.access import open_item
from community.members.limits import LimitReached
from community.members.requests import Request
from community.search.answers import answers, is_enough
from community.search.framed import address, framed, look
from community.search.languages import language_of
from community.search.learned import note, opened, sealed, told, withdraw
from community.search.limit import count_search
from community.search.loader import answer, loader_for
from community.search.searches import Search
from community.search.suggestions import suggestions
from community.search.views.deflections import number_in, title_in

NEAREST = 3


@require_safe
def loader(request: Request) -> HttpResponse:
    """The script that opens the box, the same for everybody."""
    return answer(request, loader_for(request.site), seconds=3600)


@framed
@require_safe
def box(request: Request) -> HttpResponse:
    """The box, with what answers the question so far; a fragment for htmx."""
    title = title_in(request.GET.get("title", ""))
    context = {"title": title, "look": look(request), "is_asked": is_enough(title), "keys_on": False}
    if context["is_asked"]:
        try:
            count_search(request, is_typing=bool(request.htmx))
            context |= _found(request, title)
        except LimitReached as reached:
            context["refused"] = str(reached)
    status = 429 if "refused" in context and not request.htmx else 200  # htmx swaps nothing else in
    return render(request, "search/_box.html" if request.htmx else "search/box.html", context, status=status)


def _found(request: Request, title: str) -> dict[str, object]:
    """What answers it, else what comes nearest; and the seal by which is counted how it ended."""
    near = answers(title, request)
    row = told(title, language_of(title, request.LANGUAGE_CODE), len(near)) | {"source": Search.Source.BOX}
    found = {"near": near, "seal": sealed(row, None), "key": row["key"], "action": address(request, "solved/")}
    return found if near else found | {"nearest": suggestions(request, title, most=NEAREST)}


@framed
@require_POST
def solve(request: Request) -> HttpResponse:
    """“This solved it”: counted once. What is out of date by now, or gone, leads back to the question."""
    title = title_in(request.POST.get("title", ""))
    row = opened(request.POST.get("seal", ""), None)
    try:
        item = open_item(request.user, number_in(request.POST.get("item", "")))
        count_search(request)
    except (Http404, LimitReached):
        row = None
    if row is None:
        return redirect(address(request, "", title=title))
    note(row, end=Search.End.SOLVED, solved_by=item)
    return redirect(address(request, f"solved/{row['key']}/", item=item.pk, title=title))


@framed
@require_safe
def solved(request: Request, key: int) -> HttpResponse:
    """Good to hear, with Undo."""
    title = title_in(request.GET.get("title", ""))
    try:
        item = open_item(request.user, number_in(request.GET.get("item", "")))
    except Http404:
        return redirect(address(request, "", title=title))
    undo = address(request, f"solved/{key}/withdrawal/")
    context = {"item": item, "title": title, "undo": undo, "again": address(request, ""), "keys_on": False}
    return render(request, "search/box_solved.html", context)


@framed
@require_POST
def withdrawal(request: Request, key: int) -> HttpResponse:
    """It is not counted any more, and the answers are there again. Whoever knows the key may say so."""
    withdraw(key)
    return redirect(address(request, "", title=title_in(request.POST.get("title", ""))))
