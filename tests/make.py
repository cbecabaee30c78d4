"""Makes people and what they say. Names have characters: ann asks, bo answers, cy is a stranger, sam is staff."""

import itertools
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone

from community.conversations.models import Reply
from community.conversations.post import post_reply
from community.discussions.ask import Question, start_thread
from community.discussions.models import Category, Kind, Thread
from community.feedback.models import Label
from community.feedback.places import Place
from community.members.models import Company, Group, Member, Site

_numbers = itertools.count(1)


# What everybody writes is seen at once: people in tests have only just joined.
SITE = {"name": "Northwind", "held_first_posts": 0, "holds_new_links": False}


def site(**fields: Any) -> Site:
    site, _created = Site.objects.update_or_create(pk=1, defaults={**SITE, "set_up_at": timezone.now(), **fields})
    return site


def member(handle: str = "", **fields: Any) -> Member:
    handle = handle or f"member{next(_numbers)}"
    fields.setdefault("email", f"{handle}@example.com")
    member, _created = Member.objects.get_or_create(handle=handle, defaults=fields)
    return member


def company(name: str = "Acme", **fields: Any) -> Company:
    return Company.objects.create(name=name, **fields)


def group(name: str, *members: Member) -> Group:
    group = Group.objects.create(name=name)
    group.members.set(members)
    return group


def category(slug: str = "general", **fields: Any) -> Category:
    default_kind = fields.pop("default_kind", Kind.QUESTION)
    place, created = Place.objects.get_or_create(
        kind=Category.KIND, slug=slug, defaults={"name": slug.title(), **fields}
    )
    if created:
        Category.objects.create(place=place, default_kind=default_kind)
    return place.category


def label(slug: str, **fields: Any) -> Label:
    label, _created = Label.objects.get_or_create(slug=slug, defaults={"name": slug, **fields})
    return label


def thread(
    *,
    by: Member | None = None,
    title: str = "",
    body: str = "Some words.",
    place: Place | None = None,
    kind: str = Kind.QUESTION,
    **fields: Any,
) -> Thread:
    asked = Question(
        title=title or f"Thread {next(_numbers)}",
        body=body,
        place=place or category().place,
        kind=kind,
        **fields,
    )
    return start_thread(asked, by=by or member("ann"))


def reply(thread: Thread, *, by: Member | None = None, body: str = "", **fields: Any) -> Reply:
    body = body or f"Reply {next(_numbers)}."
    return post_reply(thread.item, by=by or member("bo"), body=body, **fields).reply


def replies(thread: Thread, count: int, *, by: Member | None = None) -> list[Reply]:
    return [reply(thread, by=by or member("sam", role="agent")) for _ in range(count)]


def confirmed(*members: Member) -> None:
    """They have confirmed their addresses: mail may go there."""
    EmailAddress.objects.bulk_create(
        EmailAddress(user=one, email=one.email, verified=True, primary=True) for one in members
    )
