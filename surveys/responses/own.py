"""What somebody answers to the survey's own questions: which are put to them, what they said, and keeping it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from surveys.campaigns.bands import band_names, band_of
from surveys.campaigns.posed import Posed, posed
from surveys.campaigns.questions import Question
from surveys.responses.models import Answer, Response


@dataclass(frozen=True)
class Told:
    """One thing that was said, in the words that stood there: free words, or an option by its number."""

    question: int
    wording: int
    text: str
    option: int | None = None


def put_to(response: Response, language: str) -> list[Posed]:
    """What the survey asks of its own after this number. What they chose is offered even if nobody else can choose it
    any more. Four queries, one where there are no questions."""
    campaign = response.campaign
    bands, band = band_names(campaign), band_of(campaign, response.score)
    found: list[Posed] = []
    options: set[int] = set()
    for one in posed(campaign, language):
        if one.question.is_for(band, bands) and (one.question.only_if_id is None or one.question.only_if_id in options):
            found.append(one)
            options |= set(one.options)
    kept = response.answers.exclude(option=None) if found else ()
    chosen = {(said.question_id, said.option_id): said.text for said in kept}
    return [_with_chosen(one, chosen) for one in found]


def _with_chosen(one: Posed, chosen: Mapping[tuple[int, int | None], str]) -> Posed:
    own = {pk: text for (question, pk), text in chosen.items() if pk and question == one.question.pk}
    return replace(one, options={**one.options, **{pk: text for pk, text in own.items() if pk not in one.options}})


def drop_unasked(response: Response) -> None:
    """What they said to questions that are not for their number any more. Five queries."""
    put = [one.question.pk for one in put_to(response, "")]
    response.answers.filter(question__closed_at=None).exclude(question__in=put).delete()


def said_of_own(response: Response) -> dict[str, Any]:
    """What the form begins with. One query."""
    found: dict[str, Any] = {}
    for said in response.answers.select_related("question").order_by("pk"):
        name = f"question-{said.question_id}"
        if said.question.kind == Question.Kind.SEVERAL:
            found.setdefault(name, []).append(str(said.option_id))
        else:
            found[name] = said.text if said.option_id is None else str(said.option_id)
    return found


def keep(response: Response, put: Sequence[Posed], told: Sequence[Told]) -> bool:
    """In place of what they said to these questions, and to those that are not for their number; whether that changed
    anything. What was said to questions that are closed stays. Call it in a transaction that holds the answer."""
    asked = {one.question.pk for one in put}
    said = {(one.question, one.option): one for one in told}
    there = {(one.question_id, one.option_id): one for one in response.answers.select_related("question")}
    gone = [
        one.pk
        for key, one in there.items()
        if key not in said and (one.question_id in asked or one.question.closed_at is None)
    ]
    Answer.objects.filter(pk__in=gone).delete()
    fresh = {key: one for key, one in said.items() if key not in there}
    Answer.objects.bulk_create(
        Answer(response=response, question_id=one.question, wording_id=one.wording, option_id=one.option, text=one.text)
        for one in fresh.values()
    )
    reworded = [(there[key], one) for key, one in said.items() if key in there and key[1] is None]
    changed = [(old, one) for old, one in reworded if old.text != one.text]
    for old, one in changed:
        Answer.objects.filter(pk=old.pk).update(text=one.text, wording_id=one.wording)
    return bool(gone or fresh or changed)
