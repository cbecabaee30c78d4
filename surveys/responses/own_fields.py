"""The survey's own questions as fields of a form, and what was said in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.lib.fields import checked
from surveys.campaigns.posed import Posed
from surveys.campaigns.questions import Question, QuestionWording
from surveys.responses.own import Told

LONGEST = 2_000
GONE = _("This cannot be chosen any more. Choose something else.")


@dataclass(frozen=True)
class Put:
    """A question in the page: its words, its field, and whether its condition holds so far."""

    posed: Posed
    field: BoundField
    is_asked: bool

    @property
    def is_text(self) -> bool:
        return not self.posed.question.has_options

    @property
    def words_name(self) -> str:
        return _words_name(self.posed)


class OwnText(forms.CharField):
    def to_python(self, value: Any) -> str:
        return checked(super().to_python(value) or "")


def field_for(one: Posed, *, is_kept: bool) -> forms.Field:
    """None is required. Who has chosen one of several may take it back once it is kept: radios cannot be emptied."""
    if not one.question.has_options:
        area = forms.Textarea(attrs={"class": "input input-short", "rows": 2, "dir": "auto"})
        return OwnText(required=False, max_length=LONGEST, widget=area, label=one.text)
    choices: list[Any] = list(one.options.items())
    said: Any = {"required": False, "label": one.text, "error_messages": {"invalid_choice": GONE}}
    if one.question.kind == Question.Kind.SEVERAL:
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **said)
    if is_kept:
        choices.append(("", pgettext_lazy("choice in a survey", "No answer")))
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **said)


def chosen_in(posed: Sequence[Posed], said: Mapping[str, Any]) -> set[int]:
    """The options that are chosen, of questions that are asked."""
    found: set[int] = set()
    for one in posed:
        if one.question.has_options and one.is_asked(found):
            found |= {pk for pk in one.options if str(pk) in _many(said.get(one.name))}
    return found


def told_in(posed: Sequence[Posed], said: Mapping[str, Any], sent: Mapping[str, Any]) -> list[Told]:
    """What is to be kept; `sent` holds the words that stood in the page, which may have changed since."""
    chosen, found = chosen_in(posed, said), []
    for one in posed:
        if not one.is_asked(chosen):
            continue
        if one.question.has_options:
            wording = _as_sent(one, sent)
            found += [
                Told(one.question.pk, wording.pk, wording.options.get(str(pk)) or label, pk)
                for pk, label in one.options.items()
                if pk in chosen
            ]
        elif said.get(one.name):
            found.append(Told(one.question.pk, _as_sent(one, sent).pk, said[one.name]))
    return found


def _many(said: Any) -> list[str]:
    return said if isinstance(said, list) else [said]


def _as_sent(one: Posed, sent: Mapping[str, Any]) -> QuestionWording:
    number = str(sent.get(_words_name(one), ""))
    if number == str(one.wording.pk) or not (number.isascii() and number.isdigit() and len(number) < 16):
        return one.wording
    return QuestionWording.objects.filter(question=one.question, pk=number).first() or one.wording


def _words_name(one: Posed) -> str:
    return f"{one.name}-words"
