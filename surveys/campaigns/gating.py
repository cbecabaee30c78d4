"""Whether a survey sends only some people to a review site, which those sites and consumer law forbid."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from surveys.campaigns.models import Campaign, Wording
from surveys.campaigns.questions import QuestionWording
from surveys.nps import Band

# Where customers of software and shops are asked to write reviews; a survey's own site counts besides.
SITES = frozenset(
    {
        "apps.apple.com", "capterra.com", "ceneo.pl", "g.page", "g2.com", "gartner.com", "getapp.com", "gowork.pl",
        "map.naver.com", "maps.app.goo.gl", "maps.google.com", "opineo.pl", "play.google.com", "producthunt.com",
        "reviews.io", "search.google.com", "sitejabber.com", "softwareadvice.com", "tripadvisor.com",
        "trustpilot.com", "trustradius.com", "wongnai.com", "yelp.com",
    }
)  # fmt: skip
_HOSTS = re.compile(r"(?<![\w@.-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.IGNORECASE)


@dataclass(frozen=True)
class Gate:
    """A review site that, in one language, some bands are sent to and others are not."""

    language: str
    site: str
    bands: list[str]  # in the order of the scale


def gates(campaign: Campaign, wordings: Iterable[Wording]) -> list[Gate]:
    """What stands in a survey's own words, by a query; `Campaign.review_url` is shown to all and gates nobody."""
    if not campaign.is_nps:  # there all are asked the same
        return []
    texts: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))  # language → band
    for wording in wordings:
        for band, reason in wording.reasons.items():
            texts[wording.language][band].append(reason)
    asked = QuestionWording.objects.filter(question__campaign=campaign, question__closed_at=None)
    rows = asked.order_by("version").values_list("question", "language", "text", "question__bands")
    latest = {(question, language): (text, bands) for question, language, text, bands in rows}
    for (_question, language), (text, bands) in latest.items():
        for band in bands or Band:
            texts[language][band].append(text)
    sites = SITES | {site for site in [_site(urlsplit(campaign.review_url).hostname or "")] if site}
    return [
        Gate(language, site, bands)
        for language, by_band in sorted(texts.items())
        for site, bands in sorted(_named(by_band, sites).items())
        if len(bands) < len(Band)
    ]


def _named(texts: Mapping[str, list[str]], sites: Iterable[str]) -> dict[str, list[str]]:
    """Review sites in what is asked after the number → the bands that are asked it."""
    found: dict[str, list[str]] = {}
    for band in Band:
        hosts = {_site(host) for text in texts.get(band, ()) for host in _HOSTS.findall(text)}
        for site in sites:
            if any(host == site or host.endswith(f".{site}") for host in hosts):
                found.setdefault(site, []).append(band.value)
    return found


def _site(host: str) -> str:
    return host.lower().removeprefix("www.")
