"""Event × role × level × visibility × pace → exactly which notification and which mail (issue 3, Must show 1)."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from community.discussions.models import Thread
from community.feedback.models import Event, Item
from community.members.models import Member
from community.notifications import deliver
from community.notifications.fan_out import announce
from community.notifications.models import Follow, Mailing, Notification, Preference
from tests import make

pytestmark = pytest.mark.django_db

# Whom a follow belongs to, and its level; None is no follow at all.
FOLLOWS = [
    None,
    *(("item", level) for level in ("muted", "normal", "tracking", "watching")),
    *(("place", level) for level in ("muted", "normal", "first", "tracking", "watching")),
    *(("label", level) for level in ("muted", "first", "tracking", "watching")),
]
ROLES = ("stranger", "insider", "author", "agent")  # an insider is in the group of the place
SEEN_BY = {
    "public": {"stranger", "insider", "author", "agent"},
    "members": {"stranger", "insider", "author", "agent"},
    "group": {"insider", "agent"},  # the author is no insider: thrown out since
    "private": {"author", "agent"},
    "staff": {"agent"},
}


def expected(event: str, role: str, follow: tuple[str, str] | None, addressed: bool, seen: str) -> tuple[str, bool]:
    """(topic, by mail), or ("", False): DESIGN and the settings page, said a second time in plain words."""
    nothing = ("", False)
    if role not in SEEN_BY[seen]:
        return nothing
    kind, level = follow or ("", "")
    if kind == "item" and level == "muted":
        return nothing
    if addressed:
        return "mentioned", True
    if event == "edit":  # only who is mentioned hears of an edit
        return nothing
    if event == "reply":
        mine = "asked" if role == "author" else "followed"
        if kind == "item":
            return (mine, level == "watching") if level in ("watching", "tracking") else nothing
        if role == "author":
            return "asked", True  # an asker watches, unless they chose otherwise for the thread
        return ("watched", True) if level == "watching" else nothing
    if kind == "item":
        return nothing  # nobody follows what was not there
    return {"watching": ("new", True), "first": ("new", True), "tracking": ("new", False)}.get(level, nothing)


class World:
    """Readers, one for each way to follow, and what is about to be announced to them.

    All read one thread, but for authors, of whom each has their own.
    """

    def __init__(self, event: str, seen: str, role: str, addressed: bool, pace: str) -> None:
        self.event, self.seen, self.addressed = event, seen, addressed
        self.group = make.group("insiders")
        open_to = {"audience": "group", "group": self.group} if seen == "group" else {}
        self.place = make.category("matrix", **open_to).place
        self.label = make.label("sync")
        self.writer = make.member("mia", role="manager")
        self.readers = [self.reader(number, role, pace) for number in range(len(FOLLOWS))]
        if role == "author":
            self.threads = [self.thread(reader) for reader in self.readers]
        else:
            self.threads = [self.thread(None)] * len(self.readers)
        self.events = {thread.pk: self.posted(thread) for thread in self.threads}
        Follow.objects.all().delete()
        for reader, thread, follow in zip(self.readers, self.threads, FOLLOWS, strict=True):
            if follow:
                target = {"item": thread.item, "place": self.place, "label": self.label}[follow[0]]
                Follow.objects.create(member=reader, level=follow[1], **{follow[0]: target})

    def reader(self, number: int, role: str, pace: str) -> Member:
        member = make.member(f"reader{number}", role="agent" if role == "agent" else "member")
        if role == "insider":
            self.group.members.add(member)
        Preference.objects.create(member=member, pace=pace)
        make.confirmed(member)
        return member

    def thread(self, author: Member | None) -> Thread:
        thread = make.thread(by=self.writer, place=self.place, labels=(self.label,))
        Item.objects.filter(pk=thread.pk).update(author=author or self.writer)
        return thread

    def posted(self, thread: Thread) -> Event:
        item = make.reply(thread, by=self.writer).item if self.event != "thread" else thread.item
        if self.addressed:
            handles = "".join(f'<a href="/members/{one.handle}/" class="mention">@</a>' for one in self.readers)
            Item.objects.filter(pk=item.pk).update(html=handles)
        visibility = self.seen if self.seen in ("members", "private", "staff") else "public"
        Item.objects.filter(pk__in=[item.pk, thread.pk]).update(visibility=visibility)
        return Event.objects.create(item=item, verb="edited" if self.event == "edit" else "posted", by=self.writer)

    def announce(self) -> None:
        for event in self.events.values():
            announce(event.pk)
            announce(event.pk)  # killed and run again: nobody hears twice

    def told(self, reader: Member, thread: Thread) -> Notification | None:
        told = Notification.objects.filter(recipient=reader, item=self.events[thread.pk].item_id)
        return told.select_related("mailing").get() if told else None


@pytest.mark.parametrize("pace", ["at_once", "daily", "never"])
@pytest.mark.parametrize("addressed", [False, True], ids=["", "addressed"])
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("seen", list(SEEN_BY))
@pytest.mark.parametrize("event", ["thread", "reply", "edit"])
def test_who_hears_what(event: str, seen: str, role: str, addressed: bool, pace: str) -> None:
    if event == "thread" and role == "author":
        return  # who starts a thread is its author: nobody hears of their own words, see test_notifications.py
    world = World(event, seen, role, addressed, pace)
    world.announce()
    wrong, mailed = [], []
    for reader, thread, follow in zip(world.readers, world.threads, FOLLOWS, strict=True):
        topic, by_mail = expected(event, role, follow, addressed, seen)
        by_mail = by_mail and pace != "never"
        one = world.told(reader, thread)
        got = (one.topic if one else "", bool(one and one.mailing))
        if got != (topic, by_mail):
            wrong.append(f"{follow}: {got} instead of {(topic, by_mail)}")
        mailed += [reader.email] if by_mail else []
        unread = Notification.objects.filter(recipient=reader).count()
        assert Member.objects.get(pk=reader.pk).unread_count == unread, follow
    assert not wrong, "\n".join(wrong)
    if role == "author":  # those who follow the place hear of the threads of the others too
        return
    deliver.pump()
    assert sorted(one.to[0] for one in mail.outbox) == (sorted(mailed) if pace == "at_once" else [])
    if pace == "daily":
        Mailing.objects.update(due_at=timezone.now() - timedelta(minutes=1))
        deliver.pump()
        assert sorted(one.to[0] for one in mail.outbox) == sorted(mailed)
