from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.lib.fields import LineField
from community.lib.isolate import isolated
from community.members.models import Company, Member
from roadmap.ideas.behalf import Heard, companies_called, members_called
from roadmap.ideas.models import Importance, OnBehalf


class BehalfForm(forms.Form):
    """For whom a vote is, of those who are called like `who`, and where staff heard of it."""

    whose = forms.ChoiceField(label=_("Whose vote it is"), widget=forms.RadioSelect)
    source = forms.ChoiceField(label=_("Where you heard it"), choices=OnBehalf.Source.choices, widget=forms.RadioSelect)
    reference = LineField(
        required=False,
        max_length=300,
        label=_("Reference"),
        help_text=_("An address or a number, of a ticket for example."),
    )
    level = forms.ChoiceField(
        required=False,
        label=_("How much does it matter to them?"),
        choices=[("", pgettext_lazy("how much an idea matters", "They did not say")), *Importance.Level.choices],
        widget=forms.Select(attrs={"class": "input"}),
    )
    why = LineField(required=False, max_length=500, label=_("Why?"), help_text=_("Staff read it, nobody else."))
    person = LineField(
        required=False,
        max_length=120,
        label=_("Who said it"),
        help_text=_("For a company: somebody without an account."),
    )
    email = forms.EmailField(
        required=False, label=_("Their e-mail address"), widget=forms.EmailInput(attrs={"class": "input", "dir": "ltr"})
    )

    def __init__(self, *args: Any, who: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {f"m{one.pk}": one for one in members_called(who)}
        self.companies = {f"c{one.pk}": one for one in companies_called(who)}
        field: Any = self.fields["whose"]
        field.choices = [
            *((key, _named(one)) for key, one in self.members.items()),
            *((key, _("%(name)s, the company") % {"name": isolated(one.name)}) for key, one in self.companies.items()),
        ]
        if len(field.choices) == 1:
            field.initial = field.choices[0][0]
        if not self.companies:
            del self.fields["person"], self.fields["email"]

    @property
    def finds_somebody(self) -> bool:
        return bool(self.members or self.companies)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        known = Member.objects.filter(email__iexact=email).first() if email else None
        if known:
            words = {"name": isolated(known.display_name)}
            raise ValidationError(_("%(name)s has an account. Look for this address above.") % words)
        return email

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("whose", "").startswith("m") and (said.get("person") or said.get("email")):
            self.add_error("person", _("This is for companies. Leave it empty for a member."))
        return said

    def whose_vote(self) -> Member | Company:
        key = self.cleaned_data["whose"]
        return self.members[key] if key in self.members else self.companies[key]

    def heard(self) -> Heard:
        return Heard(**{name: self.cleaned_data.get(name, "") for name in Heard.__annotations__})


def _named(one: Member) -> str:
    name = f"{isolated(one.display_name)} {isolated(f'@{one.handle}')}"
    return f"{name} · {isolated(one.company.name)}" if one.company else name
