"""The questions of a survey in each language: shipped ones to begin with, and the company's own."""

from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from community.members.models import Member, Site
from surveys.campaigns.models import Campaign, Wording
from surveys.wording.shipped import FORMAL, INFORMAL, LANGUAGES, Words, shipped

W = TypeVar("W")


def first_words(campaign: Campaign, site: Site) -> None:
    """Our wordings, in every language we have one in, with the name that the survey is about."""
    manner = FORMAL if campaign.is_formal else INFORMAL
    for language in LANGUAGES:
        words = shipped(campaign.asks, language, campaign.called(site), manner)
        Wording.objects.create(
            campaign=campaign, language=language, question=words.question, low=words.low, high=words.high
        )


def latest(campaign: Campaign) -> dict[str, Wording]:
    """The wording that is asked now, by language. One query."""
    found: dict[str, Wording] = {}
    for wording in Wording.objects.filter(campaign=campaign).order_by("language", "version"):
        found[wording.language] = wording
    return found


def for_language(wordings: dict[str, W], *languages: str) -> W:
    """The first that there is, else English, else any."""
    said = [language[:2] for language in languages if language]
    chosen = next((language for language in (*said, "en") if language in wordings), next(iter(wordings)))
    return wordings[chosen]


@transaction.atomic
def reword(campaign: Campaign, language: str, words: Words, reasons: dict[str, str], *, by: Member) -> Wording:
    """Ask in other words from now on. What nobody was asked yet changes in place; else there is a new version."""
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    now = Wording.objects.filter(campaign=campaign, language=language).order_by("-version").first()
    said = {"question": words.question, "low": words.low, "high": words.high, "reasons": reasons}
    if now and {name: getattr(now, name) for name in said} == said:
        return now
    if now and campaign.state == Campaign.State.DRAFT:
        Wording.objects.filter(pk=now.pk).update(**said, by=by, at=timezone.now())
        now.refresh_from_db()
        return now
    version = now.version + 1 if now else 1
    return Wording.objects.create(campaign=campaign, language=language, version=version, by=by, **said)


def reword_anew(campaign: Campaign, site: Site) -> None:
    """After the name or the manner changed in a draft: our wordings, wherever staff have not written their own."""
    manner = FORMAL if campaign.is_formal else INFORMAL
    for wording in Wording.objects.filter(campaign=campaign, by=None):
        words = shipped(campaign.asks, wording.language, campaign.called(site), manner)
        Wording.objects.filter(pk=wording.pk).update(question=words.question, low=words.low, high=words.high)
