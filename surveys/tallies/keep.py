"""Making tallies, and knowing which of them are wrong by now."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date
from itertools import islice
from typing import Any

from django.db import connections, transaction
from django.db.models import Max
from django_q.models import Schedule
from django_q.tasks import async_task

from community.feedback.models import Event
from community.lib.turn import Turn
from surveys.campaigns.models import Campaign
from surveys.responses.models import Response
from surveys.tallies.cells import DAY, Kept, kept, rows_of, start_of, today
from surveys.tallies.models import Outdated, Tallied, Tally

TALLY_ALL = "surveys.tallies.keep.tally_all"
TALLY = "surveys.tallies.keep.tally"
CHUNK = 2_000  # rows written at once
SLICE = 50_000  # answers of one transaction
FIRST = date(1970, 1, 1)  # no answer is older


def ensure_schedule(using: str) -> None:
    if Schedule._meta.db_table not in connections[using].introspection.table_names():
        return  # only this app was migrated
    schedules: Any = Schedule.objects.using(using)
    if not schedules.filter(func=TALLY_ALL).exists():
        schedules.create(name="survey tallies", func=TALLY_ALL, schedule_type=Schedule.HOURLY)


def tally_all() -> None:
    for pk in Campaign.objects.order_by("pk").values_list("pk", flat=True):
        tally(pk)


def tally(campaign_id: int) -> None:
    """Bring the tallies of a survey up to the day before yesterday. Yesterday stays open for who answered at midnight
    and is not committed yet."""
    turn = Turn()
    while _tally_some(campaign_id):
        if turn.is_over:
            return _queue(campaign_id)


def _queue(campaign_id: int) -> None:
    async_task(TALLY, campaign_id)


@transaction.atomic
def _tally_some(campaign_id: int) -> bool:
    """Whether there is more: whoever answers meanwhile waits for one slice, and not for a million answers."""
    campaign = _locked(campaign_id)
    mine, _is_new = Tallied.objects.get_or_create(campaign=campaign, defaults={"before": FIRST})
    outdated = list(Outdated.objects.filter(campaign=campaign_id).values_list("day", flat=True))
    end = max(today() - DAY, mine.before)
    if mine.before == end and not outdated:
        return False
    before = _end_of_slice(campaign, mine.before, end)
    Tally.objects.filter(campaign=campaign_id, day__in=outdated).delete()
    rest = Kept(mine.before, outdated).rest(campaign).filter(answered_at__lt=start_of(before))
    rows = rows_of(rest)
    while some := list(islice(rows, CHUNK)):
        Tally.objects.bulk_create([_row(campaign_id, *row) for row in some])
    Outdated.objects.filter(campaign=campaign_id, day__in=outdated).delete()
    Tallied.objects.filter(pk=campaign_id).update(before=before)
    return before < end


def _end_of_slice(campaign: Campaign, begin: date, end: date) -> date:
    """The day before which about so many answers are: all of those of a day together."""
    new = Response.objects.filter(campaign=campaign, answered_at__gte=start_of(begin), answered_at__lt=start_of(end))
    last = new.order_by("answered_at").values_list("answered_at", flat=True)[SLICE : SLICE + 1].first()
    return max(last.astimezone(UTC).date(), begin + DAY) if last else end


def _row(campaign_id: int, segment: str, value: str, day: date, until: date | None, score: int, n: int) -> Tally:
    gap = (until - day).days if until else None
    return Tally(
        campaign_id=campaign_id, segment=segment, value=value, day=day, until=until, gap=gap, score=score, n=n
    )  # fmt: skip


def _locked(campaign_id: int) -> Campaign:
    """Whoever makes tallies, and whoever changes what is in them, does it one after the other."""
    return Campaign.objects.select_for_update(no_key=True, of=("self",)).get(pk=campaign_id)


def begin_anew(campaign: Campaign) -> None:
    """Forget the tallies of a survey, for answers of old days come in or go, and make them again in a task. Call it in
    the transaction that changes them."""
    _locked(campaign.pk)
    if not Tallied.objects.filter(pk=campaign.pk).exists():
        return
    Tallied.objects.filter(pk=campaign.pk).delete()
    Outdated.objects.filter(campaign=campaign).delete()
    Tally.objects.filter(campaign=campaign).delete()
    _queue(campaign.pk)


def outdate(campaign_id: int, days: Iterable[date]) -> None:
    """The answers of these days are not what they were. Call it in the transaction that changes them."""
    _locked(campaign_id)
    mine = Tallied.objects.filter(pk=campaign_id).first()
    if mine:
        past = {day for day in days if day < mine.before}
        Outdated.objects.bulk_create(
            [Outdated(campaign_id=campaign_id, day=day) for day in sorted(past)], ignore_conflicts=True
        )


def follow(event: Event) -> None:
    """A new answer supersedes the one that its person gave before; a changed one is of a day that may be tallied."""
    if event.verb not in ("answered", "answer changed") or event.item.kind != Response.KIND:
        return
    one: Response | None = getattr(event.item, "response", None)
    if one is None:
        return
    days = [one.answered_at]
    if event.verb == "answered":
        before = Response.objects.filter(campaign=one.campaign_id, person=one.person_id, person__isnull=False)
        last = before.exclude(pk=one.pk).aggregate(at=Max("answered_at"))["at"] if one.person_id else None
        if last is None and one.answered_at.astimezone(UTC).date() >= today() - DAY:
            return  # what every day brings: no tally holds it yet
        days += [last] if last else []
    outdate(one.campaign_id, {at.astimezone(UTC).date() for at in days})


def difference(campaign: Campaign) -> list[str]:
    """Where the tallies are not what a recount says; nothing where they are right."""
    there = kept(campaign)
    if there.before is None:
        return []
    names = ("segment", "value", "day", "until", "score")
    told: Counter[tuple[Any, ...]] = Counter()
    for *key, n in there.tallies(campaign).values_list(*names, "n"):
        told[tuple(key)] += n
    rows = Response.objects.filter(campaign=campaign, answered_at__lt=start_of(there.before))
    true = Counter({key: n for *key_, n in rows_of(rows) if (key := tuple(key_))[2] not in there.outdated})
    return [
        f"{key}: {told[key]} instead of {true[key]}" for key in sorted(told | true, key=str) if told[key] != true[key]
    ]
