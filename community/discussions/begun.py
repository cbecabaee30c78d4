"""Slots that discussions fill: the thread a guest began, and who may reply to a thread."""

from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _

from community.conversations.access import reply_rules
from community.discussions.ask import DRAFT_KEY, Question, start_thread
from community.discussions.models import Closure, Thread
from community.discussions.permissions import kinds_for
from community.feedback.begun import completers
from community.feedback.drafts import draft_of, save_draft
from community.feedback.models import Item, Label
from community.feedback.places import Place, Viewer
from community.lib.markdown import MarkdownRefused
from community.members.limits import LimitReached
from community.members.requests import MemberRequest


def complete_thread(request: MemberRequest, item: Item | None, act: dict[str, Any]) -> str:
    """Start the thread that was written before signing up; else keep it as the draft."""
    place = Place.objects.visible_to(request.user).filter(pk=act["place"]).first()
    allowed = kinds_for(place, request.user) if place else []
    if place and allowed:
        asked = Question(
            title=act["title"],
            body=act["body"],
            place=place,
            kind=act["kind"] if act["kind"] in allowed else allowed[0],
            language=act["language"],
            labels=tuple(Label.objects.filter(pk__in=act["labels"])),
            is_private=act["is_private"],
            may_publish=act["may_publish"],
            is_trapped=act.get("is_trapped", False),
        )
        try:
            thread = start_thread(asked, by=request.user)
            if thread.item.is_visible:
                messages.success(request, _("Welcome! Your thread is posted."))
            else:
                messages.info(request, _("Welcome! Your thread appears as soon as it is approved."))
            return thread.item.path
        except (MarkdownRefused, LimitReached) as refusal:
            messages.error(request, str(refusal))
    there = draft_of(request.user, DRAFT_KEY)
    save_draft(request.user, DRAFT_KEY, there.seq if there else 0, title=act["title"], body=act["body"])
    return "/t/new/"


def why_no_reply_to_thread(item: Item, viewer: Viewer) -> str:
    if viewer.is_authenticated and viewer.may("moderate"):
        return ""
    if Closure.objects.filter(pk=item.pk).exists():
        return _("This thread is closed. Start a new one and link to it.")
    return ""


completers.fill("thread", complete_thread)
reply_rules.fill(Thread.KIND, why_no_reply_to_thread)
