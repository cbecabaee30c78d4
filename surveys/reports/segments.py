"""The score by language, way of asking, product, plan and revenue."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from community.members.models import Product
from surveys.campaigns.models import Campaign
from surveys.reports.guard import hidden, is_guarded
from surveys.reports.rows import Row, row
from surveys.responses.models import Channel
from surveys.tallies.cells import REVENUES, Counts, counts_by_segment

NONE = "-"  # in an address, for what is not known


@dataclass(frozen=True)
class Segment:
    key: str
    name: str
    rows: list[Row]  # the largest first


def segment_names() -> dict[str, str]:
    return {
        "language": _("Language"),
        "channel": _("Way of asking"),
        "product": _("Product"),
        "plan": _("Plan"),
        "revenue": _("Monthly revenue"),
    }


def value_name(segment: str, value: str) -> str:
    if not value:
        return pgettext("value of a segment", "Not known")
    if segment == "language":
        return dict(settings.LANGUAGES).get(value, value)
    if segment == "channel":
        return channel_names()[Channel(value)]
    if segment == "product":
        return dict(Product.objects.values_list("pk", "name")).get(int(value), value)
    return _revenue_name(int(value)) if segment == "revenue" else value


def channel_names() -> dict[Channel, str]:
    return {
        Channel.MAIL: pgettext("way of asking", "E-mail"),
        Channel.EMBED: pgettext("way of asking", "In the product"),
        Channel.LINK: pgettext("way of asking", "By a link"),
        Channel.IMPORT: pgettext("way of asking", "Brought in"),
    }


def _revenue_name(least: int) -> str:
    above = REVENUES[REVENUES.index(least) + 1] if least != REVENUES[-1] else None
    if above is None:
        return _("%(least)s and more") % {"least": number_format(least, force_grouping=True)}
    return _("%(least)s to under %(above)s") % {
        "least": number_format(least, force_grouping=True),
        "above": number_format(above, force_grouping=True),
    }


def segments(campaign: Campaign) -> list[Segment]:
    """Those that tell answers apart. Three queries, and one where there are products."""
    names = segment_names()
    found = counts_by_segment(campaign, list(names))
    return [Segment(key, names[key], _rows(campaign, key, counts)) for key, counts in found.items() if len(counts) > 1]


def _rows(campaign: Campaign, key: str, counts: dict[str, Counts]) -> list[Row]:
    numbers = {value: sum(some.values()) for value, some in counts.items()}
    together = hidden(numbers) if is_guarded(campaign) else set()
    rows = [
        row(campaign, value_name(key, value), some, {key: value or NONE})
        for value, some in counts.items()
        if value not in together
    ]
    rows.sort(key=lambda one: -one.n)
    if together:
        names = sorted(value_name(key, value) for value in together)
        words = _("Others together: %(names)s") % {"names": pgettext("between two of a list", ", ").join(names)}
        rows.append(row(campaign, words, _sum(counts[value] for value in together), {}))
    return rows


def _sum(some: Iterable[Counts]) -> Counts:
    total: Counter[int] = Counter()
    for counts in some:
        total.update(counts)
    return dict(total)
