"""What an idea shows in a list, as ready strings."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.conversations.posts import author_name
from community.feedback import directory
from community.feedback.models import Item, Visibility
from community.feedback.places import Place
from community.feedback.vote import Budget
from community.feedback.vote_button import VoteButton, vote_button
from community.lib.markdown import excerpt
from community.lib.times import moment
from community.members.requests import Request
from community.search.write import plain
from roadmap.ideas.permissions import why_ended
from roadmap.stages.badge import Badge, badge_of
from roadmap.stages.directory import stages

LONGEST = 160  # characters of the words below a title


@dataclass(slots=True)
class Row:
    pk: int
    url: str
    title: str
    language: str
    words: str
    badge: Badge | None
    vote: VoteButton
    place_name: str
    place_url: str
    place_colour: str
    labels: list[tuple[str, str, str]]
    author: str
    reply_count: int
    reply_text: str
    iso: str
    when: str
    private_text: str
    may_choose: bool = False  # one of several, for staff
    weight_text: str = ""  # for staff, where the list is ordered by a number of theirs


def row_of(item: Item, request: Request, place: Place | None, *, voted: bool, budget: Budget | None) -> Row:
    at = moment(item.created_at)
    stage = stages(request.site).get(item.stage)
    labels = directory.labels(request.site, getattr(item, "label_ids", None))
    return Row(
        pk=item.pk,
        url=item.path,
        title=item.title,
        language=item.language,
        words=excerpt(_words(getattr(item, "beginning", "")), LONGEST),
        badge=badge_of(stage),
        vote=vote_button(
            item, request.user, voted, about=item.title, flat=False, reason=why_ended(stage), budget=budget
        ),
        place_name=place.local_name if place else "",
        place_url=place.get_absolute_url() if place else "",
        place_colour=place.colour if place else "",
        labels=[(label.local_name, label.get_absolute_url(), label.colour) for label in labels],
        author=author_name(item.author),
        reply_count=item.reply_count,
        reply_text=ngettext("%(n)d reply", "%(n)d replies", item.reply_count) % {"n": item.reply_count},
        iso=at.iso,
        when=at.text,
        private_text=_("Private") if item.visibility != Visibility.PUBLIC else "",
    )


def _words(beginning: str) -> str:
    """Those of the beginning of some HTML, which may have been cut inside a tag."""
    is_cut = beginning.rfind("<") > beginning.rfind(">")
    return plain(beginning.rpartition("<")[0] if is_cut else beginning)
