"""Writing a reply: numbered, counted and announced in one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from community.conversations.models import Reply, page_of
from community.conversations.reading import mark_read
from community.feedback.drafts import discard_draft
from community.feedback.holding import hold_when_needed
from community.feedback.models import APPEAL, Item
from community.feedback.write import set_words
from community.members import limits
from community.members.models import Member

DOUBLE_SECONDS = 120


class ReplyRefused(Exception):
    """Carries a sentence that says why."""


@dataclass(frozen=True)
class Posted:
    reply: Reply
    is_new: bool  # False when a second click sent the same words again


@transaction.atomic
def post_reply(
    about: Item,
    *,
    by: Member,
    body: str,
    in_reply_to: Reply | None = None,
    is_official: bool = False,
    is_trapped: bool = False,
    is_told: bool = False,
    source: str = "web",
) -> Posted:
    """Add a reply to an item. Raises MarkdownRefused, LimitReached or ReplyRefused.

    The same words by the same member within two minutes are the same reply, whichever of two
    clicks, tabs or retries brought them. `is_told` says that whoever posts it tells of it otherwise.
    """
    # The lock gives out the numbers one at a time, without gap or repeat, and orders double clicks.
    about = Item.objects.select_for_update(no_key=True, of=("self",)).select_related("place").get(pk=about.pk)
    if not about.is_visible:  # removed or merged since the page was asked
        raise ReplyRefused(_("Nobody can reply here."))
    twin = _twin(about, by, body)
    if twin:
        return Posted(twin, is_new=False)
    # Whoever is silenced still speaks with staff about it.
    limits.count(by, "replies", also_silenced=about.source == APPEAL)
    now = timezone.now()
    number = about.reply_serial + 1
    item = Item(
        kind=Reply.KIND, author=by, place=about.place, visibility=about.visibility, group_id=about.group_id,
        language=by.language, created_at=now, active_at=now, active_by=by, path=path_of(about, number), source=source,
    )  # fmt: skip
    mentions = set_words(item, body, by=by)
    signals = hold_when_needed(item, by=by, is_trapped=is_trapped)
    if in_reply_to and in_reply_to.about_id != about.pk:
        in_reply_to = None
    reply = Reply.objects.create(
        item=item, about=about, number=number, in_reply_to=in_reply_to, is_official=is_official and by.is_staff
    )
    Item.objects.filter(pk=about.pk).update(reply_serial=number)
    if not signals:
        count_in(about, by, now)
    Member.objects.filter(pk=by.pk).update(post_count=F("post_count") + 1)
    if source == "web":  # what came otherwise is not what they began to write on the page
        discard_draft(by, f"reply:{about.pk}")
    mark_read(by, about, number)
    said: dict[str, Any] = {"about": about.pk, "mentions": len(mentions)} | ({"is_told": True} if is_told else {})
    if signals:
        item.record("held", by=by, signals=signals, **said)
    else:
        item.record("posted", by=by, **said)
    return Posted(reply, is_new=True)


def count_in(about: Item, by: Member | None, at: datetime) -> None:
    """A reply became visible: count it and bring the item up."""
    Item.objects.filter(pk=about.pk).update(reply_count=F("reply_count") + 1, active_at=at, active_by=by)


def path_of(about: Item, number: int) -> str:
    page = page_of(number)
    return f"{about.path}{f'?page={page}' if page > 1 else ''}#{number}"


def _twin(about: Item, by: Member, body: str) -> Reply | None:
    since = timezone.now() - timedelta(seconds=DOUBLE_SECONDS)
    # By time alone: in a lively thread many others may have replied between the two clicks.
    recent = Reply.objects.select_related("item").filter(about=about, item__author=by, item__created_at__gte=since)
    recent = recent.exclude(item__state=Item.State.REMOVED)  # written again on purpose
    words = body.replace("\r\n", "\n").strip()
    return next((reply for reply in recent if reply.item.body.strip() == words), None)
