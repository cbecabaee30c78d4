from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from community.lib.fields import LineField, MarkdownField
from community.members.models import Site
from community.members.sanctions import Sanction
from community.moderation.models import Reason
from community.moderation.sanction import LENGTHS


def _words(**options: Any) -> LineField:
    attrs = {"class": "input", "rows": 3, "dir": "auto"}
    return LineField(max_length=500, widget=forms.Textarea(attrs=attrs), **options)


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "input"})


class FlagForm(forms.Form):
    reason = forms.ChoiceField(label=_("What is wrong with it?"), choices=Reason.choices, widget=forms.RadioSelect)
    words = _words(
        label=_("In your words"), required=False, help_text=_("Only staff read this, and they see that it was you.")
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("reason") == Reason.OTHER and not said.get("words") and "words" not in self.errors:
            raise ValidationError({"words": _("Say in a few words what is wrong.")})
        return said


class DecisionForm(forms.Form):
    """Why an item is hidden, removed, kept, approved or restored; which of these, its button says."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("No reason")), *Reason.choices], required=False, widget=_select()
    )
    words = _words(label=_("To its author"), required=False, help_text=_("The author reads this. Write it to them."))


class SanctionForm(forms.Form):
    kind = forms.ChoiceField(label=_("What happens"), choices=Sanction.Kind.choices, widget=forms.RadioSelect)
    days = forms.ChoiceField(
        label=_("For how long"), choices=LENGTHS.items(), required=False, widget=_select(),
        help_text=_("A warning has no length."),
    )  # fmt: skip
    reason = _words(label=_("Reason"), help_text=_("The member reads this. Write it to them."))

    def length(self) -> int | None:
        days = self.cleaned_data["days"]
        return int(days) if days else None


class AppealForm(forms.Form):
    words = MarkdownField(
        label=_("Why should staff look again?"),
        widget=forms.Textarea(attrs={"class": "input", "rows": 6, "dir": "auto"}),
    )


class ThanksForm(forms.Form):
    thanks = LineField(
        label=_("What are they thanked for?"), max_length=300, required=False,
        help_text=_("Everybody reads it on the page of champions."),
    )  # fmt: skip


class RulesForm(forms.ModelForm):
    class Meta:
        model = Site
        fields = [
            "held_first_posts", "holds_new_links", "flags_to_hide", "shows_log", "champion_solutions", "champion_days",
        ]  # fmt: skip
        widgets = {
            name: forms.NumberInput(attrs={"class": "input", "min": 0, "max": 1000})
            for name in ("held_first_posts", "flags_to_hide", "champion_solutions", "champion_days")
        }
