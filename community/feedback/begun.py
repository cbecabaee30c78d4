"""What a guest begins before having an account: kept in the session, completed after the log-in."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from community.feedback.access import open_item
from community.feedback.models import Item
from community.feedback.vote import VoteRefused, vote
from community.lib.slots import Slot
from community.members.adapter import begun_as_guest
from community.members.limits import LimitReached
from community.members.requests import MemberRequest, Request

KEY = "begun"
completers: Slot[Callable[[MemberRequest, Item | None, dict[str, Any]], str]] = Slot("completing what a guest began")


def begin(request: Request, what: str, *, item: Item | None = None, **words: Any) -> HttpResponse:
    """Keep the act for after the log-in, and lead to it; `via` in the form chooses log-in or sign-up."""
    request.session[KEY] = {"what": what, "item": item.pk if item else None, **words}
    door = "login" if request.POST.get("via") == "login" else "signup"
    there = item.get_absolute_url() if item else "/"
    return redirect(f"/accounts/{door}/?{urlencode({'next': there.partition('#')[0]})}")


def begun(request: Request) -> dict[str, Any] | None:
    """What waits to be completed, for pages on the way that say so."""
    return request.session.get(KEY)


def complete(request: MemberRequest) -> str | None:
    """Do what was begun, once, if the member may; answers where to go."""
    act = request.session.pop(KEY, None)
    completer = completers.get(act["what"]) if act else None
    if not completer:
        return None
    item = None
    if act["item"]:
        try:
            item = open_item(request.user, act["item"])
        except Http404:
            return None
    return completer(request, item, act)


def complete_vote(request: MemberRequest, item: Item | None, act: dict[str, Any]) -> str:
    assert item is not None
    try:
        vote(item, by=request.user)
    except (VoteRefused, LimitReached) as refusal:
        messages.info(request, str(refusal))
    return item.get_absolute_url()


completers.fill("vote", complete_vote)
begun_as_guest.fill("begun", complete)
