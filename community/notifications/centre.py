"""The notification centre: newest first, and what belongs to one conversation together."""

from dataclasses import dataclass, field

from django.utils.translation import ngettext

from community.feedback.access import readable
from community.lib import paging
from community.lib.isolate import isolated
from community.lib.times import Moment, moment
from community.members.models import Member
from community.notifications.models import Notification
from community.notifications.topics import address_of, look_up, sentence_of, title, topic_of

SIZE = 40


@dataclass
class Group:
    """What the centre shows as one line: one notification, or several posts of one conversation."""

    first: Notification  # the oldest, for that is where to go on reading
    newest: Notification
    count: int = 1
    names: list[str] = field(default_factory=list)

    @property
    def is_unread(self) -> bool:
        return self.first.read_at is None

    @property
    def icon(self) -> str:
        return topic_of(self.newest).icon

    @property
    def url(self) -> str:
        return address_of(self.first)

    @property
    def at(self) -> Moment:
        return moment(self.newest.created_at)

    @property
    def sentence(self) -> str:
        if self.count == 1:
            return sentence_of(self.newest)
        words = ngettext("%(n)d reply in “%(title)s”", "%(n)d replies in “%(title)s”", self.count)
        return words % {"n": self.count, "title": isolated(title(self.newest))}


@dataclass
class Centre:
    groups: list[Group]
    after: str | None
    newest_id: int  # so that "mark all read" says no more than was shown


def centre(member: Member, cursor: str = "") -> Centre:
    """A page of it; what the member may not read any more is left out."""
    rows = Notification.objects.filter(recipient=member).select_related("item__place", "about", "by")
    page = paging.page(
        rows.defer("item__body", "item__html", "about__body", "about__html"), [("id", int)], cursor, SIZE
    )
    for row in page.rows:
        row.recipient = member
    seen = readable(member, [(row.item, row.about_id or row.item.pk) for row in page.rows if row.item])
    shown = [row for row in page.rows if row.item_id is None or row.item_id in seen]
    look_up(shown)
    return Centre(_grouped(shown), page.after, page.rows[0].pk if page.rows else 0)


def _grouped(rows: list[Notification]) -> list[Group]:
    """Unread posts of a conversation stand where the newest of them stands; what was read stays as it came."""
    groups: list[Group] = []
    open_groups: dict[tuple[int, bool], Group] = {}
    for row in rows:
        key = (row.about_id or 0, row.read_at is None)
        there = open_groups.get(key) if topic_of(row).shows_words and row.about_id else None
        if there is None:
            there = Group(row, row)
            groups.append(there)
            if topic_of(row).shows_words and row.about_id:
                open_groups[key] = there
        else:
            there.first = row
            there.count += 1
        if row.by and row.by.display_name not in there.names:
            there.names.append(row.by.display_name)
    return groups
