"""The questions of one's own in the words of a language, as they are put to somebody or read by staff."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from community.lib.isolate import isolated
from surveys.campaigns.models import Campaign
from surveys.campaigns.questions import Option, Question, QuestionWording
from surveys.campaigns.words import for_language


@dataclass(frozen=True)
class Posed:
    question: Question
    wording: QuestionWording
    options: dict[int, str]  # what can be chosen, by number, in its order
    parent: "Posed | None" = None  # on whose answer it depends
    closed: frozenset[int] = field(default_factory=frozenset)  # options that are shown and not offered any more

    @property
    def condition(self) -> str:
        """When it is asked, as the page tells people; "" for always."""
        told = _("Only if you answered “%(option)s” to “%(question)s”.")
        return told % _named(self.parent, self.question.only_if_id) if self.parent else ""

    @property
    def rule(self) -> str:
        """The same, as staff read it."""
        return rule(self.parent, self.question.only_if_id or 0) if self.parent else ""

    @property
    def text(self) -> str:
        return self.wording.text

    @property
    def offered(self) -> dict[int, str]:
        return {pk: label for pk, label in self.options.items() if pk not in self.closed}

    def is_asked(self, chosen: Collection[int]) -> bool:
        """Whether its condition holds, where these options are chosen."""
        return self.question.only_if_id is None or self.question.only_if_id in chosen

    @property
    def name(self) -> str:
        """Of its field in a form."""
        return f"question-{self.question.pk}"


def posed(campaign: Campaign, language: str, *, with_closed: bool = False) -> list[Posed]:
    """In the order they are asked; words that are missing in the language are those of the question's first one.

    Three queries, one where there are no questions. `with_closed` has what is not asked any more too.
    """
    rows = Question.objects.filter(campaign=campaign).order_by("place", "pk").select_related("only_if")
    questions = list(rows if with_closed else rows.filter(closed_at=None))
    words, options = _words(questions), _options(questions)
    found: dict[int, Posed] = {}
    for one in questions:
        own = words[one.pk]
        if not own.latest:
            continue  # removed since its row was read
        wording = for_language(own.latest, language, one.language)
        labels = own.labels | _numbered(wording)
        offered = [option for option in options[one.pk] if with_closed or not option.closed_at]
        found[one.pk] = Posed(
            one,
            wording,
            {option.pk: labels.get(option.pk, "") for option in offered},
            found.get(one.only_if.question_id) if one.only_if else None,
            frozenset(option.pk for option in offered if option.closed_at),
        )
    return list(found.values())


@dataclass
class _Words:
    """Of one question: the latest by language, and in the first language what each option was called last."""

    latest: dict[str, QuestionWording] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)


def _words(questions: list[Question]) -> defaultdict[int, _Words]:
    found: defaultdict[int, _Words] = defaultdict(_Words)
    first = {one.pk: one.language for one in questions}
    rows = QuestionWording.objects.filter(question__in=questions) if questions else ()
    # The first language stands first: it is the one that is left where no other is known.
    for row in sorted(rows, key=lambda row: (row.language != first[row.question_id], row.language, row.version)):
        found[row.question_id].latest[row.language] = row
        if row.language == first[row.question_id]:
            found[row.question_id].labels |= _numbered(row)
    return found


def _numbered(wording: QuestionWording) -> dict[int, str]:
    return {int(pk): label for pk, label in wording.options.items()}


def _options(questions: list[Question]) -> defaultdict[int, list[Option]]:
    found: defaultdict[int, list[Option]] = defaultdict(list)
    for option in Option.objects.filter(question__in=questions).order_by("place", "pk") if questions else ():
        found[option.question_id].append(option)
    return found


def rule(parent: Posed, option: int) -> str:
    if parent.question.kind == Question.Kind.SEVERAL:
        told = _("Ask only if the answers to “%(question)s” include “%(option)s”.")
    else:
        told = _("Ask only if the answer to “%(question)s” is “%(option)s”.")
    return told % _named(parent, option)


def _named(parent: Posed, option: int | None) -> dict[str, str]:
    return {"question": isolated(parent.text), "option": isolated(parent.options.get(option or 0, ""))}
