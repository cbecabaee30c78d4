from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.lib.fields import LineField
from community.lib.origins import is_origin
from surveys.embed.models import Widget


class WidgetForm(forms.ModelForm):
    page = LineField(
        label=_("On the pages"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"class": "input", "dir": "ltr"}),
        help_text=_("The path of the address, with * for anything: /app/*. Empty: on every page with the script."),
    )  # fmt: skip
    event = LineField(
        label=_("After the event"), max_length=60, required=False,
        widget=forms.TextInput(attrs={"class": "input", "dir": "ltr"}),
        help_text=_("The name that your pages tell: Hearback.event(“…”). Empty: without one."),
    )  # fmt: skip

    class Meta:
        model = Widget
        fields = ["origins", "only_known", "on_front", "page", "event", "scroll", "delay", "side"]
        widgets = {"origins": forms.Textarea(attrs={"rows": 3, "dir": "ltr"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field, forms.BooleanField):
                field.widget.attrs.setdefault("class", "input")

    def clean_origins(self) -> str:
        said = [one.rstrip("/") for one in self.cleaned_data["origins"].lower().split()]
        for one in said:
            if not is_origin(one):
                raise forms.ValidationError(
                    _("“%(address)s” is not the address of a site. Write it like https://shop.example."),
                    params={"address": one},
                )
        return "\n".join(dict.fromkeys(said))

    def clean_page(self) -> str:
        page: str = self.cleaned_data["page"]
        if page and not page.startswith(("/", "*")):
            raise forms.ValidationError(_("Begin with / or *: the pattern is that of the path."))
        return page
