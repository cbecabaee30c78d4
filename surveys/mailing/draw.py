"""Choosing whom a survey asks next: a task that can be killed and run again, for the database takes each once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connections, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django_q.models import Schedule
from django_q.tasks import async_task

from community.lib.turn import Turn
from community.members.models import Member
from community.members.roles import STAFF
from community.notifications import pumps
from surveys.campaigns.models import Campaign
from surveys.mailing.decide import Facts, Why, decide, turn
from surveys.mailing.models import Audience, Clocks
from surveys.people.known import people_of
from surveys.people.models import Person
from surveys.responses.models import Channel, Invitation

DRAW_ALL = "surveys.mailing.draw.draw_all"
DRAW = "surveys.mailing.draw.draw"
KNOW = "surveys.mailing.draw.know_members"
EVERY = 15  # minutes
CHUNK = 500
_WAITING = Invitation.State.WAITING


def ensure_schedule(using: str) -> None:
    if Schedule._meta.db_table not in connections[using].introspection.table_names():
        return  # only this app was migrated
    schedules: Any = Schedule.objects.using(using)
    if not schedules.filter(func=DRAW_ALL).exists():
        schedules.create(name="surveys", func=DRAW_ALL, schedule_type=Schedule.MINUTES, minutes=EVERY)
    if not schedules.filter(func=KNOW).exists():
        schedules.create(name="people of surveys", func=KNOW, schedule_type=Schedule.HOURLY)


def draw_all() -> None:
    """Of every survey that runs; relationship surveys first, for they go before others."""
    running = Campaign.objects.filter(state=Campaign.State.RUNNING)
    order = sorted(running, key=lambda one: (one.kind != Campaign.Kind.RELATIONSHIP, one.pk))
    for campaign in order:
        remind(campaign)
        draw(campaign.pk)


def queue(campaign: Campaign) -> None:
    """Begin at once: with whoever has signed up since the last hour."""
    async_task(KNOW, 0, campaign.pk)


def know_members(after: int = 0, then: int = 0) -> None:
    """Make or bring up to date the persons of all members, some after others; then draw for that survey, if any."""
    if not Campaign.objects.filter(state=Campaign.State.RUNNING).exists():
        return
    turn = Turn()
    for some in _members(after):
        people_of(some)
        if turn.is_over:
            async_task(KNOW, some[-1].pk, then)
            return
    if then:
        async_task(DRAW, then)


def draw(campaign_id: int, after: int = 0) -> None:
    """Invite whoever may be asked by now, as many as a day takes; goes on in another task after some seconds."""
    campaign = Campaign.objects.filter(pk=campaign_id, state=Campaign.State.RUNNING).first()
    audience = Audience.objects.filter(pk=campaign_id).first()
    if campaign is None or audience is None or not audience.by_mail:
        return
    turn = Turn()
    for people in _people(campaign, after):
        if not _invite(campaign, audience, people):
            break
        if turn.is_over:
            async_task(DRAW, campaign_id, people[-1])
            break
    pumps.start()


@transaction.atomic
def remind(campaign: Campaign) -> None:
    """Put a second mail on its way to those who have not answered for so many days, some at a time."""
    audience = Audience.objects.filter(pk=campaign.pk).first()
    if audience is None or not audience.reminder_days:
        return
    now = timezone.now()
    silent = Invitation.objects.select_for_update(no_key=True, skip_locked=True, of=("self",)).filter(
        campaign=campaign, state=Invitation.State.SENT, channel=Channel.MAIL, answered_on=None, reminded_at=None,
        asked_at__lte=now - timedelta(days=audience.reminder_days), expires_at__gt=now,
    )  # fmt: skip
    some = list(silent.select_related("person").order_by("asked_at", "pk")[:CHUNK])
    for one in some:
        one.state, one.reminded_at, one.due_at = _WAITING, now, turn(audience, one.person, now)
        one.closed_at = one.claimed_until = one.ended_at = None
        one.attempts = 0
    Invitation.objects.bulk_update(
        some, ["state", "reminded_at", "due_at", "closed_at", "claimed_until", "ended_at", "attempts"]
    )
    if some:
        pumps.start()


def _members(after: int) -> Iterable[list[Member]]:
    rows = Member.objects.filter(is_active=True).exclude(role__in=STAFF).order_by("pk")
    while some := list(rows.filter(pk__gt=after)[:CHUNK]):
        after = some[-1].pk
        yield some


def _people(campaign: Campaign, after: int) -> Iterable[list[int]]:
    """But for those who were asked by it, or by any so lately that a clock stands against it: mostly, most."""
    lately = timezone.now() - timedelta(days=Clocks.current().any_days)
    asked = Q(asked_at__gt=lately) | Q(campaign=campaign, asked_at__isnull=False)
    rest = Person.objects.askable().filter(~Exists(Invitation.objects.filter(asked, person=OuterRef("pk"))))
    rows = rest.order_by("pk").values_list("pk", flat=True)
    while some := list(rows.filter(pk__gt=after)[:CHUNK]):
        after = some[-1]
        yield some


@transaction.atomic
def _invite(campaign: Campaign, audience: Audience, ids: list[int]) -> bool:
    """Invite those of some people who may be asked; whether the day takes more."""
    now = timezone.now()
    # Two surveys that draw the same people at once do so one after the other.
    people = Person.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=ids).order_by("pk")
    there = list(people.select_related("company", "member").prefetch_related("company__products"))
    facts, most = Facts(there, audience), room(campaign, audience, now)
    chosen: dict[int, datetime] = {}
    for person in there:
        if most is not None and len(chosen) >= most:
            break
        due = turn(audience, person, now)
        if decide(campaign, audience, person, facts, due).why == Why.MAY:
            chosen[person.pk] = due
    _write(campaign, chosen, now)
    return most is None or len(chosen) < most


def _write(campaign: Campaign, chosen: dict[int, datetime], now: datetime) -> None:
    if campaign.kind == Campaign.Kind.RELATIONSHIP:
        others = Invitation.objects.filter(person__in=chosen, state=_WAITING, asked_at=None)
        others.exclude(campaign__kind=campaign.kind).update(state=Invitation.State.DROPPED, ended_at=now)
    # What was dropped before it was sent, because the survey paused or gave way, is taken up again.
    dropped = list(Invitation.objects.filter(campaign=campaign, person__in=chosen, asked_at=None))
    for one in dropped:
        one.state, one.due_at, one.created_at = _WAITING, chosen[one.person_id], now
        one.closed_at = one.claimed_until = one.ended_at = None
        one.attempts = 0
    fields = ["state", "due_at", "created_at", "closed_at", "claimed_until", "ended_at", "attempts"]
    Invitation.objects.bulk_update(dropped, fields)
    known = {one.person_id for one in dropped}
    fresh = [
        Invitation(campaign=campaign, person_id=pk, due_at=due, created_at=now)
        for pk, due in chosen.items()
        if pk not in known
    ]
    Invitation.objects.bulk_create(fresh)


def room(campaign: Campaign, audience: Audience, now: datetime) -> int | None:
    """How many more the last 24 hours take; None for any number."""
    if audience.a_day is None:
        return None
    lately = Invitation.objects.filter(campaign=campaign, created_at__gt=now - timedelta(days=1))
    return max(audience.a_day - lately.exclude(state=Invitation.State.DROPPED).count(), 0)
