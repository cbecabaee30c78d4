"""What people answered to a survey's own questions: counts of options, each with its n, and words. No score of it.

Where a survey shows nobody, a cell of fewer than ten stays closed, and so does what would lead to one: what is left
over, and whatever is asked only after a closed cell.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from surveys.campaigns.models import Campaign
from surveys.campaigns.posed import Posed, posed
from surveys.campaigns.question_page import whom
from surveys.campaigns.questions import Question
from surveys.nps import FEWEST
from surveys.reports.figures import latest_of_each
from surveys.reports.guard import hidden, is_guarded
from surveys.responses.models import Answer, Response

AT_ONCE = 10  # words of each question


@dataclass(frozen=True)
class Row:
    name: str
    n: int | None  # None for a closed cell
    percent: int


@dataclass(frozen=True)
class Chosen:
    """One question with what was answered; the latest answer of each person counts."""

    posed: Posed
    whom: list[str]
    n: int
    rows: list[Row]
    words: list[Answer]  # the latest; in an order that tells nothing where nobody is to be known
    is_closed: bool = False  # too few answered, or it would tell what they chose elsewhere

    @property
    def has_closed_rows(self) -> bool:
        return any(row.n is None for row in self.rows)


def choices(campaign: Campaign, language: str) -> list[Chosen]:
    """Every question that is asked, or was answered. Six queries."""
    counted = Answer.objects.filter(
        question__campaign=campaign, response__in=latest_of_each(Response.objects.filter(campaign=campaign))
    )
    numbers = _numbers(counted)
    people = dict(counted.values_list("question").annotate(n=Count("response", distinct=True)).order_by())
    words, closed = _words(counted, is_guarded(campaign)), set[int]()
    found: list[Chosen] = []
    for one in posed(campaign, language, with_closed=True):
        n = people.get(one.question.pk, 0)
        if one.question.closed_at and not n:
            continue
        is_closed = is_guarded(campaign) and (n < FEWEST or one.question.only_if_id in closed)
        kept_back = _closed(campaign, one, numbers[one.question.pk], n, is_all=is_closed)
        closed |= kept_back
        rows = [] if is_closed else _rows(one, numbers[one.question.pk], n, kept_back)
        said = [] if is_closed else words[one.question.pk]
        found.append(Chosen(one, whom(campaign, one.question), n, rows, said, is_closed))
    return found


def _numbers(counted: QuerySet[Answer]) -> defaultdict[int, dict[int, int]]:
    found: defaultdict[int, dict[int, int]] = defaultdict(dict)
    rows = counted.exclude(option=None).values_list("question", "option").annotate(n=Count("pk")).order_by()
    for question, option, n in rows:
        found[question][option] = n
    return found


def _words(counted: QuerySet[Answer], is_guarded: bool) -> defaultdict[int, list[Answer]]:
    """Some of each question. One query."""
    order = F("response__key").asc() if is_guarded else F("response").desc()
    numbered = counted.filter(option=None).annotate(at=Window(RowNumber(), partition_by="question", order_by=order))
    found: defaultdict[int, list[Answer]] = defaultdict(list)
    for one in numbered.filter(at__lte=AT_ONCE).select_related("response").order_by("question", "at"):
        found[one.question_id].append(one)
    return found


def _closed(campaign: Campaign, one: Posed, numbers: Mapping[int, int], n: int, *, is_all: bool) -> set[int]:
    """The options that are not shown one by one."""
    if not is_guarded(campaign) or not one.question.has_options:
        return set()
    if is_all:
        return set(one.options)
    return hidden(numbers) if one.question.kind == Question.Kind.ONE else _small_or_all_but_few(numbers, n)


def _small_or_all_but_few(numbers: Mapping[int, int], n: int) -> set[int]:
    """Where people choose several: those few who chose an option, those few who did not, and with two options alone
    those few who chose both."""
    there = [pk for pk, times in numbers.items() if times]
    found = {pk for pk in there if numbers[pk] < FEWEST or 0 < n - numbers[pk] < FEWEST}
    both = sum(numbers[pk] for pk in there) - n
    return set(there) if len(there) == 2 and 0 < both < FEWEST else found


def _rows(one: Posed, numbers: Mapping[int, int], n: int, kept_back: set[int]) -> list[Row]:
    if not one.question.has_options:
        return []
    shown = [pk for pk in one.options if pk not in kept_back and (pk not in one.closed or numbers.get(pk))]
    rows = [_row(one.options[pk], numbers.get(pk, 0), n) for pk in shown]
    if not kept_back:
        return rows
    if one.question.kind == Question.Kind.SEVERAL:
        return rows + [Row(one.options[pk], None, 0) for pk in one.options if pk in kept_back]
    names = pgettext("between two of a list", ", ").join(one.options[pk] for pk in one.options if pk in kept_back)
    together = sum(numbers[pk] for pk in kept_back)
    return [*rows, _row(_("Others together: %(names)s") % {"names": names}, together, n)]


def _row(name: str, times: int, n: int) -> Row:
    return Row(name, times, (200 * times + n) // (2 * n) if n else 0)
