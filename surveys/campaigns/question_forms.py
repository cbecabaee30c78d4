from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.lib.fields import LineField
from community.lib.isolate import isolated
from surveys.campaigns.bands import band_names
from surveys.campaigns.models import Campaign
from surveys.campaigns.posed import Posed, rule
from surveys.campaigns.questions import Question
from surveys.campaigns.write_questions import Written, conditions

MOST_OPTIONS = 12
FIRST_OPTIONS, MORE_OPTIONS = 6, 3  # empty fields of a new question, and of one that is there


class QuestionForm(forms.Form):
    """A question of one's own in its first language: what it asks whom, and what can be chosen."""

    kind = forms.ChoiceField(
        label=_("How it is answered"), choices=Question.Kind.choices, widget=forms.Select(attrs={"class": "input"})
    )
    text = LineField(label=_("Question"), max_length=300)
    bands = forms.MultipleChoiceField(
        label=_("Who is asked"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("By the number that they chose. None ticked: everybody."),
    )  # fmt: skip
    only_if = forms.ChoiceField(
        label=_("When it is asked"), required=False, widget=forms.Select(attrs={"class": "input"}),
        help_text=_("A question that has a condition is shown once the answer is chosen."),
    )  # fmt: skip

    def __init__(self, *args: Any, campaign: Campaign, posed: Posed | None = None, **kwargs: Any) -> None:
        self.question = posed.question if posed else None
        if posed:
            said = {"text": posed.text, "bands": posed.question.bands, "only_if": posed.question.only_if_id or ""}
            kwargs["initial"] = said | {f"option-{pk}": label for pk, label in posed.options.items()}
        super().__init__(*args, **kwargs)
        bands: Any = self.fields["bands"]
        bands.choices = band_names(campaign).items()
        condition: Any = self.fields["only_if"]
        condition.choices = [("", pgettext_lazy("ask a question", "Always")), *_conditions(campaign, self.question)]
        if len(condition.choices) == 1:
            del self.fields["only_if"]
        if posed:
            del self.fields["kind"]
        if posed is None or posed.question.has_options:
            self._add_options(posed)
            self.order_fields(["kind", "text", *self.kept, *self.new])

    def _add_options(self, posed: Posed | None) -> None:
        self.kept = {f"option-{pk}": pk for pk in posed.options} if posed else {}
        number = min(MORE_OPTIONS, MOST_OPTIONS - len(self.kept)) if posed else FIRST_OPTIONS
        self.new = [f"more-{at}" for at in range(1, number + 1)]
        for at, name in enumerate((*self.kept, *self.new), 1):
            self.fields[name] = LineField(label=_("Option %(number)d") % {"number": at}, max_length=120, required=False)
        first: Any = self.fields[next(iter((*self.kept, *self.new)))]
        first.help_text = (
            _("An empty one is taken away; what was answered so far stays.") if posed else _("For choices alone.")
        )

    @property
    def has_options(self) -> bool:
        return (self.question.kind if self.question else self.cleaned_data.get("kind")) != Question.Kind.TEXT

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if not self.has_options:
            return said
        names = [*self.kept, *self.new]
        labels = [label.casefold() for name in names if (label := said.get(name))]
        if len(labels) < 2 and not any(name in self.errors for name in names):
            self.add_error(names[0], _("Write at least two options to choose from."))
        if len(set(labels)) < len(labels):
            self.add_error(names[0], _("Two options are the same: write one of them differently."))
        return said

    @property
    def written(self) -> Written:
        said = self.cleaned_data
        kept, new = (self.kept, self.new) if self.has_options else ({}, [])
        return Written(
            text=said["text"],
            kind=self.question.kind if self.question else said["kind"],
            bands=said["bands"],
            only_if=int(said["only_if"]) if said.get("only_if") else None,
            options={pk: said[name] for name, pk in kept.items() if said[name]},
            added=[said[name] for name in new if said[name]],
        )


def _conditions(campaign: Campaign, question: Question | None) -> list[tuple[int, str]]:
    return [(pk, rule(before, pk)) for before in conditions(campaign, question) for pk in before.options]


class QuestionWordsForm(forms.Form):
    """The same question in another language; an option that is left empty is as in the first one."""

    text = LineField(label=_("Question"), max_length=300)

    def __init__(self, *args: Any, first: Posed, there: Posed | None, **kwargs: Any) -> None:
        said = there.wording.options if there else {}
        kwargs["initial"] = {"text": there.text if there else ""} | {f"option-{pk}": said[pk] for pk in said}
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = _("Now: “%(words)s”") % {"words": isolated(first.text)}
        self.numbers = {f"option-{pk}": str(pk) for pk in first.options}
        for at, (name, label) in enumerate(zip(self.numbers, first.options.values(), strict=True), 1):
            self.fields[name] = LineField(
                label=_("Option %(number)d") % {"number": at}, max_length=120, required=False,
                help_text=_("Empty: “%(words)s”") % {"words": isolated(label)},
            )  # fmt: skip

    @property
    def options(self) -> dict[str, str]:
        said = {number: self.cleaned_data[name] for name, number in self.numbers.items()}
        return {number: label for number, label in said.items() if label}
