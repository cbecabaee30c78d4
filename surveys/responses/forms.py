from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.lib.fields import LineField, checked
from surveys.campaigns.models import Campaign
from surveys.responses.respond import LONGEST, Said


class ScoreForm(forms.Form):
    """One answer of a survey's scale."""

    score = forms.TypedChoiceField(
        coerce=int,
        error_messages={
            "required": _("Choose a number first."),
            "invalid_choice": _("That number is not on the scale. Choose one that is."),
        },
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        score: Any = self.fields["score"]
        score.choices = [(number, number) for number in campaign.scale]


class CommentForm(forms.Form):
    """What follows the number: why; for whom it went wrong, whether to be contacted; for who is glad, to be quoted."""

    comment = forms.CharField(
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"class": "input", "rows": 5, "dir": "auto"}),
    )
    contact = forms.BooleanField(label=_("A person may contact me about it"), required=False)
    how = LineField(
        label=_("How they reach you best"), required=False, max_length=200,
        help_text=_("An e-mail address or a phone number, and when it suits you."),
    )  # fmt: skip
    quote = forms.BooleanField(label=_("You may show what I said to others"), required=False)
    name = LineField(
        label=_("Under this name"), required=False, max_length=80, help_text=_("As you would like to be called there.")
    )

    def __init__(self, *args: Any, band: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("quote", "name") if band != "promoter" else ("contact", "how"):
            del self.fields[name]

    def clean_comment(self) -> str:
        return checked(self.cleaned_data["comment"])

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("contact") and not said.get("how") and "how" not in self.errors:
            self.add_error("how", _("Say how a person can reach you, or take the tick away."))
        if said.get("quote") and not said.get("name") and "name" not in self.errors:
            self.add_error("name", _("Say under which name, or take the tick away."))
        if said.get("quote") and not said.get("comment") and "comment" not in self.errors:
            self.add_error("comment", _("Write what may be shown, or take the tick away."))
        return said

    @property
    def said(self) -> Said:
        told = self.cleaned_data
        return Said(
            told["comment"],
            how=told["how"] if told.get("contact") else "",
            quoted_as=told["name"] if told.get("quote") else "",
        )
