"""What the composer asks while somebody writes: preview, mentions, drafts."""

import json
import re
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from community.feedback.access import files_shown_to, open_item
from community.feedback.drafts import discard_draft, draft_of, save_draft
from community.feedback.write import known_handles
from community.lib import markdown
from community.members import limits
from community.members.models import Member
from community.members.requests import MemberRequest, Request

KEY = re.compile(r"(?:reply:(\d{1,18})|edit:(\d{1,18})|thread:new|article:(?:\d{1,18}(?::[a-z-]{2,10})?|new))\Z")


@require_POST
def preview(request: Request) -> HttpResponse:
    """Markdown → the HTML that would be shown, for members and for guests who write their first reply."""
    try:
        limits.count_preview(request)
        known_files = files_shown_to(request.user)
        html = markdown.render(request.POST.get("body", ""), known_handles=known_handles, known_files=known_files).html
    except (markdown.MarkdownRefused, limits.LimitReached) as refusal:
        status = 429 if isinstance(refusal, limits.LimitReached) else 422
        return render(request, "feedback/_preview.html", {"error": refusal}, status=status)
    return render(request, "feedback/_preview.html", {"html": html})


@require_GET
def mentions(request: Request) -> HttpResponse:
    """Members whose handle or name begins with `q`: [{handle, name, avatar: {initials, colour, url}}]."""
    wanted = request.GET.get("q", "").strip().lower()[:30]
    if not request.user.is_authenticated or not wanted or "\0" in wanted:
        return JsonResponse([], safe=False)
    found = Member.objects.filter(Q(handle__startswith=wanted) | Q(name__istartswith=wanted), is_active=True)
    people = [
        {"handle": one.handle, "name": one.display_name, "avatar": one.avatar._asdict()}
        for one in found.order_by("-post_count")[:8]
    ]
    return JsonResponse(people, safe=False)


@login_required
@require_http_methods(["GET", "POST", "DELETE"])
def draft(request: MemberRequest, key: str) -> HttpResponse:
    """POST {seq, title, body} keeps a draft: {seq}, or 409 {seq, title, body} when another tab was here."""
    match = KEY.match(key)
    if not match:
        return HttpResponseBadRequest(_("There is no draft with this name."))
    if request.method == "DELETE":
        discard_draft(request.user, key)
        return HttpResponse(status=204)
    if request.method == "GET":
        there = draft_of(request.user, key)
        return JsonResponse({"seq": there.seq, "title": there.title, "body": there.body} if there else {"seq": 0})
    return _keep(request, key, match)


def _keep(request: MemberRequest, key: str, match: re.Match[str]) -> HttpResponse:
    try:
        words = json.loads(request.body) if request.content_type == "application/json" else request.POST.dict()
        seq, title, body = _told(words)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return HttpResponse(_("This draft cannot be read: send seq, title and body."), status=422)
    if words.get("discard"):
        discard_draft(request.user, key)
        return JsonResponse({"seq": 0})
    about = match.group(1) or match.group(2)
    try:
        item = open_item(request.user, int(about)) if about else None
    except Http404:
        return HttpResponseBadRequest(_("What this draft belongs to is not there any more. Copy your text."))
    try:
        saved = save_draft(request.user, key, seq, title=title, body=body, item=item)
    except markdown.MarkdownRefused as refusal:
        return JsonResponse({"error": str(refusal)}, status=422)
    if saved.conflict:
        there = saved.conflict
        return JsonResponse({"seq": saved.seq, "title": there.title, "body": there.body}, status=409)
    return JsonResponse({"seq": saved.seq})


def _told(words: Any) -> tuple[int, str, str]:
    """(seq, title, body) of a draft, each of its own type and no other (ABUSE C42), or TypeError or ValueError."""
    seq = words.get("seq", 0)
    title, body = words.get("title", ""), words.get("body", "")
    if isinstance(seq, str):  # a form knows only text
        seq = seq or "0"
        if not seq.isascii() or not seq.isdigit() or len(seq) > 10:
            raise ValueError(seq)
        seq = int(seq)
    if type(seq) is not int or not isinstance(title, str) or not isinstance(body, str):
        raise TypeError
    if not 0 <= seq < 2**31 - 1:
        raise ValueError(seq)
    return seq, title, body
