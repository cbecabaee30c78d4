"""Honest signals of spam: each has a name, a threshold that staff can read, and points. 100 points hold a post.

Nothing is guessed about people: only what they wrote, how fast, and how often they wrote the same.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from community.feedback.models import Item, State
from community.members.limits import Standing, standing_of
from community.members.models import Member, Site

FAST_MINUTES = 5
FAST_POSTS = 4
MANY_LINKS = 3
REPEATED_WORDS = 20  # from so many words on
REPEATED_SHARE = 0.3  # of the words that are different ones
SAME_DAYS = 7
RECENT = 20  # of their latest posts are compared

_EXTERNAL = re.compile(r'href="(?:https?:)?//([^"/?#]+)')
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class Signal:
    points: int
    says: str | Promise


SIGNALS: dict[str, Signal] = {
    "premoderated": Signal(100, _("The category approves everything first")),
    "first post": Signal(100, _("One of the first posts of a new member")),
    "new member's link": Signal(100, _("A new member links to another site")),
    "trap": Signal(100, _("A field that people do not see was filled in")),
    "same text": Signal(100, _("The same text as an earlier post of theirs")),
    "fast": Signal(60, _("Many posts within minutes")),
    "many links": Signal(60, _("Many links to other sites")),
    "repetition": Signal(60, _("The same words again and again")),
}


def signals_of(item: Item, by: Member, is_edit: bool, is_trapped: bool) -> dict[str, int]:
    """The signals of what somebody wrote, with their points. Trusted members and champions are not looked at."""
    if standing_of(by) == Standing.TRUSTED:
        return {}
    found = {"trap"} if is_trapped else set()
    found |= _in_words(item, by)
    if not is_edit:
        found |= _in_company_of_others(item, by)
    return {name: SIGNALS[name].points for name in SIGNALS if name in found}


def _in_words(item: Item, by: Member) -> set[str]:
    found = set()
    links = len(_EXTERNAL.findall(item.html))
    if links and standing_of(by) == Standing.NEW and Site.current().holds_new_links:
        found.add("new member's link")
    if links >= MANY_LINKS:
        found.add("many links")
    words = _WORDS.findall(item.body.lower())
    if len(words) >= REPEATED_WORDS and len(set(words)) / len(words) < REPEATED_SHARE:
        found.add("repetition")
    return found


def _in_company_of_others(item: Item, by: Member) -> set[str]:
    """What shows only beside their other posts: how many, how fast, and whether it was said before."""
    written = Item.objects.filter(author=by).exclude(pk=item.pk).order_by("-created_at", "-pk")
    recent = list(written.values_list("created_at", "body", "state")[:RECENT])
    found = set()
    first = Site.current().held_first_posts
    shown = sum(state == State.VISIBLE for _at, _body, state in recent)
    if shown < first and written.filter(state=State.VISIBLE)[:first].count() < first:
        found.add("first post")
    now = timezone.now()
    if _within(recent, now, timedelta(minutes=FAST_MINUTES)) >= FAST_POSTS:
        found.add("fast")
    said = _plain(item.body)
    since = now - timedelta(days=SAME_DAYS)
    if len(said) > 15 and any(_plain(body) == said for at, body, _state in recent if at > since):
        found.add("same text")
    return found


def _within(recent: list[tuple[datetime, str, str]], now: datetime, span: timedelta) -> int:
    return sum(at > now - span for at, _body, _state in recent)


def _plain(text: str) -> str:
    """Without what is changed to look different: case, spaces, signs."""
    return "".join(_WORDS.findall(text.lower()))
