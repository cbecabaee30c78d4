from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from community.lib.fields import LineField, checked
from surveys.campaigns.models import Campaign
from surveys.campaigns.posed import Posed
from surveys.responses.own_fields import Put, chosen_in, field_for, told_in
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
    """What follows the number: why; what the survey asks of its own; for whom it went wrong, whether to be contacted;
    for who is glad, to be quoted."""

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

    def __init__(self, *args: Any, band: str, posed: Sequence[Posed] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posed = posed
        self.fields |= {one.name: field_for(one, is_kept=one.name in self.initial) for one in posed}
        for name in ("quote", "name") if band != "promoter" else ("contact", "how"):
            del self.fields[name]

    def clean_comment(self) -> str:
        return checked(self.cleaned_data["comment"])

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        met = chosen_in(self.posed, said)
        for one in self.posed:
            if not one.is_asked(met):  # nobody sees what is wrong there
                self.errors.pop(one.name, None)
        if said.get("contact") and not said.get("how") and "how" not in self.errors:
            self.add_error("how", _("Say how a person can reach you, or take the tick away."))
        if said.get("quote") and not said.get("name") and "name" not in self.errors:
            self.add_error("name", _("Say under which name, or take the tick away."))
        if said.get("quote") and not said.get("comment") and "comment" not in self.errors:
            self.add_error("comment", _("Write what may be shown, or take the tick away."))
        return said

    @property
    def own(self) -> Iterator[Put]:
        """The survey's own questions, as their template wants them."""
        told = {one.name: self[one.name].value() for one in self.posed}
        met = chosen_in(self.posed, told)
        for one in self.posed:
            yield Put(one, self[one.name], one.is_asked(met))

    @property
    def rest(self) -> list[BoundField]:
        """Whether to be contacted, or quoted."""
        return [self[name] for name in ("contact", "how", "quote", "name") if name in self.fields]

    @property
    def said(self) -> Said:
        told = self.cleaned_data
        return Said(
            told["comment"],
            how=(told["how"] if told["contact"] else "") if "contact" in told else None,
            quoted_as=told["name"] if told.get("quote") else "",
            put=self.posed,
            told=told_in(self.posed, told, self.data),
        )
