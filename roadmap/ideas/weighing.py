"""Numbers by which staff sort the board and which customers never see: companies, revenue, plans, and what others add.

Each is stored by idea, so that a page reads it off an index. A vote says no more than that the numbers of its idea
are out of date; a task of every minute works them out, and once a day one looks at all, for companies change as well.
"""

from collections.abc import Iterable, Sequence
from time import monotonic

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from community.feedback.models import Vote
from community.feedback.weighing import Weigher, weighers
from community.members.models import Company
from roadmap.ideas.models import Idea, Weight

BATCH = 200
AT_ONCE = 40.0  # seconds: then the next run goes on
MOST_PLANS = 50
PLAN = "plan"  # whose numbers have the plan as their key


def weigh_due() -> int:
    """Work out the numbers of ideas that are out of date, and answer of how many."""
    done, until = 0, monotonic() + AT_ONCE
    while monotonic() < until and (weighed := _weigh_some()):
        done += weighed
    return done


def weigh_all() -> int:
    """Find those whose votes weigh something else by now, as when a company pays more, and answer how many they are."""
    found = drifted()
    for pk in found:  # one by one: locks on several could wait for those of a merge
        Idea.objects.filter(pk=pk).update(is_weighed=False)
    return len(found) and weigh_due()


def drifted() -> list[int]:
    """Ideas whose numbers are not those of their votes."""
    found: list[int] = []
    done = 0
    while ids := list(Idea.objects.filter(pk__gt=done).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        done = ids[-1]
        found += sorted(_changed(ids))
    return found


@transaction.atomic
def _weigh_some() -> int:
    # What somebody else is changing is left for the next time: waiting for a merge could be waiting for each other.
    due = Idea.objects.select_for_update(skip_locked=True, no_key=True).filter(is_weighed=False).order_by("pk")
    ids = list(due.values_list("pk", flat=True)[:BATCH])
    # First: a vote that comes from here on makes it out of date again.
    Idea.objects.filter(pk__in=ids).update(is_weighed=True)
    _write(ids)
    return len(ids)


def _write(ids: Sequence[int]) -> None:
    changed = sorted(_changed(ids))
    Weight.objects.filter(idea__in=changed).delete()
    Weight.objects.bulk_create(
        (
            Weight(idea_id=idea, name=name, key=key, value=value)
            for idea, name, key, value in sorted(numbers_of(changed))
        ),
        batch_size=500,
    )


def _changed(ids: Sequence[int]) -> set[int]:
    before = Weight.objects.filter(idea__in=ids).values_list("idea", "name", "key", "value")
    return {idea for idea, _name, _key, _value in numbers_of(ids) ^ set(before)}


def numbers_of(ids: Sequence[int]) -> set[tuple[int, str, str, float]]:
    """(idea, name, key, number) as the votes have it now."""
    return {
        (idea, name, key, float(value))
        for name, weigher in weighers.items()
        for idea, key, value in weigher.weigh(ids)
        if value
    }


def plans() -> list[str]:
    """Those that companies have, for a list to choose from."""
    named = Company.objects.exclude(plan="").order_by("plan").values_list("plan", flat=True)
    return list(named.distinct()[:MOST_PLANS])


def _companies(ids: Sequence[int]) -> set[tuple[int, int]]:
    """(idea, company), each once however many of its people voted."""
    votes = Vote.objects.filter(item__in=ids).annotate(firm=Coalesce("company", "member__company"))
    return set(votes.exclude(firm=None).values_list("item", "firm").distinct())


def _by_company(ids: Sequence[int]) -> Iterable[tuple[int, str, float]]:
    found: dict[int, int] = {}
    for idea, _company in _companies(ids):
        found[idea] = found.get(idea, 0) + 1
    return [(idea, "", count) for idea, count in found.items()]


def _by_revenue(ids: Sequence[int]) -> Iterable[tuple[int, str, float]]:
    pairs = _companies(ids)
    paying = Company.objects.filter(pk__in={company for _idea, company in pairs}, monthly_revenue__gt=0)
    revenue = dict(paying.values_list("pk", "monthly_revenue"))
    found: dict[int, float] = {}
    for idea, company in sorted(pairs):
        found[idea] = found.get(idea, 0.0) + float(revenue.get(company) or 0)
    return [(idea, "", value) for idea, value in found.items()]


def _by_plan(ids: Sequence[int]) -> Iterable[tuple[int, str, float]]:
    pairs = _companies(ids)
    plans = dict(Company.objects.filter(pk__in={company for _idea, company in pairs}).values_list("pk", "plan"))
    found: dict[tuple[int, str], int] = {}
    for idea, company in pairs:
        if plans.get(company):
            found[idea, plans[company]] = found.get((idea, plans[company]), 0) + 1
    return [(idea, plan, count) for (idea, plan), count in found.items()]


def _companies_words(value: float) -> str:
    return ngettext("%(n)d company", "%(n)d companies", int(value)) % {"n": value}


weighers.fill("companies", Weigher(_("Companies"), _by_company, _companies_words))
weighers.fill(
    "revenue", Weigher(_("Monthly revenue"), _by_revenue, lambda value: number_format(value, 0, force_grouping=True))
)
weighers.fill(PLAN, Weigher(_("Plan"), _by_plan, _companies_words, has_keys=True))
