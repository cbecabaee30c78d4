"""What the pages about a survey's own questions show."""

from dataclasses import dataclass
from typing import Any

from community.knowledge.languages import name_of
from surveys.campaigns.bands import band_names
from surveys.campaigns.models import Campaign
from surveys.campaigns.posed import Posed, posed
from surveys.campaigns.questions import Question, QuestionWording
from surveys.campaigns.words import latest


@dataclass(frozen=True)
class Line:
    posed: Posed
    whom: list[str]  # the names of its bands; none for everybody


def listed(campaign: Campaign, language: str) -> dict[str, list[Line]]:
    """Those that are asked, and those that are not any more. Three queries."""
    lines = [Line(one, whom(campaign, one.question)) for one in posed(campaign, language, with_closed=True)]
    return {
        "lines": [line for line in lines if line.posed.question.closed_at is None],
        "closed": [line for line in lines if line.posed.question.closed_at],
    }


def whom(campaign: Campaign, question: Question) -> list[str]:
    return [name for band, name in band_names(campaign).items() if band in question.bands]


def spoken(campaign: Campaign, question: Question) -> list[dict[str, Any]]:
    """The other languages of the survey, with the words of the question where it has some. Two queries."""
    rows = QuestionWording.objects.filter(question=question).order_by("version")
    words = {row.language: row.text for row in rows}
    return [
        {"code": code, "name": name_of(code), "text": words.get(code, "")}
        for code in latest(campaign)
        if code != question.language
    ]
