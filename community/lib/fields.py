"""Form fields for what people write: checked, and never lost."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from community.lib import markdown

_DIRECTION_MARKS = dict.fromkeys([0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


class MarkdownField(forms.CharField):
    """Markdown that can be stored; what a database or a page cannot hold is a form error (ABUSE A14)."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"class": "input", "rows": 10, "dir": "auto"}))
        super().__init__(strip=True, max_length=50_000, **options)

    def to_python(self, value: Any) -> str:
        return checked(super().to_python(value) or "")


class LineField(forms.CharField):
    """One line of text, such as a title: no line breaks, no marks that turn the direction of what follows."""

    default_error_messages = {"empty": _("Write at least one letter or number.")}

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"class": "input", "dir": "auto"}))
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        line = " ".join(checked(super().to_python(value) or "").translate(_DIRECTION_MARKS).split())
        if line and not any(unicodedata.category(char)[0] in "LNS" for char in line):
            raise ValidationError(self.error_messages["empty"], code="empty")
        return line


class TrapField(forms.CharField):
    """Out of sight of people, keyboards and screen readers: only robots fill it in. Name it like what they look for."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
        super().__init__(required=False, label="", widget=widget, **options)

    def to_python(self, value: Any) -> bool:  # type: ignore[override]
        return bool(super().to_python(value))


class ManyChoice(forms.ModelMultipleChoiceField):
    """Some of the rows of a table; a number that no database could compare is no choice (ABUSE C42)."""

    def clean(self, value: Any) -> Any:
        # Django asks SQLite about it, which raises.
        odd = [one for one in value or () if len(str(one)) > 18]
        if odd:
            raise ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice", params={"value": odd[0]}
            )
        return super().clean(value)


def checked(text: str) -> str:
    # What was no UTF-8 arrives as this sign: its words are gone already, so nobody should publish it.
    if "\ufffd" in text:
        raise ValidationError(_("A part of this text could not be read (�). Write it again there."), code="unreadable")
    try:
        return markdown.check_text(text)
    except markdown.MarkdownRefused as refusal:
        raise ValidationError(str(refusal), code="refused") from refusal
