from typing import Any

from django import forms
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from community.lib.fields import LineField, MarkdownField

LONGEST = 10_000


def new_key() -> str:
    return get_random_string(32)


class MailForm(forms.Form):
    """A mail to somebody who wants to be contacted."""

    title = LineField(label=_("Subject"), max_length=150)
    body = MarkdownField(label=_("Your words"))
    key = forms.RegexField(r"[A-Za-z0-9]{32}", widget=forms.HiddenInput, initial=new_key)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].max_length = LONGEST  # type: ignore[attr-defined]
        self.fields["body"].widget.attrs["rows"] = 8

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if len(body) > LONGEST:
            raise forms.ValidationError(_("Write at most %(most)s characters."), params={"most": LONGEST})
        return body
