"""Who is asked, and why somebody is not: one decision, for the draw and for the page that explains it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q
from django.utils import timezone

from community.lib.times import zone_named
from community.notifications.models import Suppression
from surveys.campaigns.models import Campaign
from surveys.mailing.behaviour import acted
from surveys.mailing.models import Audience, Clocks
from surveys.people.models import Person
from surveys.responses.models import Invitation

OPENS, CLOSES = 9, 17  # o'clock where the person is


class Why(StrEnum):
    """What decided. The order is that in which they are asked; the last is "may be asked"."""

    ALREADY = "already"
    NO_ADDRESS = "no_address"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"
    STAFF = "staff"
    SUSPENDED = "suspended"
    NOT_MEANT = "not_meant"
    NOT_DONE = "not_done"
    HOLDOUT = "holdout"
    NOT_SAMPLED = "not_sampled"
    ANY_CLOCK = "any_clock"
    KIND_CLOCK = "kind_clock"
    MAY = "may"


@dataclass(frozen=True)
class Verdict:
    why: Why
    until: datetime | None = None  # when a clock lets them be asked again


@dataclass(frozen=True)
class Asked:
    """That somebody is asked by a survey: when, or when they will be."""

    campaign: int
    kind: str
    at: datetime
    is_sent: bool


class Facts:
    """What the decisions about some people rest on, read in three queries however many they are, and one for each thing
    that the audience wants them to have done."""

    def __init__(self, people: Iterable[Person], audience: Audience | None = None) -> None:
        people = list(people)
        self.acted = acted(audience, people) if audience and audience.looks_at_behaviour else set()
        ids = {person.pk: person.address for person in people}
        self.clocks = Clocks.current()
        self.suppressed = set(Suppression.objects.filter(address__in=ids.values()).values_list("address", flat=True))
        self.asked: dict[int, list[Asked]] = {pk: [] for pk in ids}
        counting = Q(asked_at__isnull=False) | Q(state=Invitation.State.WAITING)
        rows = Invitation.objects.filter(counting, person__in=ids).values_list(
            "person_id", "campaign_id", "campaign__kind", "asked_at", "due_at"
        )
        for person, campaign, kind, asked_at, due_at in rows:
            self.asked[person].append(Asked(campaign, kind, asked_at or due_at, asked_at is not None))

    def others(self, person: Person, campaign: Campaign) -> list[Asked]:
        """A relationship survey goes before any other kind that has not been sent yet: those give way to it."""
        others = [one for one in self.asked[person.pk] if one.campaign != campaign.pk]
        if campaign.kind != Campaign.Kind.RELATIONSHIP:
            return others
        return [one for one in others if one.is_sent or one.kind == Campaign.Kind.RELATIONSHIP]


def decide(
    campaign: Campaign, audience: Audience, person: Person, facts: Facts, now: datetime, *, by_mail: bool = True
) -> Verdict:
    """Whether this survey may ask this person at that time, and if not, what stands against it first."""
    if any(one.campaign == campaign.pk for one in facts.asked[person.pk]):
        return Verdict(Why.ALREADY)
    against = stands_against(person, facts, by_mail=by_mail)
    if against:
        return Verdict(against)
    if not _is_meant(audience, person, now):
        return Verdict(Why.NOT_MEANT)
    if audience.looks_at_behaviour and person.pk not in facts.acted:
        return Verdict(Why.NOT_DONE)
    if _lot(f"holdout:{person.pk}") < audience.holdout:
        return Verdict(Why.HOLDOUT)
    if _lot(f"sample:{campaign.pk}:{person.pk}") >= audience.sample:
        return Verdict(Why.NOT_SAMPLED)
    return clock(campaign, facts.others(person, campaign), facts.clocks, now)


def clock(campaign: Campaign, others: list[Asked], clocks: Clocks, now: datetime) -> Verdict:
    """Whether enough time has gone by since (or goes by until) any other survey, and any other of this kind."""
    same = [one for one in others if one.kind == campaign.kind]
    found = [Verdict(Why.MAY)]
    for why, days, counting in ((Why.KIND_CLOCK, clocks.kind_days, same), (Why.ANY_CLOCK, clocks.any_days, others)):
        apart = timedelta(days=days)
        found += [Verdict(why, one.at + apart) for one in counting if abs(now - one.at) < apart]
    return max(found, key=lambda verdict: verdict.until or now)


def stands_against(person: Person, facts: Facts, *, by_mail: bool = True) -> Why | None:
    """Why this person is asked by no survey at all, or by none that comes by mail, if so."""
    if by_mail and not person.address:
        return Why.NO_ADDRESS
    if person.unsubscribed_at:
        return Why.UNSUBSCRIBED
    if by_mail and person.address in facts.suppressed:
        return Why.SUPPRESSED
    if person.member and person.member.is_staff:
        return Why.STAFF
    if person.member and (person.member.is_suspended or not person.member.is_active):
        return Why.SUSPENDED
    return None


def _is_meant(audience: Audience, person: Person, now: datetime) -> bool:
    company = person.company
    came = person.member.joined_at if person.member else person.created_at
    revenue = (company.monthly_revenue if company else None) or 0
    return (
        (not audience.plan or (company is not None and company.plan.casefold() == audience.plan.casefold()))
        and (audience.least_revenue is None or revenue >= audience.least_revenue)
        and (audience.product_id is None or (company is not None and audience.product_id in _products(person)))
        and (not audience.language or person.language == audience.language)
        and came <= now - timedelta(days=audience.known_days)
    )


def _products(person: Person) -> set[int]:
    return {product.pk for product in person.company.products.all()} if person.company else set()


def _lot(ticket: str) -> float:
    """From 0 to 100, always the same for the same ticket, and as if drawn by chance."""
    return int.from_bytes(hashlib.sha256(ticket.encode()).digest()[:6]) / 2**48 * 100


def turn(audience: Audience, person: Person, now: datetime) -> datetime:
    """When a mail may go out to them: now, or when the next working hour begins where they are."""
    local = now.astimezone(zone_named(person.time_zone))
    if not audience.in_hours or (local.weekday() < 5 and OPENS <= local.hour < CLOSES):
        return now
    day = local if local.hour < OPENS else local + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day.replace(hour=OPENS, minute=0, second=0, microsecond=0)


def decided(campaign: Campaign, person: Person) -> Verdict:
    """The decision about one person now, for the page that explains it."""
    audience = Audience.objects.filter(pk=campaign.pk).first() or Audience(campaign=campaign)
    due, by_mail = turn(audience, person, timezone.now()), audience.by_mail
    return decide(campaign, audience, person, Facts([person], audience), due, by_mail=by_mail)
