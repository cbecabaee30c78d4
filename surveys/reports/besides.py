"""What single answers say to a survey's own questions: on the page of an answer, and in a file.

Where a survey shows nobody, what was chosen is counted and stands beside no single answer; neither do words that are
asked only after a choice, for they would tell it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from surveys.campaigns.models import Campaign
from surveys.campaigns.posed import Posed, posed
from surveys.campaigns.questions import QuestionWording
from surveys.reports.guard import is_guarded
from surveys.responses.models import Answer, Response


@dataclass(frozen=True)
class Besides:
    """A question in the words that were asked, or in its first ones where these would tell a language, and what one
    person answered."""

    asked: QuestionWording
    said: list[str]


def besides(campaign: Campaign, response: Response) -> list[Besides]:
    """One query, or four."""
    if is_guarded(campaign):
        own = columns(campaign)
        said = said_in([response], own)[response.pk]
        return [Besides(one.wording, said[one.question.pk]) for one in own if one.question.pk in said]
    rows = Answer.objects.filter(response=response).select_related("question", "wording")
    found: dict[int, Besides] = {}
    for one in rows.order_by("question__place", "question", "option__place", "pk"):
        there = found.setdefault(one.question_id, Besides(one.wording, []))
        there.said.append(one.text)
    return list(found.values())


def columns(campaign: Campaign) -> list[Posed]:
    """The questions whose answers may stand beside a number. Three queries."""
    found = posed(campaign, "", with_closed=True)
    if is_guarded(campaign):
        return [one for one in found if not one.question.has_options and one.question.only_if_id is None]
    return found


def heading(one: Posed) -> str:
    return f"question {one.question.pk}: {one.text}"


def said_in(batch: Sequence[Response], own: Sequence[Posed]) -> dict[int, dict[int, list[str]]]:
    """Answer → question → what was said; options as they are called in the first language. One query."""
    labels = {pk: label for one in own for pk, label in one.options.items()}
    found: dict[int, dict[int, list[str]]] = {one.pk: defaultdict(list) for one in batch}
    rows = Answer.objects.filter(response__in=[one.pk for one in batch], question__in=[one.question.pk for one in own])
    for row in rows.order_by("option__place", "pk") if own else ():
        words = row.text if row.option_id is None else labels.get(row.option_id) or row.text
        found[row.response_id][row.question_id].append(words)
    return found
