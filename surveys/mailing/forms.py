from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from community.lib.fields import LineField
from surveys.mailing.models import Audience


class AudienceForm(forms.ModelForm):
    plan = LineField(label=_("Plan"), max_length=60, required=False, help_text=_("Empty: any, or none."))
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[("", _("Any")), *settings.LANGUAGES])

    class Meta:
        model = Audience
        fields = [
            "by_mail", "plan", "least_revenue", "product", "language", "known_days", "asked_question",
            "wish_shipped", "label", "sample", "holdout", "a_day", "in_hours", "reminder_days",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field, forms.BooleanField):
                field.widget.attrs["class"] = "input"


class PersonForm(forms.Form):
    who = LineField(
        label=_("A member’s name or an e-mail address"), max_length=254,
        widget=forms.TextInput(attrs={"class": "input", "dir": "auto", "type": "search"}),
    )  # fmt: skip
