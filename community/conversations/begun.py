"""The reply that a guest wrote before signing up."""

from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _

from community.conversations.access import why_no_reply
from community.conversations.models import Reply
from community.conversations.post import ReplyRefused, post_reply
from community.feedback.begun import completers
from community.feedback.drafts import draft_of, save_draft
from community.feedback.models import Item
from community.lib.markdown import MarkdownRefused
from community.members.limits import LimitReached
from community.members.requests import MemberRequest


def complete_reply(request: MemberRequest, item: Item | None, act: dict[str, Any]) -> str:
    """Post it; what cannot be posted becomes a draft, so that nothing typed is lost."""
    assert item is not None
    reason = why_no_reply(item, request.user)
    if not reason:
        answered = Reply.objects.filter(about=item, number=act.get("reply_to") or 0).first()
        try:
            posted = post_reply(
                item, by=request.user, body=act["body"], in_reply_to=answered, is_trapped=act.get("is_trapped", False)
            )
            if posted.reply.item.is_visible:
                messages.success(request, _("Welcome! Your reply is posted."))
            else:
                messages.info(request, _("Welcome! Your reply appears as soon as it is approved."))
            return posted.reply.item.path
        except (MarkdownRefused, LimitReached, ReplyRefused) as refusal:
            reason = str(refusal)
    messages.error(request, reason)
    there = draft_of(request.user, f"reply:{item.pk}")
    save_draft(request.user, f"reply:{item.pk}", there.seq if there else 0, title="", body=act["body"], item=item)
    return f"/items/{item.pk}/reply/"


completers.fill("reply", complete_reply)
