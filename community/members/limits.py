"""Graded limits of members: published on /limits/, loosened by good conduct, never applied to staff."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext, pgettext

from community.lib.markdown_files import files_named_in
from community.members.models import Member
from community.members.requests import MemberRequest, Request
from community.members.sanctions import why_silenced


class Standing(StrEnum):
    NEW = "new"
    KNOWN = "known"
    TRUSTED = "trusted"

    @property
    def label(self) -> str:
        return {
            Standing.NEW: pgettext("standing", "New"),
            Standing.KNOWN: pgettext("standing", "Known"),
            Standing.TRUSTED: pgettext("standing", "Trusted"),
        }[self]


@dataclass(frozen=True)
class Limits:
    least_days: int
    least_posts: int
    threads_a_day: int
    ideas_a_day: int
    replies_a_day: int
    votes_a_day: int
    links_a_post: int
    mentions_a_post: int
    files_a_day: int
    bytes_a_day: int
    files_a_post: int
    flags_a_day: int


MEGABYTE = 1024 * 1024
LIMITS = {
    Standing.NEW: Limits(0, 0, 5, 5, 30, 60, 3, 4, 15, 40 * MEGABYTE, 5, 5),
    Standing.KNOWN: Limits(2, 5, 20, 20, 150, 300, 12, 10, 60, 200 * MEGABYTE, 10, 20),
    Standing.TRUSTED: Limits(30, 50, 60, 60, 500, 1_000, 40, 20, 200, 800 * MEGABYTE, 10, 60),
}


PREVIEWS_A_MINUTE = 30  # of guests from one address: each costs as much as a page
UPLOADS_A_MINUTE = 20  # of a member, whatever comes of them: each may cost a second


def standing_of(member: Member) -> Standing:
    """The highest standing whose days and posts the member has reached."""
    if member.is_champion:
        return Standing.TRUSTED
    days = (timezone.now() - member.joined_at).days
    reached = Standing.NEW
    for standing, limits in LIMITS.items():
        if days >= limits.least_days and member.post_count >= limits.least_posts:
            reached = standing
    return reached


class LimitReached(Exception):
    """Carries a sentence that says what the limit is and when it ends."""


class Silenced(LimitReached):
    """The member may say nothing for now; carries the sentence with reason and end."""


def refuse_silenced(member: Member) -> None:
    reason = why_silenced(member)
    if reason:
        raise Silenced(reason)


def count(member: Member, act: str, amount: int = 1, *, also_silenced: bool = False) -> None:
    """Count an act ('threads', 'ideas', 'replies', 'votes', 'files', 'bytes', 'flags') against the member's day.

    Raises LimitReached; Silenced for a silenced member, but where `also_silenced` says that they may still do it.

    The day is a fixed window of 24 hours that begins with its first act. Call it in the transaction
    of the act: the lock on the member lets one act be counted at a time, and an act undone is not counted.
    A negative amount gives back what was counted for nothing.
    """
    if not also_silenced:
        refuse_silenced(member)
    if member.is_staff:
        return
    Member.objects.select_for_update(no_key=True).filter(pk=member.pk).values_list("pk").first()
    most = getattr(LIMITS[standing_of(member)], f"{act}_a_day")
    key = f"limit:{act}:{member.pk}"
    day = timedelta(days=1)
    began = timezone.now().timestamp()
    first, used = cache.get(key) or (began, 0)
    if began - first >= day.total_seconds():
        first, used = began, 0
    left = timedelta(seconds=first + day.total_seconds() - began)
    if used + amount > most:
        raise LimitReached(_sentence(act, most, left))
    cache.set(key, (first, max(0, used + amount)), timeout=int(left.total_seconds()) + 1)


def count_preview(request: Request) -> None:
    """Count a preview that a guest asks for against the minute of their address, or raise LimitReached."""
    rate = {"preview": f"{PREVIEWS_A_MINUTE}/m/ip"}
    if request.user.is_authenticated or ratelimit.consume(request, app="community", action="preview", config=rate):
        return
    raise LimitReached(
        _("You asked for many previews in one minute. Wait a moment, then try again; your text is kept.")
    )


def count_upload(request: MemberRequest) -> None:
    """Count an attempt to upload against the member's minute, or raise LimitReached; staff drop twenty at once too."""
    rate = {"upload": f"{UPLOADS_A_MINUTE}/m/user"}
    if not ratelimit.consume(request, app="community", action="upload", config=rate):
        raise LimitReached(_("These are many files in one minute. Wait a moment, then try again; your text is kept."))


def check_words(member: Member, html: str, mentions: int) -> None:
    """Refuse more links, mentions or files in one post than the member's standing allows, by LimitReached."""
    if member.is_staff:
        return
    most = LIMITS[standing_of(member)]
    links = html.count('rel="nofollow')
    if links > most.links_a_post:
        words = ngettext(
            "Your posts can hold %(most)d link for now, and this one has %(has)d. Take some out.",
            "Your posts can hold %(most)d links for now, and this one has %(has)d. Take some out.",
            most.links_a_post,
        )
        raise LimitReached(words % {"most": most.links_a_post, "has": links})
    if mentions > most.mentions_a_post:
        words = ngettext(
            "Your posts can mention %(most)d member for now, and this one mentions %(has)d. Take some out.",
            "Your posts can mention %(most)d members for now, and this one mentions %(has)d. Take some out.",
            most.mentions_a_post,
        )
        raise LimitReached(words % {"most": most.mentions_a_post, "has": mentions})
    files = len(files_named_in(html))
    if files > most.files_a_post:
        words = ngettext(
            "Your posts can show %(most)d file for now, and this one has %(has)d. Take some out.",
            "Your posts can show %(most)d files for now, and this one has %(has)d. Take some out.",
            most.files_a_post,
        )
        raise LimitReached(words % {"most": most.files_a_post, "has": files})


def _sentence(act: str, most: int, left: timedelta) -> str:
    if act == "threads":
        said = ngettext(
            "You can start %(most)d thread a day for now. Try again in %(wait)s; your text is kept.",
            "You can start %(most)d threads a day for now. Try again in %(wait)s; your text is kept.",
            most,
        )
    elif act == "ideas":
        said = ngettext(
            "You can suggest %(most)d idea a day for now. Try again in %(wait)s; your text is kept.",
            "You can suggest %(most)d ideas a day for now. Try again in %(wait)s; your text is kept.",
            most,
        )
    elif act == "replies":
        said = ngettext(
            "You can write %(most)d reply a day for now. Try again in %(wait)s; your text is kept.",
            "You can write %(most)d replies a day for now. Try again in %(wait)s; your text is kept.",
            most,
        )
    elif act == "files":
        said = ngettext(
            "You can attach %(most)d file a day for now. Try again in %(wait)s; your text is kept.",
            "You can attach %(most)d files a day for now. Try again in %(wait)s; your text is kept.",
            most,
        )
    elif act == "bytes":
        said = _("You can attach %(size)s a day for now. Try again in %(wait)s; your text is kept.")
    elif act == "flags":
        said = ngettext(
            "You can report %(most)d post a day for now. Try again in %(wait)s.",
            "You can report %(most)d posts a day for now. Try again in %(wait)s.",
            most,
        )
    else:
        said = ngettext(
            "You can vote %(most)d time a day for now. Try again in %(wait)s.",
            "You can vote %(most)d times a day for now. Try again in %(wait)s.",
            most,
        )
    return said % {"most": most, "size": filesizeformat(most), "wait": _wait(left)}


def _wait(left: timedelta) -> str:
    minutes = int(left.total_seconds() // 60) + 1
    if minutes < 90:
        return npgettext("in", "%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = -(-minutes // 60)
    return npgettext("in", "%(n)d hour", "%(n)d hours", hours) % {"n": hours}
