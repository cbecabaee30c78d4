"""Event × role × level × visibility × pace → exactly which notification and which mail (issue 3, Must show 1)."""

from datetime import timedelta
from typing import NamedTuple

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

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
PACES = ("at_once", "daily", "never")
SEEN_BY = {
    "public": {"stranger", "insider", "author", "agent"},
    "members": {"stranger", "insider", "author", "agent"},
    "group": {"insider", "agent"},  # the author is no insider: thrown out since
    "private": {"author", "agent"},
    "staff": {"agent"},
}


class Case(NamedTuple):
    role: str
    follow: int  # in FOLLOWS
    pace: str


class _Undone(Exception):
    """Takes back what one author was told, before the next one is."""


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
    """Readers for each role, way to follow and pace, and what is about to be announced to them all.

    Of a thread only one can be the author, so authors hear one after another: `announce_to_author`.
    """

    def __init__(self, event: str, seen: str, addressed: bool) -> None:
        self.seen, self.addressed = seen, addressed
        group = make.group("insiders")
        open_to = {"audience": "group", "group": group} if seen == "group" else {}
        self.place = make.category("matrix", **open_to).place
        self.label = make.label("sync")
        self.writer = make.member("mia", role="manager")
        self.readers = self._made()
        group.members.set(one for case, one in self.readers.items() if case.role == "insider")
        self.thread = make.thread(by=self.writer, place=self.place, labels=(self.label,))
        Follow.objects.all().delete()
        self.item = make.reply(self.thread, by=self.writer).item if event != "thread" else self.thread.item
        Follow.objects.all().delete()
        visibility = seen if seen in ("members", "private", "staff") else "public"
        Item.objects.filter(pk__in=[self.item.pk, self.thread.pk]).update(visibility=visibility)
        self.event = Event.objects.create(
            item=self.item, verb="edited" if event == "edit" else "posted", by=self.writer
        )

    def _made(self) -> dict[Case, Member]:
        cases = [Case(role, follow, pace) for role in ROLES for follow in range(len(FOLLOWS)) for pace in PACES]
        members = Member.objects.bulk_create(
            Member(
                handle=f"reader{number}", email=f"reader{number}@example.com",
                role="agent" if case.role == "agent" else "member",
            )
            for number, case in enumerate(cases)
        )  # fmt: skip
        readers = dict(zip(cases, members, strict=True))
        Preference.objects.bulk_create(Preference(member=one, pace=case.pace) for case, one in readers.items())
        make.confirmed(*members)
        return readers

    def announce(self, readers: dict[Case, Member]) -> dict[Case, Notification | None]:
        """What each hears of the post, who follow and are addressed as their cases say."""
        Follow.objects.bulk_create(self._follow(one, case) for case, one in readers.items() if FOLLOWS[case.follow])
        if self.addressed:
            handles = "".join(f'<a href="/members/{one.handle}/" class="mention">@</a>' for one in readers.values())
            Item.objects.filter(pk=self.item.pk).update(html=handles)
        announce(self.event.pk)
        if any(case.pace == "at_once" for case in readers):
            announce(self.event.pk)  # killed and run again: nobody hears twice
        found = Notification.objects.select_related("mailing", "recipient")
        told = {one.recipient_id: one for one in found}
        assert len(told) == len(found)
        assert not set(told) - {one.pk for one in readers.values()}
        for pk, unread in Member.objects.filter(pk__in=[one.pk for one in readers.values()]).values_list(
            "pk", "unread_count"
        ):
            assert unread == (1 if pk in told else 0)
        return {case: told.get(one.pk) for case, one in readers.items()}

    def announce_to_author(self, case: Case, author: Member) -> Notification | None:
        Item.objects.filter(pk=self.thread.pk).update(author=author)
        try:
            with transaction.atomic():
                told = self.announce({case: author})[case]
                raise _Undone
        except _Undone:
            return told

    def _follow(self, member: Member, case: Case) -> Follow:
        kind, level = FOLLOWS[case.follow] or ("", "")
        target = {"item": self.thread.item, "place": self.place, "label": self.label}[kind]
        return Follow(member=member, level=level, **{kind: target})

    def wrong(self, event: str, told: dict[Case, Notification | None]) -> list[str]:
        """Who heard something else than was expected."""
        found = []
        for case, one in told.items():
            got = (one.topic if one else "", bool(one and one.mailing))
            if got != (wanted := self.expected(event, case)):
                found.append(f"{case.role}, {FOLLOWS[case.follow]}, {case.pace}: {got} instead of {wanted}")
        return found

    def expected(self, event: str, case: Case) -> tuple[str, bool]:
        topic, by_mail = expected(event, case.role, FOLLOWS[case.follow], self.addressed, self.seen)
        return topic, by_mail and case.pace != "never"


@pytest.mark.parametrize("addressed", [False, True], ids=["", "addressed"])
@pytest.mark.parametrize("seen", list(SEEN_BY))
@pytest.mark.parametrize("event", ["thread", "reply", "edit"])
def test_who_hears_what(event: str, seen: str, addressed: bool) -> None:
    world = World(event, seen, addressed)
    authors = {case: one for case, one in world.readers.items() if case.role == "author"}
    if event != "thread":  # who starts one hears nothing of their own words, see test_notifications.py
        told = {case: world.announce_to_author(case, one) for case, one in authors.items()}
        assert not world.wrong(event, told)
        Item.objects.filter(pk=world.thread.pk).update(author=world.writer)
    others = {case: one for case, one in world.readers.items() if case.role != "author"}
    assert not world.wrong(event, world.announce(others))
    mailed = {
        pace: sorted(
            str(one.email) for case, one in others.items() if case.pace == pace and world.expected(event, case)[1]
        )
        for pace in PACES
    }
    deliver.pump()
    assert sorted(one.to[0] for one in mail.outbox) == mailed["at_once"]
    Mailing.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    deliver.pump()
    assert sorted(one.to[0] for one in mail.outbox) == sorted(mailed["at_once"] + mailed["daily"])
