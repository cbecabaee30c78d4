"""How many promoters, passives and detractors want an idea: for staff who sort the board."""

from collections.abc import Iterable, Sequence
from functools import partial

from django.utils.translation import ngettext, pgettext_lazy

from community.feedback.weighing import Weigher, weighers
from surveys.campaigns.models import Campaign
from surveys.nps import Band, band
from surveys.responses.models import Response


def by_band(wanted: Band, items: Sequence[int]) -> Iterable[tuple[int, str, float]]:
    """Supporters whose latest score is of that band. One query.

    Of identified surveys alone: where one member votes, their number would say what they were promised nobody sees.
    """
    answers = Response.objects.filter(
        campaign__kind__in=(Campaign.Kind.RELATIONSHIP, Campaign.Kind.TRANSACTIONAL),
        campaign__privacy=Campaign.Privacy.IDENTIFIED,
        person__member__votes__item__in=items,
    )
    rows = answers.order_by("answered_at", "pk").values_list("person__member__votes__item", "person", "score")
    latest = {(item, person): score for item, person, score in rows}
    found: dict[int, int] = {}
    for (item, _person), score in latest.items():
        if band(score) == wanted:
            found[item] = found.get(item, 0) + 1
    return [(item, "", count) for item, count in found.items()]


def _promoters(value: float) -> str:
    return ngettext("%(n)d promoter", "%(n)d promoters", int(value)) % {"n": value}


def _passives(value: float) -> str:
    return ngettext("%(n)d passive", "%(n)d passives", int(value)) % {"n": value}


def _detractors(value: float) -> str:
    return ngettext("%(n)d detractor", "%(n)d detractors", int(value)) % {"n": value}


_PROMOTERS = pgettext_lazy("band of NPS", "Promoters")
_PASSIVES = pgettext_lazy("band of NPS", "Passives")
_DETRACTORS = pgettext_lazy("band of NPS", "Detractors")
weighers.fill("promoters", Weigher(_PROMOTERS, partial(by_band, Band.PROMOTER), _promoters))
weighers.fill("passives", Weigher(_PASSIVES, partial(by_band, Band.PASSIVE), _passives))
weighers.fill("detractors", Weigher(_DETRACTORS, partial(by_band, Band.DETRACTOR), _detractors))
