"""What the report of a survey shows: charts with their numbers, the method card, the ways to its other pages."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language_bidi, ngettext, pgettext
from django.utils.translation import gettext as _

from community.lib.charts import Part, Point, bars, shares
from community.lib.isolate import isolated
from surveys.campaigns.bands import LEAST_GOOD
from surveys.campaigns.models import Campaign
from surveys.nps import FEW, FEWEST, Band
from surveys.reports.answers import COLOURS
from surveys.reports.figures import Figures
from surveys.reports.guard import is_guarded
from surveys.reports.rows import answers_url
from surveys.reports.segments import channel_names
from surveys.responses.models import Channel, Response


def band_names() -> dict[Band, str]:
    return {
        Band.PROMOTER: pgettext("band of NPS", "Promoters"),
        Band.PASSIVE: pgettext("band of NPS", "Passives"),
        Band.DETRACTOR: pgettext("band of NPS", "Detractors"),
    }


def charts(campaign: Campaign, found: Figures) -> list[dict[str, Any]]:
    rtl, names = get_language_bidi(), band_names()
    title = _("Answers by number")
    points = [Point(str(number), found.counts.get(number, 0)) for number in campaign.scale]
    count = pgettext("how many answers", "Answers")
    drawn: list[dict[str, Any]] = [
        {
            "title": title,
            "svg": bars(title, points, rtl=rtl),
            "columns": [pgettext("of a scale", "Number"), count],
            "rows": [(_link(campaign, point.name, score=point.name), (int(point.value),)) for point in points],
        }
    ]
    if campaign.is_nps and found.n:
        parts = [Part(names[band], times, COLOURS[band]) for band, times in reversed(found.bands.items())]
        percent = [f"{100 * part.value / found.n:.0f} %" for part in parts]
        title = _("Bands")
        drawn.insert(
            0,
            {
                "title": title,
                "svg": shares(title, parts, rtl=rtl),
                "columns": [pgettext("of NPS", "Band"), count, "%"],
                "rows": [
                    (_link(campaign, part.name, band=band.value), (int(part.value), share))
                    for band, part, share in zip(reversed(found.bands), parts, percent, strict=True)
                ],
                "legend": [(part.name, part.colour, share) for part, share in zip(parts, percent, strict=True)],
            },
        )
    return drawn


def method(campaign: Campaign, found: Figures) -> list[tuple[str, str]]:
    """How the score was made: what every score is shown with."""
    languages = dict(settings.LANGUAGES)
    spoken = _listed({languages.get(code, code): n for code, n in sorted(found.languages.items())})
    ways = channel_names()
    mix = _listed({ways[Channel(way)]: n for way, n in sorted(found.channels.items())})
    begin = _begin(campaign, found)
    end = date_format(localtime(campaign.ended_at), "DATE_FORMAT") if campaign.ended_at else _("today")
    asked = ngettext("%(n)d person asked", "%(n)d people asked", found.asked) % {"n": found.asked}
    few = _("Under %(fewest)d answers no score is shown; under %(few)d it says so.") % {"fewest": FEWEST, "few": FEW}
    return [
        (_("Answers"), _("%(n)d, the latest of each person") % {"n": found.n}),
        (_("Time"), f"{begin} – {end}"),
        (_("Response rate"), f"{found.rate} % ({asked})" if found.rate is not None else "–"),
        (_("Languages"), spoken or "–"),
        (_("Ways of asking"), mix or "–"),
        (_("Score"), _how(campaign)),
        (_("Interval"), f"{_interval_of(campaign)} {few}"),
        (_("Opened, not confirmed"), str(found.unconfirmed)),
        (_("Left out"), _("Whoever opened the link and did not confirm, or skipped the question.")),
    ]


def _begin(campaign: Campaign, found: Figures) -> str:
    """When it started, or the day of an older answer that was brought in; of that the month, where days tell people."""
    started = localtime(campaign.started_at).date() if campaign.started_at else None
    if Channel.IMPORT in found.channels:
        first = Response.objects.filter(campaign=campaign).order_by("answered_at").values_list("answered_at", flat=True)
        day = first[0].astimezone(UTC).date()
        if started is None or day < started:
            return date_format(day, "YEAR_MONTH_FORMAT" if is_guarded(campaign) else "DATE_FORMAT")
    return date_format(started, "DATE_FORMAT") if started else "–"


def _listed(numbers: Mapping[str, int]) -> str:
    return pgettext("between two of a list", ", ").join(f"{isolated(name)} {n}" for name, n in numbers.items())


def _how(campaign: Campaign) -> str:
    if campaign.is_nps:
        return _("Percent of promoters (9–10) less percent of detractors (0–6), rounded once.")
    ends = {"least": LEAST_GOOD[Campaign.Kind(campaign.kind)], "most": campaign.scale[-1]}
    return _("Percent of those who answered %(least)d to %(most)d, rounded once.") % ends


def _interval_of(campaign: Campaign) -> str:
    return _("95 %, adjusted Wald.") if campaign.is_nps else _("95 %, Agresti–Coull.")


def tabs(campaign: Campaign, current: str) -> list[tuple[str, str, bool]]:
    """The pages of a survey's report, as components/tabs.html wants them."""
    told = {
        "": pgettext("page of a survey", "Overview"),
        "trend/": _("Over time"),
        "segments/": _("Who says what"),
        "periods/": _("Two periods"),
        "choices/": _("What they chose"),
        "answers/": pgettext("page of a survey", "Answers"),
    }
    return [(name, campaign.get_absolute_url() + path, path == current) for path, name in told.items()]


def _link(campaign: Campaign, name: str, **query: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', answers_url(campaign, query), name)
