"""A question that need not be asked: something that was shown while it was typed solved it."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from community.feedback.access import open_item
from community.lib.answers import back
from community.members.limits import LimitReached
from community.members.requests import Request
from community.search.languages import language_of
from community.search.learned import note_solved, withdraw
from community.search.limit import count_search
from community.search.searches import Search, new_key

LONGEST = 200  # characters of a title


@require_POST
def solve(request: Request) -> HttpResponse:
    """“This solved it”: counted once, and taken back on the page that it leads to."""
    title = title_in(request.POST.get("title", ""))
    item = open_item(request.user, number_in(request.POST.get("item", "")))
    key = number_in(request.POST.get("key", "")) or new_key()
    try:
        count_search(request)
    except LimitReached:
        return back(request, item.get_absolute_url())  # it helped all the same
    note_solved(key, title, language_of(title, request.LANGUAGE_CODE), item)
    return back(request, _address(key, title, item.pk))


@require_safe
def solved(request: Request, key: int) -> HttpResponse:
    """Good to hear; with Undo, and the way on to asking with nothing lost."""
    item = open_item(request.user, number_in(request.GET.get("item", "")))
    is_counted = Search.objects.filter(pk=key, end=Search.End.SOLVED, solved_by=item).exists()
    context = {"key": key, "title": title_in(request.GET.get("title", "")), "is_counted": is_counted}
    return render(request, "search/solved.html", context | {"item": item})


@require_POST
def withdrawal(request: Request, key: int) -> HttpResponse:
    """It is not counted any more; `go` says where to: on to asking, or nowhere."""
    title = title_in(request.POST.get("title", ""))
    withdraw(key)
    if request.POST.get("go") == "ask":
        return redirect(f"/t/new/?{urlencode({'title': title})}")
    return redirect(_address(key, title, number_in(request.POST.get("item", ""))))


def _address(key: int, title: str, item: int) -> str:
    return f"/deflections/{key}/?{urlencode({'item': item, 'title': title})}"


def title_in(said: str) -> str:
    return " ".join(said.replace("\0", " ").split())[:LONGEST]


def number_in(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0
